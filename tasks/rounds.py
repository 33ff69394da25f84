"""A round of a scheduled flow: noted when it begins and when it is done, so that its absence is noticed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.runtime import flow_run as runtime

from sitewright.database import Database, open_database
from sitewright.orders.rounds import EVERY, round_began, round_ended
from sitewright.settings import load_settings
from tasks.run_states import MOST_RUNS, delete_runs

MISSED = timedelta(seconds=90)
"""A round of a schedule that is later than this has nothing to add to the next one."""

PATIENCE_SECONDS = 60


@asynccontextmanager
async def round_of(name: str) -> AsyncIterator[Database]:
    """Note a round of the scheduled flow `name`; give the block the database, and close it afterwards.

    What the schedules of every minute missed is removed first: after a night without a worker thousands of
    rounds wait, and each would take its turn before what is due now. A round that raises has not ended.
    """
    database = open_database(load_settings())
    try:
        await round_began(database, name)
        if runtime.get_id():  # else this is no run, and there may be no Prefect
            await _remove_missed_rounds()
        yield database
        await round_ended(database, name)
    finally:
        await database.close()


async def _remove_missed_rounds() -> None:
    removed = 0
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), get_client() as client:
            frequent = await _frequent(client)
            while late := await _missed_rounds(client, frequent):
                await delete_runs(client, [run.id for run in late])
                removed += len(late)
    except Exception as error:  # whatever Prefect's client raises: this round is not one of them
        why = str(error) or type(error).__name__
        get_run_logger().warning("Rounds that were missed could not be removed: %s", why)
    if removed:
        get_run_logger().info("%s rounds that were missed while no worker lived are removed.", removed)


async def _frequent(client: PrefectClient) -> list[UUID]:
    """Return the deployments that come round so often that a late round has nothing to add to the next."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=["sitewright"]))
    deployments = await client.read_deployments(deployment_filter=ours)
    return [each.id for each in deployments if EVERY.get(each.name, MISSED) < MISSED]


async def _missed_rounds(client: PrefectClient, deployments: list[UUID]) -> list[FlowRun]:
    chosen = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=deployments),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.now(UTC) - MISSED),
    )
    runs = await client.read_flow_runs(flow_run_filter=chosen, limit=MOST_RUNS)
    return [run for run in runs if run.auto_scheduled]
