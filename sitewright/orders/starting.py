"""Starting runs: which orders are due one, and with which number a run starts."""

from datetime import timedelta

from sqlalchemy import func, select, update

from sitewright.database import Database
from sitewright.errors import OrderCancelled, TransitionRefused, UnknownOrder
from sitewright.orders.leases import is_live, lease_facts, refuse_unbuildable
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState
from sitewright.orders.tables import OrderRow

ASKED_AGAIN = timedelta(minutes=10)
"""A placed order whose run has not taken it by then is dispatched again: that run may be dead."""


class StartPoint(Value):
    """What a run is started for.

    `attempt` is how many runs took this order so far; `live_run` the flow run that has it now, if one has.
    """

    order_id: int
    revision: int
    attempt: int
    live_run: str | None


async def start_point(database: Database, order_id: int, revision: int | None = None) -> StartPoint:
    """Return where the next run of an order starts (`revision` None: the current one).

    Raises UnknownOrder where there is no such order or revision, TransitionRefused where its state allows no
    build or a later revision replaced this one.
    """
    query = select(OrderRow.state, OrderRow.revision, OrderRow.attempts).where(OrderRow.id == order_id)
    async with database.transaction() as session:
        row = (await session.execute(query)).one_or_none()
        lease = (await session.execute(lease_facts().where(OrderRow.id == order_id))).one_or_none()
    if row is None or lease is None:
        raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)
    try:
        refuse_unbuildable(order_id, row.state)
    except OrderCancelled as cause:
        raise TransitionRefused("The order was cancelled, so it is not built.", order_id=order_id) from cause
    refuse_other_revision(order_id, revision, row.revision)
    live_run = lease.flow_run_id if is_live(lease) else None
    return StartPoint(order_id=order_id, revision=row.revision, attempt=row.attempts, live_run=live_run)


def refuse_other_revision(order_id: int, asked: int | None, current: int) -> None:
    """Return when `asked` is the order's current revision, or None.

    Raises TransitionRefused for an earlier revision, UnknownOrder for one that does not exist.
    """
    if asked is None or asked == current:
        return
    if 1 <= asked < current:
        replaced = f"Revision {asked} was replaced by revision {current}; only that one is built."
        raise TransitionRefused(replaced, order_id=order_id)
    raise UnknownOrder(f"This order has no revision {asked}, only 1 to {current}.", order_id=order_id)


async def undispatched_orders(database: Database, limit: int) -> tuple[int, ...]:
    """Return the ids of at most `limit` placed orders that are due a run, the longest waiting first.

    Those without one come first, then those whose run was started more than 10 minutes ago: it may have died
    before it took the order. Where it lives, starting a run finds it.
    """
    asked_long_ago = OrderRow.started_at < func.clock_timestamp() - ASKED_AGAIN
    query = (
        select(OrderRow.id)
        .where(OrderRow.state == OrderState.PLACED, OrderRow.flow_run_id.is_(None) | asked_long_ago)
        .order_by(OrderRow.started_at.nulls_first(), OrderRow.placed_at, OrderRow.id)
        .limit(limit)
    )
    async with database.transaction() as session:
        return tuple((await session.execute(query)).scalars())


async def mark_started(database: Database, order_id: int, flow_run_id: str) -> None:
    """Record the run that was started last for an order; raises UnknownOrder."""
    started = (
        update(OrderRow)
        .where(OrderRow.id == order_id)
        .values(flow_run_id=flow_run_id, started_at=func.clock_timestamp())
        .returning(OrderRow.id)
    )
    async with database.transaction() as session:
        if (await session.execute(started)).one_or_none() is None:
            raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)
