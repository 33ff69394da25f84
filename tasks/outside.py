"""Look at what the orders depend on: the builders' workers, the site root, the AI routes."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from prefect import get_client
from prefect.client.schemas.objects import WorkerStatus

from sitewright.copywriting import ProbeResult, probe
from sitewright.database import Database
from sitewright.errors import RouteUnavailable, SitewrightError
from sitewright.orders.models.alarm import Condition, Kind
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import PipelineStatus
from sitewright.orders.usage import route_standings
from sitewright.orders.watching import Blocked, PublishedSite, blocked_condition, counted, what_is_said
from sitewright.publishing.root import look_at_site_root
from sitewright.settings import Route, Settings
from tasks.mend_causes import DISK, ROUTE

BUILDERS = "sitewright"
"""The work pool whose worker builds; this round runs in another one, by another worker."""

ANSWERED_LATELY = timedelta(minutes=5)
"""A route that answered an order within this time is not tried again: a trial is paid for."""


async def worker_conditions(standing: PipelineStatus) -> list[Condition]:
    """Return a condition when no worker of the builders' pool is alive, with how many orders wait for one."""
    async with get_client() as client:
        workers = await client.read_workers_for_work_pool(BUILDERS)
    if any(worker.status is WorkerStatus.ONLINE for worker in workers):
        return []
    last = max((worker.last_heartbeat_time for worker in workers if worker.last_heartbeat_time), default=None)
    seen = f"the last was seen at {last:%Y-%m-%d %H:%M} UTC" if last else "none was ever seen"
    waiting = standing.orders[OrderState.PLACED] + standing.orders[OrderState.BUILDING]
    oldest = standing.oldest_waiting
    wait = "1 order waits" if waiting == 1 else f"{waiting} orders wait"
    longest = f", the longest since {oldest.since:%Y-%m-%d %H:%M} UTC" if oldest else ""
    return [
        Condition(
            cause="no-worker",
            kind=Kind.WORKER,
            sentence=f"No worker builds: none of work pool {BUILDERS} is alive, {seen}. {wait}{longest}.",
            remedy=f"Start one: `python -m deployments.worker --pool {BUILDERS}`.",
        )
    ]


async def site_root_conditions(
    settings: Settings, blocked: Sequence[Blocked], published: Sequence[PublishedSite]
) -> list[Condition]:
    """Return a condition when the site root is gone, cannot be written, or lacks sites that were published.

    It is looked at without being made: that it is gone is what has to be said.
    """
    waiting = [each for each in blocked if each.cause in DISK]
    root, slugs = settings.sites, [site.slug for site in published]
    try:
        missing = await asyncio.to_thread(
            look_at_site_root, root, slugs
        )  # a disk that hangs holds up a thread
    except SitewrightError as error:
        return [_with_orders("site-root", Kind.SITE_ROOT, error.message, error.remedy, waiting)]
    if not missing:
        return []
    named = ", ".join(f"{site.id} ({site.reference})" for site in published if site.slug in missing[:5])
    sentence = (
        f"The site root {root} was emptied or is not mounted: {len(missing)} of the {len(published)} sites "
        f"that were published last are not there, such as of order {named}."
    )
    remedy = (
        "Mount it. Else `sitewright orders build ID` renders a site again from its recorded words, unpaid."
    )
    return [_with_orders("site-root", Kind.SITE_ROOT, sentence, remedy, waiting)]


async def route_conditions(
    database: Database, settings: Settings, standing: PipelineStatus, blocked: Sequence[Blocked]
) -> list[Condition]:
    """Return a condition for each AI route that is refused; for one out of reach if that stops orders."""
    waiting = [each for each in blocked if each.cause in ROUTE]
    lately = set() if waiting else await _answered_lately(database, settings.routes)
    if not settings.routes:
        return [blocked_condition(each) for each in waiting]
    results = await asyncio.gather(*(probe(route) for route in settings.routes if route.name not in lately))
    nobody_answers = not lately and not any(result.ready for result in results)
    due = standing.orders[OrderState.PLACED] + standing.orders[OrderState.BUILDING]
    stops_orders = bool(waiting) or due > 0
    return [
        _route(result, waiting if nobody_answers else [])
        for result in results
        if result.problem is not None
        and (not isinstance(result.problem, RouteUnavailable) or (nobody_answers and stops_orders))
    ]


async def _answered_lately(database: Database, routes: Sequence[Route]) -> set[str]:
    standings = await route_standings(database, [route.name for route in routes])
    since = datetime.now(UTC) - ANSWERED_LATELY
    return {name for name, last in standings.items() if last.circuit == "closed" and last.since > since}


def _route(result: ProbeResult, waiting: Sequence[Blocked]) -> Condition:
    problem = result.problem
    status = f" (HTTP {problem.status})" if problem is not None and problem.status else ""
    sentence = f"AI route {result.route}: {what_is_said(type(problem)).rstrip('.')}{status}."
    remedy = problem.remedy if problem is not None else ""
    return _with_orders(f"route:{result.route}", Kind.ROUTE, sentence, remedy, waiting)


def _with_orders(cause: str, kind: Kind, sentence: str, remedy: str, waiting: Sequence[Blocked]) -> Condition:
    told = "".join(f" {counted(each)} blocked by it." for each in waiting)
    orders = tuple(order_id for each in waiting for order_id, _ in each.orders)
    return Condition(cause=cause, kind=kind, sentence=sentence + told, remedy=remedy, orders=orders)
