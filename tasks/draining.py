"""A run that is asked to stop, by SIGTERM, ends at the next boundary: what is under way is recorded.

A worker that is being stopped sends it (`deployments/worker.py`), and so does one that was told that the run
was cancelled in Prefect. Prefect's own handler would cut the run off anywhere, a paid answer half read.
"""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect import get_run_logger

from sitewright.errors import SitewrightError, WorkerStopping
from sitewright.ports import astart_build

_asked: ContextVar[asyncio.Event | None] = ContextVar("asked_to_stop", default=None)


@contextmanager
def ends_at_a_boundary() -> Iterator[None]:
    """Let SIGTERM end the block at the next step's beginning; a second one cuts it off.

    Outside the main thread, where Python hears no signals, Prefect's own handling stays.
    """
    loop, run = asyncio.get_running_loop(), asyncio.current_task()
    asked, before = asyncio.Event(), signal.getsignal(signal.SIGTERM)

    def hear() -> None:
        if asked.is_set() and run is not None:
            run.cancel()
        asked.set()
        get_run_logger().warning("Asked to stop: the step under way is finished and recorded, none is begun.")

    try:
        loop.add_signal_handler(signal.SIGTERM, hear)
    except (RuntimeError, ValueError, NotImplementedError):
        yield
        return
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)
        loop.remove_signal_handler(signal.SIGTERM)
        # asyncio puts the default handler there; before this block it was Prefect's.
        signal.signal(signal.SIGTERM, before)


def is_asked_to_stop() -> bool:
    """Return whether this run was asked to stop."""
    asked = _asked.get()
    return asked is not None and asked.is_set()


def refuse_when_stopping() -> None:
    """Return when this run may begin something; raises WorkerStopping when it was asked to stop."""
    if is_asked_to_stop():
        raise WorkerStopping


async def hand_on(order_id: int) -> str:
    """Start the next run of an order that this one gave back; return what is to be said of it."""
    try:
        next_run = await astart_build(order_id)
    except SitewrightError as error:
        get_run_logger().warning("Order %s: no run was started to go on: %s", order_id, error)
        return "The worker is being stopped; what was under way is recorded, and recovery resumes the order."
    return f"The worker is being stopped; what was under way is recorded, and run {next_run} goes on."
