"""Find out what blocked orders waited for and is mended: the site root, the themes, the routes."""

import asyncio

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from sitewright.database import open_database
from sitewright.errors import (
    InvalidSettings,
    KeyRejected,
    NoRoute,
    PurseEmpty,
    RequestRejected,
    RouteUnavailable,
    SiteRootUnwritable,
    SitewrightError,
    StorageFull,
    ThemeUnusable,
)
from sitewright.orders.recovery import causes_waited_for
from sitewright.publishing.root import ensure_site_root
from sitewright.rendering import all_themes
from sitewright.route_trials import a_route_answers, try_refused
from sitewright.settings import Settings, load_settings

ROUTE = frozenset(
    error.__name__ for error in (KeyRejected, PurseEmpty, RequestRejected, RouteUnavailable, NoRoute)
)
"""Causes that are mended when an AI route answers."""

DISK = frozenset(error.__name__ for error in (SiteRootUnwritable, StorageFull))
"""Causes that are mended when the site root can be written."""

THEMES = frozenset({ThemeUnusable.__name__})
"""A cause that is mended when all themes can be read; an order whose own is still missing waits again."""

SETTINGS = frozenset({InvalidSettings.__name__})
"""A cause that is mended when the settings can be read."""


@task(name="mend_causes", cache_policy=NO_CACHE, persist_result=False)
async def mended_causes() -> frozenset[str]:
    """Try what orders are blocked by, each once, however many orders; return the causes that are gone.

    A route with an open circuit is tried whether orders wait or not, so that it is in use again.
    """
    settings = load_settings()
    database = open_database(settings)
    tried = await try_refused(database, settings.routes)
    waited_for = await causes_waited_for(database, ROUTE | DISK | SETTINGS | THEMES)
    # They were just read, so they are good again.
    mended = waited_for & SETTINGS
    if waited_for & DISK and await _site_root_is_good(settings):
        mended |= waited_for & DISK
    if waited_for & THEMES and await _themes_are_good(settings):
        mended |= waited_for & THEMES
    if waited_for & ROUTE and (
        any(result.ready for result in tried) or await a_route_answers(database, settings.routes)
    ):
        mended |= waited_for & ROUTE
    for result in tried:
        get_run_logger().info("A route that is refused was tried: %s", result)
    for cause in sorted(waited_for):
        get_run_logger().info(
            "Orders are blocked by %s: %s.", cause, "mended" if cause in mended else "it lasts"
        )
    return mended


async def _themes_are_good(settings: Settings) -> bool:
    try:
        await asyncio.to_thread(all_themes, settings.themes)
    except ThemeUnusable:
        return False
    return True


async def _site_root_is_good(settings: Settings) -> bool:
    try:
        await asyncio.to_thread(ensure_site_root, settings.sites)
    except SitewrightError:
        return False
    return True
