"""A process that sends requests through a route's slots, as a worker's run does.

python -m tests.support.asking_process ROUTE_JSON REQUESTS: so many at once to the route's address. With 0 it
takes a slot, says so and keeps it until it is killed.
"""

import asyncio
import sys

import httpx

from sitewright.settings import Route
from tasks.route_slots import route_slot


async def _ask(route: Route, client: httpx.AsyncClient) -> None:
    async with route_slot(route, 240):
        (await client.get(route.base_url)).raise_for_status()


async def _main(route: Route, requests: int) -> None:
    if not requests:
        async with route_slot(route, 30):
            print("taken", flush=True)
            await asyncio.Event().wait()
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        await asyncio.gather(*(_ask(route, client) for _ in range(requests)))


if __name__ == "__main__":
    asyncio.run(_main(Route.model_validate_json(sys.argv[1]), int(sys.argv[2])))
