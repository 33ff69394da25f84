"""Render the pages: the theme, the brief and the words become a release, made aside."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sitewright.database import open_database
from sitewright.errors import ReleaseDamaged
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Release
from sitewright.orders.models.site import PageCopy, SecondLanguage, SitePlan
from sitewright.orders.pictures import load_pictures
from sitewright.orders.releases import release_made
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.releases import make_release, verify_release
from sitewright.rendering import Theme, render_site, theme_for
from sitewright.settings import load_settings
from sitewright.version import code_version
from tasks.second_language import words_of
from tasks.step import Recording, step

RENDER_SECONDS = 300
"""A site of eight pages takes about a second, and half a second each picture; the disk may be slow."""


def _base_url(order: Order) -> str:
    settings = load_settings()
    return FolderTarget(settings.sites, settings.public_url).url(order.slug).rstrip("/")


def _theme(order: Order) -> Theme:
    return theme_for(order, extra=load_settings().themes)


def _inputs(
    order: Order, plan: SitePlan, copies: tuple[PageCopy, ...], second: SecondLanguage | None
) -> Sequence[Any]:
    words = order.locale, *words_of(plan, copies, second)
    return order.brief, *words, _base_url(order), _theme(order).version, code_version()


async def _intact(_order: Order, release: Release) -> bool:
    try:
        await asyncio.to_thread(verify_release, load_settings().sites, release)
    except ReleaseDamaged:
        return False
    return True


@step(
    "render",
    Recording(
        Release,
        tells=lambda release: f"release {release.hash[:12]}, {len(release.files)} files",
        records=lambda order, release: (release_made(order, release),),
        holds=_intact,
    ),
    inputs=_inputs,
    timeout_seconds=RENDER_SECONDS,
)
async def render_pages(
    order: Order, plan: SitePlan, copies: tuple[PageCopy, ...], second: SecondLanguage | None
) -> Release:
    """Render every page and asset into a staging directory and make it a release, named by its content."""
    theme = _theme(order)
    pictures = await load_pictures(open_database(load_settings()), order.brief)
    files = await asyncio.to_thread(
        render_site,
        order,
        plan,
        copies,
        base_url=_base_url(order),
        theme=theme,
        pictures=pictures,
        second=second,
    )
    return await asyncio.to_thread(
        make_release,
        load_settings().sites,
        slug=order.slug,
        base_url=_base_url(order),
        files=files,
        theme=theme.name,
        theme_version=theme.version,
        code_version=code_version(),
    )
