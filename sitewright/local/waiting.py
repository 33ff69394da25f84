"""Waiting, on the event loop, for what blocks."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sitewright.local.children import LOOK_SECONDS, Child

T = TypeVar("T")


async def until(child: Child, holds: Callable[[], bool]) -> None:
    """Wait until `holds`, asked in a thread; raises ChildFailed when `child` ends first."""
    while not await asyncio.to_thread(holds):
        if child.process.poll() is not None:
            raise child.failure()
        await asyncio.sleep(LOOK_SECONDS)


async def to_the_end(work: Callable[[], T]) -> T:
    """Run blocking `work` in a thread; when this task is cancelled, wait for it first: half is never left."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
