"""What ended a run, and what follows for its order: it waits for something, is resumed later, or has failed.

The state, the order's lease and the failure are written in one transaction.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.types import Interval

from sitewright.database import Database
from sitewright.errors import BudgetSpent, RouteUnavailable, SitewrightError
from sitewright.orders.budgets import budget_needed
from sitewright.orders.leases import fence, given_back, prove_held
from sitewright.orders.models.order import Lease, OrderState
from sitewright.orders.pauses import MOST_RECOVERIES, pause
from sitewright.orders.states import refuse_transition, state_changed
from sitewright.orders.tables import FailureRow, OrderRow
from sitewright.orders.timeline import note

_HALF = MOST_RECOVERIES // 2


class Fate(StrEnum):
    """What follows from a failure."""

    BLOCKED = "blocked"
    """The cause has to be mended; the order then goes on by itself."""
    LATER = "later"
    """The cause may pass: the order is resumed after a pause, and has failed after the last one.

    One whose AI providers are away is then blocked: a trial tells for all orders when one answers again.
    """
    FAILED = "failed"
    """Trying again would come to the same."""


def fate(error: BaseException) -> Fate:
    """Return what follows from `error`; what is no error of ours may have been the machine's doing."""
    if not isinstance(error, SitewrightError):
        return Fate.LATER
    if error.blocks:
        return Fate.BLOCKED
    return Fate.LATER if error.passes else Fate.FAILED


def sentence(error: BaseException) -> str:
    """Return what is said of `error` to people; never empty."""
    if isinstance(error, SitewrightError):
        return str(error)
    return f"{type(error).__name__}: {error}".rstrip(": ")


async def record_failure(
    database: Database, order_id: int, lease: Lease, error: BaseException, *, step: str = ""
) -> None:
    """Record that `error` ended the run that has `lease`, settle what follows, and give the order back.

    A published order whose rebuilding failed stays published. Raises LeaseLost, OrderCancelled, UnknownOrder,
    or TransitionRefused; nothing is written then.
    """
    failure = insert(FailureRow).values(
        order_id=order_id,
        step=step,
        cause=type(error).__name__,
        message=sentence(error),
        flow_run_id=lease.flow_run_id,
    )
    async with database.transaction() as session:
        row = prove_held(order_id, lease, (await session.execute(fence(order_id))).one_or_none())
        counted = select(OrderRow.recoveries).where(OrderRow.id == order_id)
        recoveries = (await session.execute(counted)).scalar_one()
        state, reason, wait = _what_follows(error, recoveries)
        # What is blocked waits for others, and keeps tries for faults of its own runs.
        tries = min(recoveries, _HALF) if state is OrderState.BLOCKED else recoveries
        if row.state is OrderState.PUBLISHED:
            state, reason = OrderState.PUBLISHED, f"Its rebuilding failed, the live site stays. {reason}"
        else:
            refuse_transition(order_id, row.state, state)
            resume_at = func.clock_timestamp() + literal(wait, Interval)
            needs = budget_needed(order_id, error.most) if isinstance(error, BudgetSpent) else None
            changed = state_changed(order_id, state, reason).values(
                cause=type(error).__name__,
                resume_at=resume_at,
                started_at=None,
                needs_budget=needs,
                recoveries=tries,
            )
            await session.execute(changed)
        await session.execute(failure)
        await session.execute(given_back(order_id, lease))
    told = f"{reason} It is tried again in {wait}." if state is OrderState.BUILDING else reason
    # A live order was not published by a run that failed, so its timeline does not say that word.
    event = {OrderState.BUILDING: "interrupted", OrderState.PUBLISHED: "run ended"}.get(state, state)
    await note(database, order_id, event, told, step=step or None, flow_run_id=lease.flow_run_id)


def _what_follows(error: BaseException, recoveries: int) -> tuple[OrderState, str, timedelta]:
    """Return the order's state, its reason, and how long it waits before the next try."""
    follows, reason = fate(error), sentence(error)
    if follows is Fate.LATER and recoveries < MOST_RECOVERIES:
        return OrderState.BUILDING, reason, pause(recoveries)
    if follows is Fate.BLOCKED or isinstance(error, RouteUnavailable):
        return OrderState.BLOCKED, reason, pause(min(recoveries, _HALF) - 1) if recoveries else timedelta(0)
    given_up = f" Given up after {recoveries} tries without a new step." if recoveries else ""
    return OrderState.FAILED, reason + given_up, timedelta(0)


async def hand_back(
    database: Database,
    order_id: int,
    lease: Lease,
    reason: str,
    *,
    event: str,
    wait: timedelta = timedelta(0),
) -> None:
    """Give the order back in the middle of its work, to be resumed after `wait`; `reason` says why.

    Raises LeaseLost, OrderCancelled or UnknownOrder; nothing is written then.
    """
    async with database.transaction() as session:
        row = prove_held(order_id, lease, (await session.execute(fence(order_id))).one_or_none())
        if row.state is OrderState.BUILDING:
            waiting = update(OrderRow).where(OrderRow.id == order_id)
            resume_at = func.clock_timestamp() + literal(wait, Interval)
            await session.execute(waiting.values(reason=reason, resume_at=resume_at))
        await session.execute(given_back(order_id, lease))
    await note(database, order_id, event, reason, flow_run_id=lease.flow_run_id)
