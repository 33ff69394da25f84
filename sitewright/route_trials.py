"""The preflight of the AI routes: each is tried live, and its circuit is brought to what came of it.

The one function for all who try a route: `doctor`, a worker before it takes work, recovery and watching.
`sitewright.copywriting` asks, `sitewright.orders.circuits` remembers; they do not know each other.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sitewright.copywriting import ProbeResult, probe
from sitewright.database import Database
from sitewright.errors import DatabaseError
from sitewright.orders.circuits import Circuit, claim_trials, open_circuits, settle_trial
from sitewright.orders.usage import last_calls
from sitewright.settings import Route

ANSWERED_LATELY = timedelta(minutes=5)
"""A route that answered an order within this time is not tried: a trial is paid for."""

_log = logging.getLogger(__name__)


async def try_routes(database: Database | None, routes: Sequence[Route]) -> tuple[ProbeResult, ...]:
    """Try each of `routes` live, side by side, once, and return what came of it, in their order.

    A route that answers has its circuit closed, one that refuses key or purse has it opened. A database that
    is away changes nothing of what is returned: that is logged, and the next trial brings the circuit to it.
    """
    try:
        open_before = await open_circuits(database, [route.name for route in routes]) if database else {}
    except DatabaseError as error:
        _log.warning("What is known of the AI routes cannot be read: %s", error)
        database, open_before = None, {}
    trials = (_try_route(database, route, open_before.get(route.name)) for route in routes)
    return tuple(await asyncio.gather(*trials))


async def _try_route(database: Database | None, route: Route, circuit: Circuit | None) -> ProbeResult:
    result = await probe(route)
    if database is not None:
        try:
            await settle_trial(database, circuit, result.problem)
        except DatabaseError as error:
            _log.warning("What the trial of route %s found was not kept: %s", route.name, error)
    return result


async def try_refused(
    database: Database, routes: Sequence[Route], *, at_once: bool = False
) -> tuple[ProbeResult, ...]:
    """Try those of `routes` whose circuit is open, but those that somebody tried within the last minute.

    `at_once`, which is for people who have just mended one, tries these too. Raises DatabaseError when it
    cannot be known which are open.
    """
    names = [route.name for route in routes]
    tried = await (open_circuits if at_once else claim_trials)(database, names)
    return await try_routes(database, [route for route in routes if route.name in tried])


@dataclass(frozen=True)
class RouteStandings:
    """What is known of routes without asking them: open circuits by name, who answers, and who is in doubt.

    `answering` are routes that answered an order lately. In doubt is a route whose last call was lately and
    no answer; where none answers, each that is not refused.
    """

    refused: Mapping[str, Circuit]
    answering: frozenset[str]
    in_doubt: tuple[Route, ...]


async def route_standings(database: Database, routes: Sequence[Route]) -> RouteStandings:
    """Return what the database knows of `routes`."""
    names = [route.name for route in routes]
    refused = await open_circuits(database, names)
    lately = await last_calls(database, set(names) - refused.keys(), ANSWERED_LATELY)
    answering = frozenset(name for name, was_answer in lately.items() if was_answer)
    in_doubt = tuple(
        route
        for route in routes
        if route.name not in refused and not lately.get(route.name, False)
        if route.name in lately or not answering
    )
    return RouteStandings(refused, answering, in_doubt)


async def a_route_answers(database: Database, routes: Sequence[Route]) -> bool:
    """Whether an order that asks now is answered: by a route that did so lately, or by one that is tried."""
    known = await route_standings(database, routes)
    return bool(known.answering) or any(result.ready for result in await try_routes(database, known.in_doubt))
