"""The run's right to its order: kept alive while it works, handed back when it ends, however it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from anyio import CancelScope
from prefect import get_run_logger
from prefect.runtime import flow_run as runtime

from sitewright.database import Database, open_database
from sitewright.errors import (
    DatabaseError,
    LeaseHeld,
    LeaseLost,
    OrderCancelled,
    RunCancelled,
    RunEnded,
    SitewrightError,
    TransitionRefused,
    UnknownOrder,
    WorkerStopping,
)
from sitewright.orders.failures import hand_back, record_failure
from sitewright.orders.leases import HEARTBEAT_SECONDS, beat, release_lease
from sitewright.orders.models.order import Lease, Order
from sitewright.orders.timeline import note
from sitewright.settings import load_settings
from tasks.artifacts import show_usage
from tasks.run_states import refuse_when_cancelled
from tasks.step import RETRY_DELAYS_SECONDS, will_be_tried_again

RETRYING = timedelta(seconds=sum(RETRY_DELAYS_SECONDS) + 60)
"""Longer than Prefect takes to try a task again."""

_NOT_THE_ORDERS_FAULT = (LeaseHeld, LeaseLost, OrderCancelled, TransitionRefused, UnknownOrder)


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
    """When the block raises, record on the order what follows, hand the lease back, and raise on.

    A run that lost its lease writes nothing: another run has the order now. One that asked for what the order
    cannot do (an earlier revision) leaves the order as it is. One that was stopped because somebody cancelled
    it in Prefect raises RunCancelled in the place of what stopped it.
    """
    try:
        yield
    except BaseException as error:
        # A run over its time is cancelled anew at every await until its scope has ended (anyio).
        with CancelScope(shield=True):
            cancelled = await _cancellation_behind(error)
            for told in (error, cancelled):
                if isinstance(told, SitewrightError):
                    told.order_id, told.step = told.order_id or order_id, told.step or step
            try:
                await _settle(database, order_id, lease, cancelled or error)
            except DatabaseError as unwritten:
                get_run_logger().error("Order %s: its failure could not be recorded: %s", order_id, unwritten)
        if cancelled is not None:
            raise cancelled from error
        raise


async def _cancellation_behind(error: BaseException) -> RunCancelled | None:
    """Return that somebody cancelled the run in Prefect, where `error` says only that it was stopped."""
    if isinstance(error, Exception) and not isinstance(error, WorkerStopping):
        return None
    try:
        await refuse_when_cancelled()
    except RunCancelled as cancelled:
        return cancelled
    return None


async def _settle(database: Database, order_id: int, lease: Lease, error: BaseException) -> None:
    try:
        if isinstance(error, _NOT_THE_ORDERS_FAULT):
            await note(database, order_id, "run ended", str(error), flow_run_id=runtime.get_id())
        elif isinstance(error, WorkerStopping):
            await hand_back(database, order_id, lease, error.message, event="handed on")
        elif will_be_tried_again(error):
            # Prefect's retry is the owner: recovery comes only if that is over and the order still waits.
            await hand_back(database, order_id, lease, str(error), event="tried again", wait=RETRYING)
        elif isinstance(error, Exception):
            step = (error.step if isinstance(error, SitewrightError) else None) or ""
            await record_failure(database, order_id, lease, error, step=step)
        else:
            stopped = f"Its run was stopped ({type(error).__name__}); it is resumed where it was."
            await hand_back(database, order_id, lease, stopped, event="interrupted")
    except _NOT_THE_ORDERS_FAULT as ended:
        get_run_logger().warning("Order %s: nothing more is written: %s", order_id, ended)
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
