"""Load the order: take its lease, freeze its brief, see that the site can be written; all before paying."""

import asyncio
from functools import partial

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run as runtime
from prefect.states import Completed

from sitewright.database import Database, open_database
from sitewright.errors import LeaseHeld, OrderCancelled, TransitionRefused
from sitewright.orders.leases import take_lease
from sitewright.orders.loading import begin_again, open_revision
from sitewright.orders.models.base import Value, fingerprint
from sitewright.orders.models.order import Lease, Order
from sitewright.orders.models.site import buildable_pages
from sitewright.orders.starting import not_needed
from sitewright.orders.timeline import note
from sitewright.publishing.root import ensure_site_root
from sitewright.rendering import theme_for
from sitewright.settings import load_settings
from tasks.artifacts import name_run, show_brief
from tasks.lease import failure_recorded
from tasks.step import Attempt, Recording, resumable, time_limit

LOAD_SECONDS = 60
"""A few short transactions and a write test."""


class FrozenBrief(Value):
    """What the step `load` records: which brief this revision builds, and what of it cannot be built."""

    brief: str
    pages_left_out: tuple[str, ...]


@resumable("load")
async def load_order(order_id: int, revision: int | None, resume: bool) -> Order | State[Order]:
    """Take the order's lease, freeze its brief, mark it `building`, and write-test the site root.

    Every run takes the lease and tests the site root; recorded as done is the freezing of the brief. Raises
    LeaseHeld when another run has the order, SiteRootUnwritable, StorageFull or ThemeUnusable before any AI
    call is paid.
    """
    settings = load_settings()
    database = open_database(settings)
    flow_run_id = runtime.get_id() or ""
    lease = await _taken(database, order_id, flow_run_id)
    async with failure_recorded(database, order_id, lease, step="load"), time_limit(LOAD_SECONDS):
        order = await open_revision(database, order_id, revision, lease)
        await name_run(order)
        if not resume and await begin_again(database, order, flow_run_id):
            get_run_logger().info("Order %s: begins again, as this run was told.", order_id)
        await asyncio.to_thread(ensure_site_root, settings.sites)
        await asyncio.to_thread(theme_for, order, extra=settings.themes)
        attempt = Attempt(
            database=database,
            order=order,
            name="load",
            fingerprint=fingerprint(order.brief),
            recording=Recording(FrozenBrief, shows=lambda order, _frozen: show_brief(order)),
            timeout_seconds=LOAD_SECONDS,
        )
        resumed = await attempt.resume()
        if resumed is not None:
            return Completed(name=resumed.name, message=resumed.message, data=order)
        await _say_what_is_left_out(order, await attempt.do(partial(_freeze, order)))
    return order


async def _taken(database: Database, order_id: int, flow_run_id: str) -> Lease:
    """Take the order's lease; a run that is refused it is not waited for any more."""
    try:
        return await take_lease(database, order_id, flow_run_id)
    except (LeaseHeld, OrderCancelled, TransitionRefused):
        await not_needed(database, order_id, flow_run_id)
        raise


async def _freeze(order: Order) -> FrozenBrief:
    left_out = [page for page in order.brief.site.pages if page not in buildable_pages(order.brief)]
    return FrozenBrief(brief=fingerprint(order.brief), pages_left_out=tuple(left_out))


async def _say_what_is_left_out(order: Order, frozen: FrozenBrief) -> None:
    database = open_database(load_settings())
    for page in frozen.pages_left_out:
        detail = f"{page}: the brief holds nothing to show there"
        get_run_logger().warning("Order %s: page left out: %s.", order.id, detail)
        await note(database, order.id, "page left out", detail, revision=order.revision)
    if order.product.approval:
        detail = "the order asks for approval, which this version does not have: it publishes without"
        get_run_logger().warning("Order %s: %s.", order.id, detail)
        await note(database, order.id, "approval skipped", detail, revision=order.revision)
