"""Publish the site: switch the release in atomically, and fetch what visitors now get."""

import asyncio
from collections.abc import Sequence
from typing import Any

from prefect import get_run_logger

from sitewright.database import open_database
from sitewright.orders.leases import beat
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Publication, Release, Report
from sitewright.orders.releases import site_published
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.target import Target
from sitewright.settings import load_settings
from tasks.artifacts import show_live_site
from tasks.step import Recording, step

PUBLISH_SECONDS = 300
"""Uploading, switching and fetching every file of a site."""


def _target() -> FolderTarget:
    settings = load_settings()
    # Prefect owns the retries of this step: the target itself does not wait for an address that is silent.
    return FolderTarget(settings.sites, settings.public_url, pauses=())


def _inputs(order: Order, release: Release, report: Report) -> Sequence[Any]:
    del report  # a release that passed is known by its hash
    return release.hash, _target().name, _target().url(order.slug)


async def _still_live(order: Order, publication: Publication) -> bool:
    return await asyncio.to_thread(_target().live_release, order.slug) == publication.release


@step(
    "publish",
    Recording(
        Publication,
        tells=lambda publication: f"live at {publication.url}",
        event="published",
        shows=show_live_site,
        records=site_published,
        holds=_still_live,
        reaffirm=True,
    ),
    inputs=_inputs,
    timeout_seconds=PUBLISH_SECONDS,
)
async def publish_site(order: Order, release: Release, report: Report) -> Publication:
    """Prepare, upload, activate and verify: only what was fetched byte for byte counts as published."""
    del report  # its passing is what allows this step to be called at all
    target: Target = _target()
    logger = get_run_logger()
    await target.prepare()
    await target.upload(release)
    # What visitors see is not fenced by the database: a run that was taken over has to
    # find out before it switches.
    await beat(open_database(load_settings()), order.id, order.lease)
    await target.activate(release)
    logger.info("Order %s: release %s is switched in; fetching it.", order.id, release.hash[:12])
    publication = await target.verify(release)
    logger.info("Order %s: %d files fetched and equal.", order.id, publication.files_verified)
    return publication
