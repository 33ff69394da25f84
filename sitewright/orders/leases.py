"""The lease: at most one live run writes to an order.

Every lease of an order has a larger token than the one before (a fencing token). Whoever writes proves in
the same transaction, with the rows locked, that its token is still the order's: a run that was thought
dead and wakes up writes nothing.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Executable, Interval, Row, Select, func, literal, select, update

from sitewright.database import Database
from sitewright.errors import LeaseHeld, LeaseLost, OrderCancelled, TransitionRefused, UnknownOrder
from sitewright.orders.holders import is_dead, this_process
from sitewright.orders.models.order import TRANSITIONS, Lease, OrderState
from sitewright.orders.tables import LeaseRow, OrderRow
from sitewright.orders.timeline import note

HEARTBEAT_SECONDS = 5
LEASE_SECONDS = 30
"""A lease whose heartbeat is older than this, by the database's clock, may be taken over."""

LeaseFacts = tuple[int, str, OrderState, int, str, str, datetime, datetime, datetime | None, bool]
"""Of an order id, reference, state; of its lease token, run, holder, taken, heartbeat, released, if fresh."""


def lease_facts() -> Select[*LeaseFacts]:
    """Return the query for orders' leases; add `where` to it."""
    return select(
        OrderRow.id,
        OrderRow.reference,
        OrderRow.state,
        LeaseRow.token,
        LeaseRow.flow_run_id,
        LeaseRow.holder,
        LeaseRow.taken_at,
        LeaseRow.heartbeat_at,
        LeaseRow.released_at,
        fresh().label("fresh"),
    ).join(LeaseRow, LeaseRow.order_id == OrderRow.id)


def fresh(now: ColumnElement[datetime] | None = None) -> ColumnElement[bool]:
    """Return the condition that a lease's heartbeat is recent at the moment `now` (None: when it is read).

    One far in the future was set before the clock was stepped back; a run that lives beats again soon. A
    search gives `now()`, which an index can serve; after waiting for a lock that is the wrong moment.
    """
    moment = func.clock_timestamp() if now is None else now
    apart = literal(f"{LEASE_SECONDS} seconds").cast(Interval)
    return LeaseRow.heartbeat_at.between(moment - apart, moment + apart)


def no_live_lease() -> ColumnElement[bool]:
    """Return the condition that nobody has the order, as far as the database can tell (see `is_live`)."""
    return LeaseRow.released_at.is_not(None) | ~fresh(func.now())


def fence(order_id: int) -> Select[*LeaseFacts]:
    """Return the statement that locks an order and its lease until the transaction ends.

    It comes first in every transaction that changes an order under a lease; its row goes to `prove_held`.
    """
    locked = lease_facts().where(OrderRow.id == order_id)
    return locked.with_for_update(key_share=True, of=[OrderRow, LeaseRow])


def prove_held(order_id: int, lease: Lease, row: Row[*LeaseFacts] | None) -> Row[*LeaseFacts]:
    """Return the locked `row` when `lease` is the one that the order has.

    Raises UnknownOrder, LeaseLost, or OrderCancelled; nothing may be written then.
    """
    found = known(order_id, row)
    if found.token != lease.token:
        raise LeaseLost(
            f"Flow run {found.flow_run_id or 'unknown'} took this order over at {_moment(found.taken_at)}; "
            f"flow run {lease.flow_run_id} writes nothing more.",
            order_id=order_id,
        )
    if found.released_at is not None:
        raise LeaseLost(
            f"Flow run {lease.flow_run_id} gave this order back at {_moment(found.released_at)}; "
            "it writes nothing more.",
            order_id=order_id,
        )
    if found.state is OrderState.CANCELLED:
        raise OrderCancelled(order_id=order_id)
    return found


def known(order_id: int, row: Row[*LeaseFacts] | None) -> Row[*LeaseFacts]:
    """Return `row`; raises UnknownOrder when there is none."""
    if row is None:
        raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)
    return row


def is_live(row: Row[*LeaseFacts]) -> bool:
    """Return whether a run holds this lease: not given back, heartbeat fresh, process not known dead."""
    return row.released_at is None and row.fresh and not is_dead(row.holder)


