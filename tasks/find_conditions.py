"""Find everything that is wrong: what the orders depend on, the schedules, and the orders themselves."""

import asyncio
from collections.abc import Awaitable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from prefect import get_run_logger

from sitewright.database import Database
from sitewright.orders.alarms import open_alarms
from sitewright.orders.models.alarm import Condition, Kind
from sitewright.orders.pipeline import MOST_NAMED
from sitewright.orders.records import PipelineStatus
from sitewright.orders.rounds import Round
from sitewright.orders.watching import (
    Blocked,
    blocked_by_cause,
    blocked_condition,
    failure_conditions,
    order_conditions,
    published_last,
    schedule_conditions,
)
from sitewright.settings import Settings
from tasks.mend_causes import DISK, ROUTE, SETTINGS
from tasks.outside import route_conditions, site_root_conditions, worker_conditions

LOOK_SECONDS = 45
"""How long one look may take; the round has three minutes."""

_OWN_ROUND = "watch-pipeline"

_EXPLAINS_STUCK = frozenset({"no-worker", "schedule:dispatch-orders", "schedule:recover-orders"})


@dataclass
class Found:
    """What one round found: conditions, and the kinds of them that could not be looked at."""

    conditions: list[Condition] = field(default_factory=list)
    unknown: set[Kind] = field(default_factory=set)

    async def look(self, kind: Kind, look: Awaitable[list[Condition]]) -> None:
        """Add what a look found; one that fails is logged, holds up no other, and closes no alarm."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                self.conditions += await look
        except Exception as error:
            why = str(error) or type(error).__name__
            get_run_logger().warning("What concerns %s could not be looked at: %s", kind, why)
            self.unknown.add(kind)

    @property
    def causes(self) -> frozenset[str]:
        """The causes that were found."""
        return frozenset(condition.cause for condition in self.conditions)


async def find_conditions(
    database: Database, settings: Settings, standing: PipelineStatus, rounds: Sequence[Round]
) -> Found:
    """Return all that is wrong now. What cannot be looked at is logged, and holds up nothing else."""
    found = Found()
    blocked, published = await blocked_by_cause(database), await published_last(database)
    await found.look(Kind.WORKER, worker_conditions(standing))
    await found.look(Kind.SITE_ROOT, site_root_conditions(settings, blocked, published))
    await found.look(Kind.ROUTE, route_conditions(database, settings, standing, blocked))
    _look_at_schedules(found, rounds)
    found.conditions += [blocked_condition(each) for each in blocked if _has_to_be_said(each, found)]
    found.conditions += await failure_conditions(database, standing.failed)
    before = {alarm.cause for alarm in await open_alarms(database)}
    found.conditions += _unless_explained(found, before, order_conditions(standing))
    # A list that is full has others behind it: what fell out of it may well last.
    lists = {Kind.LATE: standing.late, Kind.STUCK: standing.stuck, Kind.FAILED: standing.failed}
    found.unknown |= {kind for kind, orders in lists.items() if len(orders) >= MOST_NAMED}
    return found


def _look_at_schedules(found: Found, rounds: Iterable[Round]) -> None:
    """Look at the other schedules. After a time in which this one was away too, they get a round first."""
    by_name = {each.name: each for each in rounds}
    if by_name[_OWN_ROUND].overdue:
        found.unknown.add(Kind.SCHEDULE)
    else:
        others = [each for name, each in by_name.items() if name != _OWN_ROUND]
        found.conditions += schedule_conditions(others)


def _has_to_be_said(blocked: Blocked, found: Found) -> bool:
    """Whether an alarm of its own must tell of blocked orders.

    Not while the alarm of the site root or of a route names them, nor in the minute that they are resumed in;
    yes when what they wait for seems mended and they were blocked again and again.
    """
    if blocked.cause not in ROUTE | DISK | SETTINGS:
        return True
    named = {order for condition in found.conditions for order in condition.orders}
    return blocked.stubborn > 0 and not named.issuperset(order for order, _ in blocked.orders)


def _unless_explained(found: Found, before: Collection[str], conditions: list[Condition]) -> list[Condition]:
    """Leave out stuck orders while no worker lives or no schedule fires: that alarm says it, once.

    In the round that finds this mended too, by the alarms that are still open from `before`, and in the first
    one after a time without any: nothing of what waited has had its turn yet.
    """
    if Kind.SCHEDULE not in found.unknown and not _EXPLAINS_STUCK & {*before, *found.causes}:
        return conditions
    found.unknown.add(Kind.STUCK)
    return [condition for condition in conditions if condition.kind is not Kind.STUCK]
