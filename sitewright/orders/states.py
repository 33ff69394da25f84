"""The states of an order, and how it goes from one to the next.

`models.order.TRANSITIONS` is the table; the database refuses every other transition by itself.
"""

from sqlalchemy import Update, case, func, update

from sitewright.database import Database
from sitewright.errors import TransitionRefused
from sitewright.orders.leases import fence, known, prove_held
from sitewright.orders.models.order import TRANSITIONS, Lease, OrderState
from sitewright.orders.tables import OrderRow
from sitewright.orders.timeline import note

WITH_REASON = frozenset({OrderState.BLOCKED, OrderState.FAILED})


async def move(
    database: Database,
    order_id: int,
    state: OrderState,
    *,
    reason: str | None = None,
    lease: Lease | None = None,
    revision: int | None = None,
    step: str | None = None,
    flow_run_id: str | None = None,
) -> bool:
    """Bring an order to `state` and tell its timeline; blocked and failed need a `reason`, a sentence.

    With `lease`, only while that lease is the order's. An order that is in `state` already keeps its since
    and takes the new reason. Returns whether the state changed.

    Raises UnknownOrder, TransitionRefused, LeaseLost, OrderCancelled; ValueError where the reason is missing.
    """
    if state in WITH_REASON and not reason:
        raise ValueError(f"an order that is {state} needs a reason")
    async with database.transaction() as session:
        row = known(order_id, (await session.execute(fence(order_id))).one_or_none())
        if lease is not None:
            prove_held(order_id, lease, row)
        refuse_transition(order_id, row.state, state)
        changed = state_changed(order_id, state, reason)
        ended = changed.values(started_at=None) if state is OrderState.CANCELLED else changed
        await session.execute(ended)
    await note(
        database,
        order_id,
        state,
        reason or "",
        revision=revision,
        step=step,
        flow_run_id=flow_run_id or (lease.flow_run_id if lease else None),
    )
    return row.state is not state


async def cancel_order(database: Database, order_id: int, by: str) -> bool:
    """Cancel an order; a run that is building it ends at its next heartbeat or ledger write.

    Returns False when it was cancelled before. Raises UnknownOrder, or TransitionRefused for an order that
    is published.
    """
    return await move(database, order_id, OrderState.CANCELLED, reason=f"cancelled by {by}")


def refuse_transition(order_id: int, before: OrderState, after: OrderState) -> None:
    """Return when an order may go from `before` to `after`, or is there; raises TransitionRefused."""
    if before is not after and after not in TRANSITIONS[before]:
        following = ", ".join(sorted(TRANSITIONS[before])) or "nothing"
        raise TransitionRefused(
            f"An order that is {before} cannot become {after}; after {before} comes {following}.",
            order_id=order_id,
        )


def state_changed(order_id: int, state: OrderState, reason: str | None = None) -> Update:
    """Return the statement that sets state and reason; the since is kept when the state stays."""
    since = case((OrderRow.state == state, OrderRow.since), else_=func.clock_timestamp())
    return update(OrderRow).where(OrderRow.id == order_id).values(state=state, reason=reason, since=since)
