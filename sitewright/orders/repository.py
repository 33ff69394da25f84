"""Queries about orders; each returns frozen values."""

from sqlalchemy import Select, case, func, select

from sitewright.database import Database
from sitewright.errors import UnknownOrder
from sitewright.orders.models.order import OrderState
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.records import AiRecord, OrderRecord, OrderSummary, StepRecord, TimelineEntry
from sitewright.orders.tables import AiCallRow, CustomerRow, OrderRow, StepRow, TimelineRow

_LARGEST_ID = 2**63 - 1

COMPLETED = "completed"
"""The status of a step in the ledger, which holds no others."""


async def show_order(database: Database, order_id: int) -> OrderRecord:
    """Return all that is shown of an order; raises UnknownOrder."""
    async with database.transaction() as session:
        row = (await session.execute(summaries().where(OrderRow.id == order_id))).mappings().one_or_none()
        if row is None:
            raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)
        steps = (await session.execute(_steps(order_id))).mappings().all()
        ai = (await session.execute(_ai(order_id))).mappings().one()
        timeline = (await session.execute(_timeline(order_id))).mappings().all()
    return OrderRecord(
        **row,
        steps=tuple(StepRecord(status=COMPLETED, **step) for step in steps),
        ai=AiRecord.model_validate(dict(ai)),
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


def _ai(order_id: int) -> Select[*tuple[object, ...]]:
    failed = case((AiCallRow.outcome == CallOutcome.ANSWERED, 0), else_=1)
    return select(
        func.count().label("calls"),
        func.coalesce(func.sum(failed), 0).label("failed"),
        func.coalesce(func.sum(AiCallRow.tokens_in), 0).label("tokens_in"),
        func.coalesce(func.sum(AiCallRow.tokens_out), 0).label("tokens_out"),
        func.coalesce(func.sum(AiCallRow.cost), 0).label("cost"),
    ).where(AiCallRow.order_id == order_id)


def _timeline(order_id: int) -> Select[*tuple[object, ...]]:
    columns = select(TimelineRow.at, TimelineRow.event, TimelineRow.detail)
    return columns.where(TimelineRow.order_id == order_id).order_by(TimelineRow.id)
