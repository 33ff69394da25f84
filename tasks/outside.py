"""Look at what the orders depend on: the builders' workers, the site root, the AI routes."""

import asyncio
from collections.abc import Sequence

from prefect import get_client
from prefect.client.schemas.objects import WorkerStatus

from sitewright.database import Database
from sitewright.errors import CopywritingError, KeyRejected, RouteUnavailable, SitewrightError
from sitewright.orders.alarms import open_alarms
from sitewright.orders.circuits import Circuit, open_circuits
from sitewright.orders.models.alarm import Condition, Kind
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import PipelineStatus
from sitewright.orders.watching import (
    Blocked,
    PublishedSite,
    blocked_condition,
    counted,
    what_is_said,
    what_it_means,
)
from sitewright.publishing.root import look_at_site_root
from sitewright.route_trials import route_standings, try_routes
from sitewright.settings import Settings
from tasks.mend_causes import DISK, ROUTE

BUILDERS = "sitewright"
"""The work pool whose worker builds; this round runs in another one, by another worker."""


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
    """Return a condition for each AI route that is refused; for one out of reach if that stops orders.

    What the database knows is not asked again: a trial is paid for. Tried are routes in doubt, while orders
    are to be built or wait for a route; and, for as long as it takes, one that an alarm is open for.
    """
    waiting = [each for each in blocked if each.cause in ROUTE]
    if not settings.routes:
        return [blocked_condition(each) for each in waiting]
    due = standing.orders[OrderState.PLACED] + standing.orders[OrderState.BUILDING]
    stops_orders = bool(waiting) or due > 0
    known = await route_standings(database, settings.routes)
    alarmed = {alarm.cause for alarm in await open_alarms(database)}
    silent = [route for route in settings.routes if route.name not in known.refused.keys() | known.answering]
    results = await try_routes(
        database,
        [
            route
            for route in silent
            if f"route:{route.name}" in alarmed or (stops_orders and route in known.in_doubt)
        ],
    )
    refused = await open_circuits(database, [route.name for route in settings.routes])
    nobody_answers = not known.answering and not any(result.ready for result in results)
    named = waiting if nobody_answers else []
    return [_refused(circuit, named) for circuit in refused.values()] + [
        _problem(result.route, result.problem, named)
        for result in results
        if result.problem is not None
        and result.route not in refused
        and (not isinstance(result.problem, RouteUnavailable) or (nobody_answers and stops_orders))
    ]


def _refused(circuit: Circuit, waiting: Sequence[Blocked]) -> Condition:
    since = f"{circuit.since:%Y-%m-%d %H:%M} UTC"
    said = what_it_means(circuit.cause).rstrip(".") + _status(circuit.http_status)
    sentence = f"AI route {circuit.route} is refused since {since}: {said}."
    return _with_orders(f"route:{circuit.route}", Kind.ROUTE, sentence, circuit.remedy, waiting)


def _problem(route: str, problem: CopywritingError, waiting: Sequence[Blocked]) -> Condition:
    said = what_is_said(type(problem))
    if isinstance(problem, KeyRejected) and problem.status is None:
        said = problem.message.partition(" (")[0]  # it was never sent: the name of a variable, nobody's words
    sentence = f"AI route {route}: {said.rstrip('.')}{_status(problem.status)}."
    return _with_orders(f"route:{route}", Kind.ROUTE, sentence, problem.remedy, waiting)


def _status(http_status: int | None) -> str:
    return f" (HTTP {http_status})" if http_status else ""


def _with_orders(cause: str, kind: Kind, sentence: str, remedy: str, waiting: Sequence[Blocked]) -> Condition:
    told = "".join(f" {counted(each)} blocked by it." for each in waiting)
    orders = tuple(order_id for each in waiting for order_id, _ in each.orders)
    return Condition(cause=cause, kind=kind, sentence=sentence + told, remedy=remedy, orders=orders)
