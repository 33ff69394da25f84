"""The limits of an AI route as Prefect keeps them, for all workers together: their names and values."""

import math
from contextlib import suppress
from dataclasses import dataclass

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.client.schemas.responses import GlobalConcurrencyLimitResponse
from prefect.exceptions import ObjectAlreadyExists

from sitewright.settings import Route

PREFIX = "sitewright-route-"
"""What the names of all these limits begin with."""

_A_MINUTE = ".a-minute"
"""No route's name has a dot, so that no route's slots bear the name of another one's requests a minute."""

_BURST = 10
"""One in so many of a minute's requests may begin at once when the route was idle."""
_WINDOW_SECONDS = 62.0
"""A minute, and what a request may be longer on its way to the provider than the one a minute before it."""


@dataclass(frozen=True)
class RouteLimit:
    """One of Prefect's global concurrency limits: `limit` slots at once, of which `decay` a second come free
    by themselves; without decay a slot is free when it is given back."""

    name: str
    limit: int
    decay: float = 0.0

    def is_as(self, found: GlobalConcurrencyLimitResponse) -> bool:
        """Whether the server has this limit with these values, and switched on."""
        same_decay = math.isclose(self.decay, found.slot_decay_per_second, rel_tol=1e-6, abs_tol=1e-9)
        return found.active and found.limit == self.limit and same_decay


def slots_of(route: Route) -> RouteLimit:
    """Return the limit on requests in flight."""
    return RouteLimit(f"{PREFIX}{route.name}", route.max_concurrency)


def minute_of(route: Route) -> RouteLimit | None:
    """Return the limit on requests a minute, where the route has one.

    A limit of L slots that decays by d a second admits fewer than L + 60 d in any 60 seconds: with L = N and
    d = N / 60 nearly twice the allowed N would pass in the first minute. So d is what L leaves of N.
    """
    if (most := route.requests_per_minute) is None:
        return None
    burst = max(1, most // _BURST)
    return RouteLimit(f"{PREFIX}{route.name}{_A_MINUTE}", burst, (most - burst + 1) / _WINDOW_SECONDS)


def limits_of(route: Route) -> tuple[RouteLimit, ...]:
    """Return what Prefect limits of `route`: nothing of an offline one, which costs nothing and is here."""
    if route.offline:
        return ()
    minute = minute_of(route)
    return (slots_of(route), minute) if minute else (slots_of(route),)


async def make_limit(client: PrefectClient, limit: RouteLimit) -> None:
    """Make the limit unless there is one of that name."""
    made = GlobalConcurrencyLimitCreate(
        name=limit.name, limit=limit.limit, slot_decay_per_second=limit.decay, active=True
    )
    with suppress(ObjectAlreadyExists):
        await client.create_global_concurrency_limit(made)
