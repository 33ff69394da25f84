"""How the pipeline stands: the one place that is asked about the queue, read from the database."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Row, Select, func, select

from sitewright.database import Database
from sitewright.orders.costs import OrderCost, RouteCost, costs_today, dearest_today
from sitewright.orders.leases import LeaseFacts, fresh, is_live, lease_facts, no_live_lease
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import FailureCount, LiveRun, OrderSummary, PipelineStatus
from sitewright.orders.repository import summaries
from sitewright.orders.tables import FailureRow, LeaseRow, OrderRow, StepRow

RECENT = timedelta(minutes=10)

STUCK = timedelta(minutes=5)
"""What was due a run for longer than this, and has none, is stuck: recovery comes by every minute."""

LOST = timedelta(hours=1)
"""A run that was asked for longer ago, and has not come, is stuck where no other run goes on either."""

MOST_NAMED = 100
"""How many late, stuck or blocked orders are named; the counts by state are of all."""

_SETTLED = (OrderState.PUBLISHED, OrderState.CANCELLED)

Summaries = Select[*tuple[object, ...]]


async def pipeline_status(database: Database) -> PipelineStatus:
    """Return how the pipeline stands, all of it read at one moment."""
    async with database.transaction() as session:
        # One snapshot for all queries: an order that moves on in between would be counted twice, or never.
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        counts = (await session.execute(_counts())).all()
        leases = (await session.execute(_fresh_leases())).all()
        named = {
            name: [
                OrderSummary.model_validate(dict(row)) for row in (await session.execute(query)).mappings()
            ]
            for name, query in _named().items()
        }
        failures = (await session.execute(_failures())).mappings().all()
        recent_steps = (await session.execute(_recent_steps())).scalar_one()
        costs = (await session.execute(costs_today())).mappings().all()
        dearest = (await session.execute(dearest_today())).mappings().all()
    live = {lease.id: lease for lease in leases if is_live(lease)}
    # A lease that looks live while its process died on this machine is interrupted too.
    died = [order for order in named["held"] if order.id not in live]
    interrupted = sorted({order.id: order for order in (*named["interrupted"], *died)}.values(), key=_since)
    # While the queue moves, a run that was asked for long ago waits for its turn: the orders of a night
    # without a worker are not lost in the morning.
    moves = bool(live) or recent_steps > 0
    overdue = (*named["unstarted"], *named["unresumed"], *(() if moves else named["lost"]))
    stuck = {order.id: order for order in sorted(overdue, key=_since)}
    return PipelineStatus(
        orders=dict.fromkeys(OrderState, 0) | dict(counts),
        live_runs=tuple(map(_live_run, live.values())),
        oldest_waiting=next(iter(named["waiting"]), None),
        late=tuple(named["late"]),
        stuck=tuple(stuck.values())[:MOST_NAMED],
        interrupted=tuple(order for order in interrupted if order.id not in stuck)[:MOST_NAMED],
        blocked=tuple(named["blocked"]),
        failed=tuple(named["failed"]),
        failures=tuple(FailureCount.model_validate(dict(row)) for row in failures),
        steps_per_minute=recent_steps / (RECENT.total_seconds() / 60),
        cost_today=sum((row["cost"] for row in costs), Decimal(0)),
        cost_today_by_route=tuple(RouteCost.model_validate(dict(row)) for row in costs),
        dearest_today=tuple(OrderCost.model_validate(dict(row)) for row in dearest),
    )


def _since(order: OrderSummary) -> tuple[object, int]:
    return order.since, order.id


def _named() -> dict[str, Summaries]:
    """Return the queries for the orders that are named, by what they are."""
    building = _with_lease().where(OrderRow.state == OrderState.BUILDING)
    held = building.where(LeaseRow.released_at.is_(None), fresh(func.now()))
    return {
        "waiting": _in_state(OrderState.PLACED).limit(1),
        "late": _late(),
        "held": held.limit(10 * MOST_NAMED),
        "interrupted": building.where(no_live_lease()).order_by(OrderRow.resume_at).limit(MOST_NAMED),
        "unstarted": _unstarted(),
        "unresumed": _unresumed(),
        "lost": _lost(),
        "blocked": _in_state(OrderState.BLOCKED).limit(MOST_NAMED),
        "failed": _in_state(OrderState.FAILED).limit(MOST_NAMED),
    }


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


def _fresh_leases() -> Select[*LeaseFacts]:
    held = lease_facts().where(LeaseRow.released_at.is_(None), fresh(func.now()))
    return held.order_by(LeaseRow.taken_at)


def _with_lease() -> Summaries:
    return summaries().join(LeaseRow, LeaseRow.order_id == OrderRow.id)


def _in_state(state: OrderState) -> Summaries:
    return summaries().where(OrderRow.state == state).order_by(OrderRow.since, OrderRow.id)


def _late() -> Summaries:
    due = summaries().where(OrderRow.due_at < func.now(), OrderRow.state.not_in(_SETTLED))
    return due.order_by(OrderRow.due_at, OrderRow.id).limit(MOST_NAMED)


def _unstarted() -> Summaries:
    """Return the query for placed orders that were due a run long ago and have neither one nor one coming."""
    unstarted = _with_lease().where(OrderRow.state == OrderState.PLACED, OrderRow.started_at.is_(None))
    overdue = (no_live_lease(), OrderRow.since < func.now() - STUCK)
    return unstarted.where(*overdue).order_by(OrderRow.placed_at).limit(MOST_NAMED)


def _unresumed() -> Summaries:
    """Return the query for interrupted orders that were to be resumed long ago."""
    interrupted = _with_lease().where(OrderRow.state == OrderState.BUILDING, OrderRow.started_at.is_(None))
    long_ago = func.now() - STUCK
    overdue = (no_live_lease(), OrderRow.resume_at < long_ago, LeaseRow.heartbeat_at < long_ago)
    return interrupted.where(*overdue).order_by(OrderRow.resume_at).limit(MOST_NAMED)


def _lost() -> Summaries:
    """Return the query for orders whose run was asked for so long ago that its turn must have come."""
    lost = _with_lease().where(OrderRow.started_at < func.now() - LOST, no_live_lease())
    return lost.order_by(OrderRow.started_at).limit(MOST_NAMED)


def _failures() -> Select[str, str, int]:
    count = func.count()
    of_today = select(FailureRow.step, FailureRow.cause, count.label("count")).where(
        FailureRow.at > func.now() - timedelta(days=1)
    )
    by_cause = of_today.group_by(FailureRow.step, FailureRow.cause)
    return by_cause.order_by(count.desc(), FailureRow.step, FailureRow.cause)


def _recent_steps() -> Select[int]:
    return select(func.count()).select_from(StepRow).where(StepRow.finished_at > func.now() - RECENT)
