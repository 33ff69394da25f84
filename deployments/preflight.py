"""Before a worker that builds takes a run, every AI route is tried live, and what came of it is logged.

A route that refuses its key or its purse has its circuit opened: no order asks it, whoever starts it.
"""

import asyncio

from prefect.logging import get_logger

from sitewright.database import Database, open_database
from sitewright.errors import InvalidSettings
from sitewright.route_trials import try_routes
from sitewright.settings import Route, load_settings

PREFLIGHT_SECONDS = 20.0
"""How long a provider, or the database, that does not answer may hold up the start of a worker."""

_log = get_logger("worker")


async def preflight(seconds: float = PREFLIGHT_SECONDS) -> None:
    """Try the AI routes that this process is configured with, each for `seconds` at most.

    Nothing that is found, or is away, keeps a worker from starting: orders that no route serves are blocked
    with the reason, and go on once one answers.
    """
    try:
        settings = load_settings()
        database = open_database(settings) if settings.database_url else None
    except InvalidSettings as error:
        _log.error("The AI routes are not tried: %s", error)
        return
    if not settings.routes:
        _log.warning("No AI route is configured here: orders wait as blocked until there is one.")
    try:
        await asyncio.gather(*(_try(database, route, seconds) for route in settings.routes))
    finally:
        if database:
            await database.close()


async def _try(database: Database | None, route: Route, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            (result,) = await try_routes(database, [route])
    except TimeoutError:
        _log.warning("Route %s was not tried to the end: that took longer than %.0f s.", route.name, seconds)
    except Exception as error:  # whatever it is, a worker is worth more than its preflight
        _log.warning("Route %s could not be tried: %s", route.name, str(error) or type(error).__name__)
    else:
        (_log.info if result.ready else _log.warning)("%s", result)
