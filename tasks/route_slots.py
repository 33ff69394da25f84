"""A route's limits: how many requests may be in flight at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from sitewright.copywriting import no_slot
from sitewright.settings import Route

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]] = WeakKeyDictionary()


@asynccontextmanager
async def route_slot(route: Route, seconds: float) -> AsyncIterator[None]:
    """Hold one of the route's slots; raises RouteUnavailable when none comes free within `seconds`."""
    slots = _slots.setdefault(asyncio.get_running_loop(), {})
    slot = slots.setdefault(f"{route.name} {route.max_concurrency}", asyncio.Semaphore(route.max_concurrency))
    try:
        async with asyncio.timeout(seconds):
            await slot.acquire()
    except TimeoutError as cause:
        raise no_slot(route) from cause
    try:
        yield
    finally:
        slot.release()
