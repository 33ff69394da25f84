"""The run's right to its order: kept alive while it works, handed back when it ends, however it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from anyio import CancelScope
from prefect import get_run_logger
from prefect.runtime import flow_run as runtime

from sitewright.database import Database, open_database
from sitewright.errors import DatabaseError, RunEnded, SitewrightError, TransitionRefused, UnknownOrder
from sitewright.orders.leases import HEARTBEAT_SECONDS, beat, release_lease
from sitewright.orders.models.order import Lease, Order, OrderState
from sitewright.orders.states import move
from sitewright.orders.timeline import note
from sitewright.settings import load_settings
from tasks.artifacts import show_usage
from tasks.step import will_be_tried_again

_NOT_THE_ORDERS_FAULT = (RunEnded, TransitionRefused, UnknownOrder)


@asynccontextmanager
async def kept_lease(order: Order) -> AsyncIterator[None]:
    """Keep the order's lease while the block runs; record a failure on the order; hand the lease back.

    Raises LeaseLost or OrderCancelled, in the middle of the block, when the heartbeat finds out.
    """
    database = open_database(load_settings())
    try:
        async with failure_recorded(database, order.id, order.lease), _heartbeat(database, order):
            yield
        try:
            await release_lease(database, order.id, order.lease)
        except DatabaseError as kept:
            # The work is done and recorded; the lease ends with this process's heartbeat.
            get_run_logger().warning("Order %s: its lease was not handed back: %s", order.id, kept)
    finally:
        await show_usage(order)
        await database.close()


@asynccontextmanager
async def failure_recorded(
    database: Database, order_id: int, lease: Lease, step: str | None = None
) -> AsyncIterator[None]:
    """When the block raises, mark the order `blocked` or `failed`, hand the lease back, and raise on.

    A run that lost its lease writes nothing: another run has the order now. One that asked for what the order
    cannot do (an earlier revision) leaves the order as it is.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, SitewrightError):
            error.order_id = error.order_id or order_id
            error.step = error.step or step
        # A run over its time is cancelled anew at every await until its scope has ended (anyio).
        with CancelScope(shield=True):
            try:
                await _settle(database, order_id, lease, error)
            except DatabaseError as unwritten:
                get_run_logger().error("Order %s: its failure could not be recorded: %s", order_id, unwritten)
        raise


async def _settle(database: Database, order_id: int, lease: Lease, error: BaseException) -> None:
    if isinstance(error, _NOT_THE_ORDERS_FAULT):
        await note(database, order_id, "run ended", str(error), flow_run_id=runtime.get_id())
    elif will_be_tried_again(error):
        await note(database, order_id, "tried again", str(error), flow_run_id=runtime.get_id())
    elif isinstance(error, Exception):
        waits = isinstance(error, SitewrightError) and error.blocks
        reason = str(error) if isinstance(error, SitewrightError) else f"{type(error).__name__}: {error}"
        state = OrderState.BLOCKED if waits else OrderState.FAILED
        with suppress(*_NOT_THE_ORDERS_FAULT):
            await move(database, order_id, state, reason=reason, lease=lease)
    else:
        reason = f"Its run was stopped ({type(error).__name__}); building it again goes on where it was."
        with suppress(*_NOT_THE_ORDERS_FAULT):
            await move(database, order_id, OrderState.BUILDING, reason=reason, lease=lease)
    await release_lease(database, order_id, lease)


@asynccontextmanager
async def _heartbeat(database: Database, order: Order) -> AsyncIterator[None]:
    """Beat in the background; a lost lease or a cancelled order cancels the block and raises in its place."""
    run = asyncio.current_task()
    ended: list[SitewrightError] = []

    async def keep_beating() -> None:
        while not ended:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await beat(database, order.id, order.lease)
            except (RunEnded, UnknownOrder) as reason:
                ended.append(reason)
                if run is not None:
                    run.cancel()
            except Exception as missed:
                # Whatever it was, the next beat may get through; a heart that stopped in silence would give
                # the order away, and hand its own error to a run that is done.
                get_run_logger().warning("Order %s: no heartbeat: %s", order.id, missed)

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
