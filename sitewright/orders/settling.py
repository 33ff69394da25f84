"""What the database knows of a flow run: whether it has its order, had it, finished it, or never came."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from sitewright.database import Database
from sitewright.orders.leases import is_live, lease_facts
from sitewright.orders.models.order import OrderState
from sitewright.orders.tables import OrderRow, StepRow

REPORTING = timedelta(seconds=60)
"""How long a run that gave its order back may take to report its end to Prefect."""

COMING = timedelta(minutes=5)
"""How long a run may be running before it takes its order: its database may be away."""


class Standing(StrEnum):
    """How a flow run stands towards its order."""

    ALIVE = "it has its order, or may still come to it or report its end"
    FINISHED = "it published its order"
    DEAD = "its process is gone"
    REPLACED = "another run has had its order since"
    NEVER_CAME = "it never took its order"


async def standing(database: Database, order_id: int, flow_run_id: str, running_since: datetime) -> Standing:
    """Return how the run stands that Prefect shows as running since `running_since`, by the database's clock.

    Of a run without an order of that number, and of one that has just begun or ended, it is ALIVE.
    """
    published = select(StepRow.name).where(
        StepRow.order_id == order_id,
        StepRow.name == "publish",
        (StepRow.flow_run_id == flow_run_id) | (StepRow.resumed_by == flow_run_id),
    )
    async with database.transaction() as session:
        row = (await session.execute(lease_facts().where(OrderRow.id == order_id))).one_or_none()
        done = (await session.execute(published)).first() is not None
        now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    if row is None:
        return Standing.ALIVE
    if row.flow_run_id != flow_run_id:
        if row.flow_run_id and row.taken_at > running_since + REPORTING:
            return Standing.REPLACED
        return Standing.NEVER_CAME if now - running_since > COMING else Standing.ALIVE
    if row.released_at is None:
        return Standing.ALIVE if is_live(row) else Standing.DEAD
    if now - row.released_at <= REPORTING:
        return Standing.ALIVE
    return Standing.FINISHED if done and row.state is OrderState.PUBLISHED else Standing.DEAD
