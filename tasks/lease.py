"""The run's right to its order: kept alive while it works, handed back when it ends, however it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from prefect import get_run_logger
from prefect.runtime import flow_run as runtime

from sitewright.database import Database, open_database
from sitewright.errors import DatabaseError, DatabaseUnavailable, RunEnded, SitewrightError
from sitewright.orders.leases import HEARTBEAT_SECONDS, beat, release_lease
from sitewright.orders.models.order import Lease, Order, OrderState
from sitewright.orders.states import move
from sitewright.orders.timeline import note
from sitewright.settings import load_settings
from tasks.artifacts import show_usage


@asynccontextmanager
async def kept_lease(order: Order) -> AsyncIterator[None]:
    """Keep the order's lease while the block runs; record a failure on the order; hand the lease back.

    Raises LeaseLost or OrderCancelled, in the middle of the block, when the heartbeat finds out.
    """
    database = open_database(load_settings())
    try:
        async with failure_recorded(database, order.id, order.lease), _heartbeat(database, order):
            yield
        await release_lease(database, order.id, order.lease)
    finally:
        await show_usage(order)
        await database.close()


@asynccontextmanager
async def failure_recorded(
    database: Database, order_id: int, lease: Lease, step: str | None = None
) -> AsyncIterator[None]:
    """When the block raises, mark the order `blocked` or `failed`, hand the lease back, and raise on.

    A run that lost its lease writes nothing: another run has the order now.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, SitewrightError):
            error.order_id = error.order_id or order_id
            error.step = error.step or step
        try:
            await _settle(database, order_id, lease, error)
        except DatabaseError as unwritten:
            get_run_logger().error("Order %s: its failure could not be recorded: %s", order_id, unwritten)
        raise


async def _settle(database: Database, order_id: int, lease: Lease, error: BaseException) -> None:
    if isinstance(error, RunEnded):
        await note(database, order_id, "run ended", str(error), flow_run_id=runtime.get_id())
    elif isinstance(error, Exception):
        waits = isinstance(error, SitewrightError) and error.blocks
        reason = str(error) if isinstance(error, SitewrightError) else f"{type(error).__name__}: {error}"
        state = OrderState.BLOCKED if waits else OrderState.FAILED
        with suppress(RunEnded):
            await move(database, order_id, state, reason=reason, lease=lease)
    else:
        await note(database, order_id, "run stopped", type(error).__name__, flow_run_id=runtime.get_id())
    await release_lease(database, order_id, lease)


@asynccontextmanager
async def _heartbeat(database: Database, order: Order) -> AsyncIterator[None]:
    """Beat in the background; a lost lease or a cancelled order cancels the block and raises in its place."""
    run = asyncio.current_task()
    ended: list[RunEnded] = []

    async def keep_beating() -> None:
        while not ended:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await beat(database, order.id, order.lease)
            except DatabaseUnavailable as gone:
                # The next beat may get through; until then no other run can take the lease either.
                get_run_logger().warning("Order %s: no heartbeat: %s", order.id, gone)
            except RunEnded as reason:
                ended.append(reason)
                if run is not None:
                    run.cancel()

    beating = asyncio.create_task(keep_beating())
    try:
        yield
    except asyncio.CancelledError:
        if not ended:
            raise
        if run is not None:
            run.uncancel()
        raise ended[0] from None
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
