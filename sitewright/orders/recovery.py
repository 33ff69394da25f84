"""Which orders are due something that nobody is doing, and what is written when they are resumed or given up.

Every query is bounded and runs on an index of its own, so a round costs the same with ten orders and with a
hundred thousand (tests/integration/orders/test_a_hundred_thousand_orders.py reads the plans).
"""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Interval,
    Select,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)

from sitewright.database import Database
from sitewright.errors import BudgetSpent, RunsDied
from sitewright.orders.holders import is_dead
from sitewright.orders.leases import fence, fresh, known, no_live_lease, refuse_live
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState
from sitewright.orders.pauses import LONGEST_PAUSE, MOST_RECOVERIES, after_a_pause
from sitewright.orders.states import state_changed
from sitewright.orders.tables import FailureRow, LeaseRow, OrderRow
from sitewright.orders.timeline import note

ON_ITS_WAY = timedelta(seconds=15)
"""A run that was asked for is not asked about for so long; most are there by then."""

MOST_LIVE = 1000
"""How many leases with a fresh heartbeat are looked at: their processes may be dead on this machine."""


class Why(StrEnum):
    """Why an order is due to be resumed."""

    INTERRUPTED = "its run ended or died"
    NEVER_TAKEN = "the run that was started never took it"
    MENDED = "what it waited for was mended"


class DueOrder(Value):
    """An order that nobody is building: its last run, and the run on its way, as far as there are any."""

    id: int
    reference: str
    state: OrderState
    why: Why
    recoveries: int
    attempts: int
    last_run: str
    started_run: str | None


async def interrupted_orders(database: Database, limit: int) -> tuple[DueOrder, ...]:
    """Return orders that are building without a live run, the longest due first, but those whose pause lasts.

    Also those whose lease looks live while its process is known to have died on this machine.
    """
    expired = _due(Why.INTERRUPTED).where(*_interrupted(), no_live_lease()).order_by(OrderRow.resume_at)
    looks_live = (
        select(LeaseRow.order_id, LeaseRow.holder)
        .where(LeaseRow.released_at.is_(None), fresh(func.now()))
        .order_by(LeaseRow.heartbeat_at)
        .limit(MOST_LIVE)
    )
    async with database.transaction() as session:
        found = (await session.execute(expired.limit(limit))).mappings().all()
        dead = [row.order_id for row in await session.execute(looks_live) if is_dead(row.holder)]
        if dead and len(found) < limit:
            died = _due(Why.INTERRUPTED).where(*_interrupted(), OrderRow.id.in_(dead))
            more = died.order_by(OrderRow.resume_at).limit(limit - len(found))
            found = [*found, *(await session.execute(more)).mappings()]
    return tuple(DueOrder.model_validate(dict(row)) for row in found)


async def orders_with_a_run_on_its_way(database: Database, limit: int) -> tuple[DueOrder, ...]:
    """Return orders whose run was asked for a while ago and has not taken them, the longest ago first.

    But those that are in a pause: runs that die before they take an order are tried again as all others.
    """
    asked_for = OrderRow.started_at < func.now() - literal(ON_ITS_WAY, Interval)
    query = (
        _due(Why.NEVER_TAKEN)
        .where(asked_for, no_live_lease(), _pause_is_over())
        .order_by(OrderRow.started_at)
        .limit(limit)
    )
    async with database.transaction() as session:
        found = (await session.execute(query)).mappings().all()
    return tuple(DueOrder.model_validate(dict(row)) for row in found)


async def causes_waited_for(database: Database, causes: Collection[str]) -> frozenset[str]:
    """Return those of `causes` that blocked orders wait for whose pause is over."""
    if not causes:
        return frozenset()
    looks = [
        select(literal(cause).label("cause")).where(
            select(OrderRow.id).where(*_blocked(), OrderRow.cause == cause).exists()
        )
        for cause in sorted(causes)
    ]
    async with database.transaction() as session:
        return frozenset((await session.execute(union_all(*looks))).scalars())


async def mended_orders(database: Database, causes: Collection[str], limit: int) -> tuple[DueOrder, ...]:
    """Return orders that are blocked by one of `causes` and whose pause is over, the longest due first."""
    if not causes:
        return ()
    mended = _mended(OrderRow.cause.in_(causes)).limit(limit)
    async with database.transaction() as session:
        found = (await session.execute(mended)).mappings().all()
    return tuple(DueOrder.model_validate(dict(row)) for row in found)


