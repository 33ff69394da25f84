"""Registers with Prefect what Sitewright needs there: work pools, automations, the limits of AI routes,
deployments and schedules.

Repeatable: `python -m deployments.register` brings the server to what `prefect.yaml` says.
"""

import asyncio
import os
import runpy
import sys
from contextlib import suppress
from pathlib import Path

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

import deployments
from deployments.automations import ensure_automations
from deployments.route_limits import ensure_route_limits
from deployments.start_build import RESUMED
from sitewright.errors import InvalidSettings, PrefectUnavailable
from sitewright.settings import Route, load_settings

WORK_POOL = "sitewright"
"""Where orders are built."""

WATCH_POOL = "sitewright-watch"
"""Where the scheduled flows run: apart from the builds, so that no number of them can hold these up, and
with a worker of its own that tells when the builders' is dead."""


def prefect_file() -> Path:
    """Return the path of `prefect.yaml`, beside the package in a checkout and inside it in a wheel."""
    package = Path(deployments.__file__).parent
    found = [folder / "prefect.yaml" for folder in (package.parent, package)]
    return next(path for path in found if path.is_file())


async def ensure_work_pool(client: PrefectClient, name: str) -> bool:
    """Make the process work pool `name` unless it is there; return whether it was made now."""
    try:
        await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
    except ObjectAlreadyExists:
        return False
    return True


async def ensure_queue_of_the_resumed(client: PrefectClient) -> None:
    """Make the queue of resumed orders unless it is there, before all others of the builders' pool."""
    with suppress(ObjectAlreadyExists):
        await client.create_work_queue(
            name=RESUMED,
            description="Orders that a run had before; they go first.",
            priority=1,
            work_pool_name=WORK_POOL,
        )


async def ensure_on_server(routes: tuple[Route, ...]) -> None:
    """Make work pools, automations and the limits of `routes`, or bring them up to date.

    Raises PrefectUnavailable when the Prefect API does not answer.
    """
    try:
        async with get_client() as client:
            for pool in (WORK_POOL, WATCH_POOL):
                await ensure_work_pool(client, pool)
            await ensure_queue_of_the_resumed(client)
            await ensure_automations(client)
            await ensure_route_limits(client, routes)
    except (httpx.HTTPError, RuntimeError) as cause:
        raise PrefectUnavailable(f"The Prefect API does not answer: {cause}") from cause


def register() -> None:
    """Make work pools, automations and the limits of the settings' AI routes, and deploy all that
    `prefect.yaml` lists, with their schedules.

    Prefect's own command does the deploying, in this process: a second one would import Prefect again. The
    process is that command's afterwards: its arguments and working directory are changed.
    Raises PrefectUnavailable when it refuses; it has printed why. Raises InvalidSettings before anything.
    """
    asyncio.run(ensure_on_server(load_settings().routes))
    path = prefect_file()
    os.chdir(path.parent)
    sys.argv = ["prefect", "--no-prompt", "deploy", "--all", "--prefect-file", path.name]
    try:
        runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if ended.code not in (None, 0):
            raise PrefectUnavailable("Prefect refused the deployments; it says why above.") from ended


if __name__ == "__main__":
    try:
        register()
    except (InvalidSettings, PrefectUnavailable) as refused:
        sys.exit(str(refused))
