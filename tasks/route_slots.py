"""A route's limits: how many requests are in flight, and begin in a minute, over all workers together.

Prefect's server counts; see docs/decisions/0019. Each process asks it for as many slots as it could use and
one at a time, so that its waiting requests do not crowd the server.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import anyio
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.responses import ConcurrencyLimitWithLeaseResponse
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from sitewright.copywriting import no_slot
from sitewright.errors import PrefectUnavailable
from sitewright.settings import Route
from tasks.draining import refuse_when_stopping
from tasks.route_limits import RouteLimit, make_limit, minute_of, slots_of

LEASE_SECONDS = 60.0
"""How long a slot stays taken after the last sign of life of who holds it; the least that Prefect knows. Its
server looks for such slots every 15 s."""

_RENEW_SECONDS = 20.0
_PATIENCE_SECONDS = 45.0
"""How long the Prefect API may be away: the time in which the embedded one is started again, and more."""
_AGAIN_SECONDS = 1.0
_GIVE_BACK_SECONDS = 5.0
"""For giving a slot back; the answer is there, and the slot comes back by itself."""
_FIRST_LOOK_SECONDS = 0.25
_SHORTEST_LOOK_SECONDS = 0.2
_LONGEST_LOOK_SECONDS = 2.0
_TAKEN = {HTTPStatus.LOCKED, HTTPStatus.UNPROCESSABLE_ENTITY}
"""No slot is free; there is none at all, because somebody set the limit to 0."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class _Here(NamedTuple):
    """What this process has of a route: its own slots, and the right to ask Prefect for one."""

    slots: asyncio.Semaphore
    asking: asyncio.Lock


_here: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Here]] = WeakKeyDictionary()


@asynccontextmanager
async def route_slot(route: Route, seconds: float) -> AsyncIterator[None]:
    """Hold one of the route's slots, and count one request of its minute.

    Raises RouteUnavailable when there is none within `seconds`, PrefectUnavailable when Prefect does not
    answer, WorkerStopping when the run is asked to stop while it waits. The slot of a process that is killed
    comes back after LEASE_SECONDS and 15 s at most.
    """
    deadline = time.monotonic() + seconds
    routes = _here.setdefault(asyncio.get_running_loop(), {})
    key = f"{route.name} {route.max_concurrency}"
    here = routes.setdefault(key, _Here(asyncio.Semaphore(route.max_concurrency), asyncio.Lock()))
    async with AsyncExitStack() as held:
        await held.enter_async_context(_own(here.slots, route, deadline))
        if not route.offline:
            await _enter_limits(held, here.asking, route, deadline)
        yield


