"""Look at everything that can be wrong, each by itself: workers, schedules, site root, AI routes, orders."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import WorkerStatus

from sitewright.copywriting import ProbeResult, probe
from sitewright.database import Database
from sitewright.errors import RouteUnavailable, SitewrightError
from sitewright.orders.models.alarm import Condition, Kind
from sitewright.orders.models.order import OrderState
from sitewright.orders.pipeline import MOST_NAMED
from sitewright.orders.records import PipelineStatus
from sitewright.orders.rounds import Round
from sitewright.orders.watching import (
    Blocked,
    blocked_by_cause,
    blocked_condition,
    counted,
    failure_conditions,
    order_conditions,
    schedule_conditions,
)
from sitewright.publishing.root import ensure_site_root
from sitewright.settings import Settings
from tasks.mend_causes import DISK, ROUTE

BUILDERS = "sitewright"
"""The work pool whose worker builds; this round runs in another one, by another worker."""


@dataclass
class Found:
    """What one round found: conditions, and the kinds of them that could not be looked at."""

    conditions: list[Condition] = field(default_factory=list)
    unknown: set[Kind] = field(default_factory=set)


async def find_conditions(
    database: Database, settings: Settings, standing: PipelineStatus, rounds: Sequence[Round]
) -> Found:
    """Return all that is wrong now. What cannot be looked at is logged, and holds up nothing else."""
    found = Found()
    blocked = await blocked_by_cause(database)
    try:
        found.conditions += await _workers(standing)
    except Exception as unanswered:  # whatever Prefect's client raises
        get_run_logger().warning("The workers could not be looked at: %s", unanswered)
        found.unknown.add(Kind.WORKER)
    found.conditions += schedule_conditions(rounds)
    found.conditions += await _site_root(settings, blocked)
    found.conditions += await _routes(settings, blocked)
    watched = ROUTE | DISK
    found.conditions += [blocked_condition(each) for each in blocked if each.cause not in watched]
    found.conditions += await failure_conditions(database, standing.failed)
    found.conditions += _unless_explained(found, order_conditions(standing))
    # A list that is full has others behind it: what fell out of it may well last.
    lists = {Kind.LATE: standing.late, Kind.STUCK: standing.stuck, Kind.FAILED: standing.failed}
    found.unknown |= {kind for kind, orders in lists.items() if len(orders) >= MOST_NAMED}
    return found


def _unless_explained(found: Found, conditions: list[Condition]) -> list[Condition]:
    """Leave out stuck orders while no worker lives or no schedule fires: that alarm says it, once."""
    if not any(condition.kind in {Kind.WORKER, Kind.SCHEDULE} for condition in found.conditions):
        return conditions
    found.unknown.add(Kind.STUCK)
    return [condition for condition in conditions if condition.kind is not Kind.STUCK]


async def _workers(standing: PipelineStatus) -> list[Condition]:
    async with get_client() as client:
        workers = await client.read_workers_for_work_pool(BUILDERS)
    if any(worker.status is WorkerStatus.ONLINE for worker in workers):
        return []
    last = max((worker.last_heartbeat_time for worker in workers if worker.last_heartbeat_time), default=None)
    seen = f"the last was seen at {last:%Y-%m-%d %H:%M} UTC" if last else "none was ever seen"
    waiting = standing.orders[OrderState.PLACED] + standing.orders[OrderState.BUILDING]
    oldest = standing.oldest_waiting
    longest = f", the longest since {oldest.since:%Y-%m-%d %H:%M} UTC" if oldest else ""
    return [
        Condition(
            cause="no-worker",
            kind=Kind.WORKER,
            sentence=f"No worker builds: none of work pool {BUILDERS} is alive, {seen}. "
            f"{waiting} orders wait{longest}.",
            remedy=f"Start one: `python -m deployments.worker --pool {BUILDERS}`.",
            orders=(oldest.id,) if oldest else (),
        )
    ]


async def _site_root(settings: Settings, blocked: Sequence[Blocked]) -> list[Condition]:
    """Look at the site root without making it: that it is gone is what has to be said."""
    if settings.sites.is_dir():
        try:
            await asyncio.to_thread(ensure_site_root, settings.sites)
        except SitewrightError as error:
            sentence, remedy = error.message, error.remedy
        else:
            return []
    else:
        sentence = f"The site root {settings.sites} is not there: no published site can be reached."
        remedy = "Mount or restore it; if its parent can be written, the next build makes it anew."
    waiting = [each for each in blocked if each.cause in DISK]
    return [_with_orders("site-root", Kind.SITE_ROOT, sentence, remedy, waiting)]


async def _routes(settings: Settings, blocked: Sequence[Blocked]) -> list[Condition]:
    """Try every route live. One that is merely out of reach is worth an alarm only if no other answers."""
    results = await asyncio.gather(*map(probe, settings.routes))
    nobody_answers = not any(result.ready for result in results)
    waiting = [each for each in blocked if each.cause in ROUTE]
    conditions = [
        _route(result, waiting if nobody_answers else [])
        for result in results
        if result.problem is not None and (nobody_answers or not isinstance(result.problem, RouteUnavailable))
    ]
    if not results and waiting:
        conditions += [blocked_condition(each) for each in waiting]
    return conditions


def _route(result: ProbeResult, waiting: Sequence[Blocked]) -> Condition:
    problem = result.problem
    said = type(problem).__doc__ or ""
    status = f" (HTTP {problem.status})" if problem is not None and problem.status else ""
    sentence = f"AI route {result.route}: {said.partition(chr(10))[0].rstrip('.')}{status}."
    remedy = problem.remedy if problem is not None else ""
    return _with_orders(f"route:{result.route}", Kind.ROUTE, sentence, remedy, waiting)


def _with_orders(cause: str, kind: Kind, sentence: str, remedy: str, waiting: Sequence[Blocked]) -> Condition:
    told = "".join(f" {counted(each)} blocked by it." for each in waiting)
    orders = tuple(order_id for each in waiting for order_id, _ in each.orders)
    return Condition(cause=cause, kind=kind, sentence=sentence + told, remedy=remedy, orders=orders)
