"""Registers with Prefect what Sitewright needs there: the work pool, the deployments and their schedules.

Repeatable: `python -m deployments.register` brings the server to what `prefect.yaml` says.
"""

import asyncio
import os
import runpy
import sys
from pathlib import Path

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

import deployments
from sitewright.errors import PrefectUnavailable

WORK_POOL = "sitewright"


def prefect_file() -> Path:
    """Return the path of `prefect.yaml`, beside the package in a checkout and inside it in a wheel."""
    package = Path(deployments.__file__).parent
    found = [folder / "prefect.yaml" for folder in (package.parent, package)]
    return next(path for path in found if path.is_file())


async def ensure_work_pool(client: PrefectClient) -> bool:
    """Make the process work pool unless it is there; return whether it was made now."""
    try:
        await client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"))
    except ObjectAlreadyExists:
        return False
    return True


async def _ensure_work_pool() -> None:
    try:
        async with get_client() as client:
            await ensure_work_pool(client)
    except (httpx.HTTPError, RuntimeError) as cause:
        raise PrefectUnavailable(f"The Prefect API does not answer: {cause}") from cause


def register() -> None:
    """Make the work pool and deploy all that `prefect.yaml` lists, with their schedules.

    Prefect's own command does the deploying, in this process: a second one would import Prefect again. The
    process is that command's afterwards: its arguments and working directory are changed.
    Raises PrefectUnavailable when it refuses; it has printed why.
    """
    asyncio.run(_ensure_work_pool())
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
    except PrefectUnavailable as refused:
        sys.exit(str(refused))
