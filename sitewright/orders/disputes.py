"""Disputes: while an order is under one, nothing of its past is removed, whatever its age."""

from sqlalchemy import select, update

from sitewright.database import Database
from sitewright.errors import UnknownOrder
from sitewright.orders.tables import OrderRow
from sitewright.orders.timeline import note


async def dispute_order(database: Database, order_id: int, why: str) -> None:
    """Put an order under dispute, with what it is about; said again, the new words take the place.

    A removal that has the order at this moment is waited for. Raises UnknownOrder.
    """
    await _set(database, order_id, why)
    await note(database, order_id, "disputed", why)


async def settle_dispute(database: Database, order_id: int) -> None:
    """End an order's dispute; nothing happens where there is none. Raises UnknownOrder."""
    if await _set(database, order_id, None):
        await note(database, order_id, "dispute settled")


async def _set(database: Database, order_id: int, why: str | None) -> bool:
    """Return whether the order was under dispute before."""
    locked = select(OrderRow.disputed).where(OrderRow.id == order_id).with_for_update(key_share=True)
    async with database.transaction() as session:
        before = (await session.execute(locked)).one_or_none()
        if before is None:
            raise UnknownOrder(f"There is no order {order_id}.", order_id=order_id)
        await session.execute(update(OrderRow).where(OrderRow.id == order_id).values(disputed=why))
    return before.disputed is not None