def refuse_live(order_id: int, row: Row[*LeaseFacts]) -> None:
    """Return when no live run has the order.

    Raises LeaseHeld, which names the run, since when it has the order, and its last heartbeat.
    """
    if is_live(row):
        raise LeaseHeld(
            f"Flow run {row.flow_run_id} has this order since {_moment(row.taken_at)}; "
            f"its last heartbeat was seen at {_moment(row.heartbeat_at)}.",
            order_id=order_id,
        )


async def refuse_while_building(database: Database, order_id: int) -> None:
    """Return when no live run has the order; raises LeaseHeld or UnknownOrder."""
    async with database.transaction() as session:
        row = (await session.execute(lease_facts().where(OrderRow.id == order_id))).one_or_none()
    refuse_live(order_id, known(order_id, row))


async def take_lease(database: Database, order_id: int, flow_run_id: str) -> Lease:
    """Give the order to `flow_run_id` and count the attempt.

    A lease that was given back, whose heartbeat is older than 30 seconds, or whose process is known to be
    dead is taken over. The same flow run in another process gets no free pass: two processes of one flow run
    exist. In the same process it does: its task is tried again after it could not hand the lease back.

    Raises LeaseHeld, OrderCancelled, UnknownOrder, or TransitionRefused where the state allows no build.
    """
    async with database.transaction() as session:
        row = known(order_id, (await session.execute(fence(order_id))).one_or_none())
        refuse_unbuildable(order_id, row.state)
        if not _own(row, flow_run_id):
            refuse_live(order_id, row)
        await session.execute(_lease_given(order_id, flow_run_id, row.token + 1))
        attempts = OrderRow.attempts + 1
        await session.execute(update(OrderRow).where(OrderRow.id == order_id).values(attempts=attempts))
    if row.released_at is None:
        lost = (
            f"from flow run {row.flow_run_id}, whose last heartbeat was seen at {_moment(row.heartbeat_at)}"
        )
        await note(database, order_id, "taken over", lost, flow_run_id=flow_run_id)
    return Lease(token=row.token + 1, flow_run_id=flow_run_id)


def refuse_unbuildable(order_id: int, state: OrderState) -> None:
    """Return when an order in `state` can be built; raises OrderCancelled or TransitionRefused."""
    if state is OrderState.CANCELLED:
        raise OrderCancelled(order_id=order_id)
    if state is not OrderState.BUILDING and OrderState.BUILDING not in TRANSITIONS[state]:
        raise TransitionRefused(f"An order that is {state} cannot be built.", order_id=order_id)


async def beat(database: Database, order_id: int, lease: Lease) -> None:
    """Say that the run is alive; due every 5 seconds.

    Raises LeaseLost when the order has another lease by now, OrderCancelled when it was cancelled.
    """
    beaten = (
        update(LeaseRow)
        .where(LeaseRow.order_id == order_id, LeaseRow.token == lease.token, LeaseRow.released_at.is_(None))
        .values(heartbeat_at=func.clock_timestamp())
    )
    async with database.transaction() as session:
        await session.execute(beaten)
        row = (await session.execute(lease_facts().where(OrderRow.id == order_id))).one_or_none()
    prove_held(order_id, lease, row)


async def release_lease(database: Database, order_id: int, lease: Lease) -> None:
    """Give the order back; nothing happens when it was given back or taken over before."""
    async with database.transaction() as session:
        await session.execute(given_back(order_id, lease))


def given_back(order_id: int, lease: Lease) -> Executable:
    """Return the statement that gives the order back."""
    return (
        update(LeaseRow)
        .where(LeaseRow.order_id == order_id, LeaseRow.token == lease.token, LeaseRow.released_at.is_(None))
        .values(released_at=func.clock_timestamp())
    )


def _own(row: Row[*LeaseFacts], flow_run_id: str) -> bool:
    return bool(row.holder) and row.holder == this_process() and row.flow_run_id == flow_run_id


def _lease_given(order_id: int, flow_run_id: str, token: int) -> Executable:
    return (
        update(LeaseRow)
        .where(LeaseRow.order_id == order_id)
        .values(
            token=token,
            flow_run_id=flow_run_id,
            holder=this_process(),
            taken_at=func.clock_timestamp(),
            heartbeat_at=func.clock_timestamp(),
            released_at=None,
        )
    )


def _moment(when: datetime) -> str:
    return when.astimezone().isoformat(sep=" ", timespec="seconds")
