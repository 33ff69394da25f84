"""Starting runs: which orders are due one, and with which number a run starts."""

from sqlalchemy import case, func, select, update

from sitewright.database import Database
from sitewright.errors import OrderCancelled, TransitionRefused, UnknownOrder
from sitewright.orders.leases import is_live, lease_facts, no_live_lease, refuse_unbuildable
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState
from sitewright.orders.tables import LeaseRow, OrderRow


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


class Undispatched(Value):
    """A placed order that is due its first run, and how many runs took it so far."""

    id: int
    attempts: int


async def undispatched_orders(database: Database, limit: int) -> tuple[Undispatched, ...]:
    """Return placed orders without a run or one on its way, at most `limit`, the longest waiting first."""
    query = (
        select(OrderRow.id, OrderRow.attempts)
        .join(LeaseRow, LeaseRow.order_id == OrderRow.id)
        .where(OrderRow.state == OrderState.PLACED, OrderRow.started_at.is_(None), no_live_lease())
        .order_by(OrderRow.placed_at, OrderRow.id)
        .limit(limit)
    )
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return tuple(Undispatched.model_validate(dict(row)) for row in rows)


async def mark_started(database: Database, order_id: int, flow_run_id: str) -> None:
    """Record the run that is on its way to an order, unless it is there already; raises UnknownOrder.

    Whoever starts a run for an order that was given up begins to count its tries anew.
    """
    holder = select(LeaseRow.flow_run_id).where(LeaseRow.order_id == order_id).scalar_subquery()
    on_its_way = case((holder == flow_run_id, None), else_=func.clock_timestamp())
    given_up = (OrderRow.state == OrderState.FAILED) & OrderRow.started_at.is_(None)
    started = (
        update(OrderRow)
        .where(OrderRow.id == order_id)
        .values(
            flow_run_id=flow_run_id,
            started_at=on_its_way,
            recoveries=case((given_up, 0), else_=OrderRow.recoveries),
        )
        .returning(OrderRow.id)
    )
    async with database.transaction() as session:
        if (await session.execute(started)).one_or_none() is None:
            raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)


async def not_needed(database: Database, order_id: int, flow_run_id: str) -> None:
    """Record that the run which was on its way came, and was refused: it is not waited for any more."""
    came = update(OrderRow).where(OrderRow.id == order_id, OrderRow.flow_run_id == flow_run_id)
    async with database.transaction() as session:
        await session.execute(came.values(started_at=None))