async def orders_within_budget(
    database: Database, budget: Decimal | None, limit: int
) -> tuple[DueOrder, ...]:
    """Return orders that BudgetSpent blocks and that go on with this `budget` (None: there is no limit).

    Those whose pause lasts are left out; the longest due come first.
    """
    enough = true() if budget is None else OrderRow.needs_budget <= budget
    mended = _mended(OrderRow.cause == BudgetSpent.__name__, enough).limit(limit)
    async with database.transaction() as session:
        found = (await session.execute(mended)).mappings().all()
    return tuple(DueOrder.model_validate(dict(row)) for row in found)


async def mark_resumed(database: Database, order: DueOrder, flow_run_id: str) -> bool:
    """Count a resumption and tell the timeline; False, and nothing is done, when the order moved meanwhile.

    What was blocked counts half: it waited for others, and keeps tries for faults of its own runs.
    """
    most = MOST_RECOVERIES // 2 if order.why is Why.MENDED else MOST_RECOVERIES
    tries = max(order.recoveries, min(order.recoveries + 1, most))
    counted = (
        update(OrderRow)
        .where(OrderRow.id == order.id, *_unmoved(order))
        .values(recoveries=tries, resume_at=after_a_pause(order.recoveries))
        .returning(OrderRow.id)
    )
    async with database.transaction() as session:
        if (await session.execute(counted)).one_or_none() is None:
            return False
    again = f" (try {tries} of {MOST_RECOVERIES} without a new step)" if order.recoveries else ""
    await note(database, order.id, "resumed", f"{order.why}{again}", flow_run_id=flow_run_id)
    return True


async def give_up(database: Database, order: DueOrder) -> bool:
    """Make an order failed whose tries are used up; False when it moved meanwhile.

    Raises UnknownOrder, or LeaseHeld when a run has it after all.
    """
    died = RunsDied(
        f"{order.recoveries} runs in a row brought it no new step; {order.why}.", order_id=order.id
    )
    return await _settle(database, order, OrderState.FAILED, cause=RunsDied.__name__, reason=str(died))


async def block(database: Database, order: DueOrder, cause: str, reason: str) -> bool:
    """Make an order blocked until an operator acts; False when it moved meanwhile.

    Raises UnknownOrder, or LeaseHeld when a run has it after all.
    """
    return await _settle(database, order, OrderState.BLOCKED, cause=cause, reason=reason)


async def _settle(database: Database, order: DueOrder, state: OrderState, *, cause: str, reason: str) -> bool:
    """Bring a waiting order to `state`. One that has ended before keeps its own: only the run was lost."""
    async with database.transaction() as session:
        row = known(order.id, (await session.execute(fence(order.id))).one_or_none())
        refuse_live(order.id, row)
        if row.state is not order.state:
            return False
        waits = row.state in {OrderState.PLACED, OrderState.BUILDING}
        settled = state_changed(order.id, state, reason).values(cause=cause, started_at=None)
        run_lost = update(OrderRow).where(OrderRow.id == order.id).values(started_at=None)
        await session.execute(settled if waits else run_lost)
        if waits:
            failure = {"step": "", "cause": cause, "message": reason, "flow_run_id": order.last_run}
            await session.execute(insert(FailureRow).values(order_id=order.id, **failure))
    event = state if waits else "run lost"
    await note(database, order.id, event, reason, flow_run_id=order.last_run or None)
    return waits


def _unmoved(order: DueOrder) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that no run took the order since it was found, and no other round counted."""
    return OrderRow.recoveries == order.recoveries, OrderRow.attempts == order.attempts


def _due(why: Why) -> Select[*tuple[object, ...]]:
    return select(
        OrderRow.id,
        OrderRow.reference,
        OrderRow.state,
        literal(why).label("why"),
        OrderRow.recoveries,
        OrderRow.attempts,
        LeaseRow.flow_run_id.label("last_run"),
        OrderRow.flow_run_id.label("started_run"),
    ).join(LeaseRow, LeaseRow.order_id == OrderRow.id)


def _mended(*conditions: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    """Return the query for blocked orders that nobody has and for which the conditions hold."""
    free = (no_live_lease(), OrderRow.started_at.is_(None))
    mended = _due(Why.MENDED).where(*_blocked(), *conditions, *free)
    return mended.order_by(OrderRow.cause, OrderRow.resume_at)


def _interrupted() -> tuple[ColumnElement[bool], ...]:
    return OrderRow.state == OrderState.BUILDING, OrderRow.started_at.is_(None), _pause_is_over()


def _blocked() -> tuple[ColumnElement[bool], ...]:
    return OrderRow.state == OrderState.BLOCKED, _pause_is_over()


def _pause_is_over() -> ColumnElement[bool]:
    # A moment further away than any pause was written before the clock was stepped back.
    now = func.now()
    return or_(
        OrderRow.resume_at.is_(None),
        OrderRow.resume_at <= now,
        OrderRow.resume_at > now + literal(2 * LONGEST_PAUSE, Interval),
    )
