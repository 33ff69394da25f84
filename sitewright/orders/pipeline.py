"""How the pipeline stands: the one place that is asked about the queue, read from the database."""

from datetime import timedelta

from sqlalchemy import Row, Select, func, select

from sitewright.database import Database
from sitewright.orders.leases import LeaseFacts, is_live, lease_facts
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import LiveRun, OrderSummary, PipelineStatus
from sitewright.orders.repository import summaries
from sitewright.orders.tables import LeaseRow, OrderRow, StepRow

RECENT = timedelta(minutes=10)

MOST_NAMED = 100
"""How many late, stuck or blocked orders are named; the counts by state are of all."""

_SETTLED = (OrderState.PUBLISHED, OrderState.CANCELLED)


async def pipeline_status(database: Database) -> PipelineStatus:
    """Return how the pipeline stands, all of it read at one moment."""
    async with database.transaction() as session:
        # One snapshot for all queries: an order that moves on in between would be counted twice, or never.
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        counts = (await session.execute(_counts())).all()
        leases = (await session.execute(_unreleased())).all()
        waiting = (await session.execute(_in_state(OrderState.PLACED).limit(1))).mappings().all()
        late = (await session.execute(_late())).mappings().all()
        building = (await session.execute(_in_state(OrderState.BUILDING))).mappings().all()
        blocked = (await session.execute(_in_state(OrderState.BLOCKED).limit(MOST_NAMED))).mappings().all()
        recent_steps = (await session.execute(_recent_steps())).scalar_one()
    live = {lease.id: lease for lease in leases if is_live(lease)}
    named = (*waiting, *late, *building, *blocked)
    orders = {row["id"]: OrderSummary.model_validate(dict(row)) for row in named}
    return PipelineStatus(
        orders=dict.fromkeys(OrderState, 0) | dict(counts),
        live_runs=tuple(map(_live_run, live.values())),
        oldest_waiting=orders[waiting[0]["id"]] if waiting else None,
        late=tuple(orders[row["id"]] for row in late),
        stuck=tuple(orders[row["id"]] for row in building if row["id"] not in live)[:MOST_NAMED],
        blocked=tuple(orders[row["id"]] for row in blocked),
        steps_per_minute=recent_steps / (RECENT.total_seconds() / 60),
    )


def _live_run(lease: Row[*LeaseFacts]) -> LiveRun:
    return LiveRun(
        order_id=lease.id,
        reference=lease.reference,
        flow_run_id=lease.flow_run_id,
        since=lease.taken_at,
        heartbeat_at=lease.heartbeat_at,
    )


def _counts() -> Select[OrderState, int]:
    return select(OrderRow.state, func.count()).group_by(OrderRow.state)


def _unreleased() -> Select[*LeaseFacts]:
    return lease_facts().where(LeaseRow.released_at.is_(None)).order_by(LeaseRow.taken_at)


def _in_state(state: OrderState) -> Select[*tuple[object, ...]]:
    return summaries().where(OrderRow.state == state).order_by(OrderRow.since, OrderRow.id)


def _late() -> Select[*tuple[object, ...]]:
    due = summaries().where(OrderRow.due_at < func.now(), OrderRow.state.not_in(_SETTLED))
    return due.order_by(OrderRow.due_at, OrderRow.id).limit(MOST_NAMED)


def _recent_steps() -> Select[int]:
    return select(func.count()).select_from(StepRow).where(StepRow.finished_at > func.now() - RECENT)