@asynccontextmanager
async def _own(slot: asyncio.Semaphore | asyncio.Lock, route: Route, deadline: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(deadline - time.monotonic()):
            await slot.acquire()
    except TimeoutError as cause:
        raise no_slot(route) from cause
    try:
        yield
    finally:
        slot.release()


async def _enter_limits(held: AsyncExitStack, asking: asyncio.Lock, route: Route, deadline: float) -> None:
    """Take what Prefect limits; the slot first: what a minute may have is counted when it is used."""
    if not get_current_settings().api.url:
        # Prefect would start a server of its own, which knows of no other worker.
        raise PrefectUnavailable("PREFECT_API_URL is not set, so there is nobody to ask for a route's slot.")
    client = await held.enter_async_context(_client())
    minute = minute_of(route)
    async with _own(asking, route, deadline):
        lease = await _taken(client, slots_of(route), deadline, _take_slot)
        if lease is None:
            raise no_slot(route)
        await held.enter_async_context(_kept(client, lease, route))
        if minute and not await _taken(client, minute, deadline, _count_request):
            raise no_slot(route)


@asynccontextmanager
async def _client() -> AsyncIterator[PrefectClient]:
    """Open Prefect's client; in a run this is the run's own."""
    async with AsyncExitStack() as opened:
        yield await _answered(lambda: opened.enter_async_context(get_client()))


async def _answered(ask: Callable[[], Awaitable[T]]) -> T:
    """Return what Prefect answers; while it is away it is asked again, for as long as it may be.

    A run that is asked to stop asks no more.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        refuse_when_stopping()
        try:
            async with asyncio.timeout(until - time.monotonic()):
                return await ask()
        except Exception as cause:  # whatever Prefect's client raises
            if isinstance(cause, PrefectHTTPStatusError) or time.monotonic() + _AGAIN_SECONDS >= until:
                said = str(cause) or type(cause).__name__
                raise PrefectUnavailable(f"The Prefect API gave no slot for an AI call: {said}") from cause
        await asyncio.sleep(_AGAIN_SECONDS)


async def _taken(
    client: PrefectClient,
    limit: RouteLimit,
    deadline: float,
    take: Callable[[PrefectClient, RouteLimit], Awaitable[T | None]],
) -> T | None:
    """Return what `take` got; None when it got nothing until `deadline`.

    Who waits looks, and takes only what he saw: each refusal starts the decay of a limit anew, so that many
    who were refused would keep it from ever having room. A slot is taken unseen the first time.
    """
    pause = max(_SHORTEST_LOOK_SECONDS, 0.5 / limit.decay) if limit.decay else _FIRST_LOOK_SECONDS
    sees = not limit.decay
    while True:
        if sees or await _answered(partial(_has_room, client, limit)):
            got = await _answered(partial(take, client, limit))
            if got is not None:
                return got
        sees = False
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        pause = min(pause, _LONGEST_LOOK_SECONDS)
        spread = random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
        await asyncio.sleep(min(left, pause * spread))
        if not limit.decay:
            pause *= 1.5


async def _has_room(client: PrefectClient, limit: RouteLimit) -> bool:
    """Whether a slot is free; the limit is made where there is none, for a route that was just added."""
    try:
        found = await client.read_global_concurrency_limit_by_name(limit.name)
    except ObjectNotFound:
        await make_limit(client, limit)
        return True
    return not found.active or found.active_slots < found.limit


async def _take_slot(client: PrefectClient, limit: RouteLimit) -> UUID | None:
    """Take a slot and return its lease; None when none is free, or there is no such limit yet."""
    asked = client.increment_concurrency_slots_with_lease([limit.name], 1, "concurrency", LEASE_SECONDS)
    answer = await _unless_taken(asked)
    if answer is None:
        return None
    granted = ConcurrencyLimitWithLeaseResponse.model_validate(answer)
    return granted.lease_id if granted.limits else None


async def _count_request(client: PrefectClient, limit: RouteLimit) -> bool | None:
    """Count a request in its minute; None when that is full, or there is no such limit yet."""
    answer = await _unless_taken(client.increment_concurrency_slots([limit.name], 1, "rate_limit"))
    return True if answer else None


async def _unless_taken(asked: Awaitable[Any]) -> Any:
    """Return what the server answered, as JSON; None where it has no slot to give."""
    try:
        return (await asked).json()
    except PrefectHTTPStatusError as refused:
        if refused.response.status_code in _TAKEN:
            return None
        raise


@asynccontextmanager
async def _kept(client: PrefectClient, lease: UUID, route: Route) -> AsyncIterator[None]:
    """Keep the slot of `lease` while the block lasts, and give it back."""
    renewing = asyncio.create_task(_renew(client, lease, route))
    try:
        yield
    finally:
        renewing.cancel()
        with anyio.move_on_after(_GIVE_BACK_SECONDS, shield=True) as giving:
            try:
                await client.release_concurrency_slots_with_lease(lease)
            except Exception as error:  # whatever Prefect's client raises
                _log.warning("A slot of route %s was not given back: %s", route.name, error)
        if giving.cancelled_caught:
            _log.warning("A slot of route %s was not given back: Prefect does not answer.", route.name)


async def _renew(client: PrefectClient, lease: UUID, route: Route) -> None:
    """Renew the lease until cancelled; without it the request goes on, for it is paid for all the same."""
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        try:
            await client.renew_concurrency_lease(lease, LEASE_SECONDS)
        except Exception as error:  # whatever Prefect's client raises
            _log.warning("The slot of a request to route %s could not be renewed: %s", route.name, error)
