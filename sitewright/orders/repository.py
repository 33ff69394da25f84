"""Queries about orders; each returns frozen values."""

from decimal import Decimal

from sqlalchemy import Select, func, select

from sitewright.database import Database
from sitewright.errors import UnknownOrder
from sitewright.orders.budgets import Held, held, holds_of
from sitewright.orders.costs import UsageRow, by_route, by_step, totals, usage_row, usage_rows
from sitewright.orders.leases import lease_facts
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import AiRecord, OrderRecord, OrderSummary, StepRecord, TimelineEntry
from sitewright.orders.tables import CustomerRow, OrderRow, StepRow, TimelineRow

_LARGEST_ID = 2**63 - 1

COMPLETED = "completed"
"""The status of a step in the ledger, which holds no others."""


async def show_order(database: Database, order_id: int, budget: Decimal | None = None) -> OrderRecord:
    """Return all that is shown of an order, with the budget that an order has; raises UnknownOrder."""
    async with database.transaction() as session:
        row = (await session.execute(summaries().where(OrderRow.id == order_id))).mappings().one_or_none()
        if row is None:
            raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)
        steps = (await session.execute(_steps(order_id))).mappings().all()
        usage = (await session.execute(usage_rows(order_id))).mappings().all()
        holds = (await session.execute(holds_of(order_id))).all()
        lease = (await session.execute(lease_facts().where(OrderRow.id == order_id))).one()
        timeline = (await session.execute(_timeline(order_id))).mappings().all()
    return OrderRecord(
        **row,
        steps=tuple(StepRecord(status=COMPLETED, **step) for step in steps),
        ai=_ai(tuple(map(usage_row, usage)), held(holds, lease), budget),
        timeline=tuple(TimelineEntry.model_validate(dict(entry)) for entry in timeline),
    )


async def list_orders(
    database: Database, *, state: OrderState | None = None, customer: str | None = None, limit: int = 100
) -> tuple[OrderSummary, ...]:
    """Return at most `limit` orders, newest first; in one state, of the customer with one e-mail."""
    query = summaries().order_by(OrderRow.placed_at.desc(), OrderRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(OrderRow.state == state)
    if customer is not None:
        query = query.join(OrderRow.customer).where(CustomerRow.email == customer.lower())
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return tuple(OrderSummary.model_validate(dict(row)) for row in rows)


async def find_order(database: Database, name: str) -> int:
    """Return the id of the order whose id, or else whose reference, is `name`; raises UnknownOrder."""
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 20 else 0
    is_id = OrderRow.id == min(number, _LARGEST_ID)
    query = select(OrderRow.id).where(is_id | (OrderRow.reference == name)).order_by(is_id.desc()).limit(1)
    async with database.transaction() as session:
        order_id = (await session.execute(query)).scalar_one_or_none()
    if order_id is None:
        raise UnknownOrder(f"There is no order '{name}'.")
    return order_id


def summaries() -> Select[*tuple[object, ...]]:
    """Return the query whose rows are `OrderSummary`s; add `where` to it."""
    columns = {name: getattr(OrderRow, name) for name in OrderSummary.model_fields}
    return select(*[column.label(name) for name, column in columns.items()])


def _steps(order_id: int) -> Select[*tuple[object, ...]]:
    seconds = func.extract("epoch", StepRow.finished_at - StepRow.started_at)
    return (
        select(
            StepRow.name,
            StepRow.finished_at.label("at"),
            seconds.label("seconds"),
            StepRow.flow_run_id,
            StepRow.resumed_at.is_not(None).label("resumed"),
        )
        .join(OrderRow, (OrderRow.id == StepRow.order_id) & (OrderRow.revision == StepRow.revision))
        .where(StepRow.order_id == order_id)
        .order_by(StepRow.finished_at, StepRow.name)
    )


def _ai(rows: tuple[UsageRow, ...], held: Held, budget: Decimal | None) -> AiRecord:
    added = totals(rows)
    return AiRecord(
        **added,
        by_step=by_step(rows),
        by_route=by_route(rows),
        budget=budget,
        held=held.in_flight,
        perhaps_paid=held.perhaps_paid,
        rows=rows,
    )


def _timeline(order_id: int) -> Select[*tuple[object, ...]]:
    columns = select(TimelineRow.at, TimelineRow.event, TimelineRow.detail)
    return columns.where(TimelineRow.order_id == order_id).order_by(TimelineRow.id)
