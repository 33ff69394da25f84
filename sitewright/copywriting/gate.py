"""What stands before every request: the route's circuit, its limits, and the order's budget.

A protocol, so that this package knows neither the database nor Prefect; `LocalGate` is for tools that ask
without a pipeline (`sitewright copy`) and knows this process only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from typing import Protocol

from sitewright.errors import RouteUnavailable
from sitewright.settings import Route


class Gate(Protocol):
    """Lets requests through, one at a time."""

    def admitted(
        self, route: Route, most: Decimal, seconds: float, *, step: str
    ) -> AbstractAsyncContextManager[None]:
        """Let one request of `step` to `route` through, and count it and its price until the end.

        The block holds the exchange and its recording; a CopywritingError that leaves it says that nothing
        was sent. Entering waits up to `seconds` for one of the route's slots, and for what the order's other
        calls come to. It costs `most` at most. Raises KeyRejected, PurseEmpty or RequestRejected when the
        route's circuit is open, BudgetSpent when the order cannot pay `most`, RouteUnavailable when the time
        was used up.
        """
        ...


class LocalGate:
    """Bounds the requests of this process to each route's `max_concurrency`, and nothing else."""

    def __init__(self) -> None:
        self._slots: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def admitted(
        self, route: Route, most: Decimal, seconds: float, *, step: str
    ) -> AsyncIterator[None]:
        """Let one request through; see `Gate.admitted`."""
        del most, step
        slot = self._slots.setdefault(route.name, asyncio.Semaphore(route.max_concurrency))
        try:
            async with asyncio.timeout(seconds):
                await slot.acquire()
        except TimeoutError as cause:
            raise no_slot(route) from cause
        try:
            yield
        finally:
            slot.release()


def no_slot(route: Route) -> RouteUnavailable:
    """Return the error for a question whose time for `route` was used up waiting for its slots."""
    message = "The time for this question was used up waiting for one of the route's slots."
    return RouteUnavailable(message, route=route.name, model=route.model)
