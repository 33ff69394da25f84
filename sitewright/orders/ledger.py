"""The ledger: the table of completed steps, and the only truth about what is done."""

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Executable, func, select, update
from sqlalchemy.dialects.postgresql import insert

from sitewright.database import Database
from sitewright.orders.leases import fence, prove_held
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import Order
from sitewright.orders.pauses import made_progress
from sitewright.orders.tables import StepRow

StatementFor: TypeAlias = Executable
"""A statement that shares the transaction of a ledger row; `sitewright.orders.releases` makes them."""


class CompletedStep(Value):
    """A step that is done: `data` is its value as JSON, `fingerprint` that of its inputs and version."""

    name: str
    fingerprint: str
    started_at: datetime
    finished_at: datetime
    flow_run_id: str
    data: dict[str, Any]


async def completed_step(database: Database, order: Order, name: str) -> CompletedStep | None:
    """Return the ledger's row for a step of this order's revision; None when it is not done."""
    columns = [getattr(StepRow, field) for field in CompletedStep.model_fields]
    query = select(*columns).where(*_step(order, name))
    async with database.transaction() as session:
        row = (await session.execute(query)).one_or_none()
    return CompletedStep.model_validate(row._asdict()) if row else None


async def complete_step(database: Database, order: Order, step: CompletedStep, *also: StatementFor) -> None:
    """Record a step as done, together with `also`: all of it in one transaction, or none.

    Raises LeaseLost when another run has the order by now, OrderCancelled when it was cancelled; nothing
    is written then.
    """
    values = step.model_dump()
    recorded = (
        insert(StepRow)
        .values(order_id=order.id, revision=order.revision, **values)
        .on_conflict_do_update(
            index_elements=[StepRow.order_id, StepRow.revision, StepRow.name],
            set_=values | {"resumed_at": None, "resumed_by": None},
        )
    )
    async with database.transaction() as session:
        prove_held(order.id, order.lease, (await session.execute(fence(order.id))).one_or_none())
        for statement in (recorded, made_progress(order.id), *also):
            await session.execute(statement)


async def note_resumed(
    database: Database, order: Order, name: str, flow_run_id: str, *also: StatementFor
) -> None:
    """Record that a run found this step done and went on, together with `also`, in one transaction.

    Raises LeaseLost and OrderCancelled as `complete_step` does.
    """
    resumed = (
        update(StepRow)
        .where(*_step(order, name))
        .values(resumed_at=func.clock_timestamp(), resumed_by=flow_run_id)
    )
    async with database.transaction() as session:
        prove_held(order.id, order.lease, (await session.execute(fence(order.id))).one_or_none())
        for statement in (resumed, *also):
            await session.execute(statement)


def _step(order: Order, name: str) -> tuple[Any, ...]:
    return StepRow.order_id == order.id, StepRow.revision == order.revision, StepRow.name == name
