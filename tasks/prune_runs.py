"""Remove old runs from Prefect, with their logs and artifacts; never those of awaited or disputed orders.

Prefect deletes a run's logs along with it, and keeps its artifacts; so those go first, and a round that is
killed in between leaves runs without artifacts, which the next one removes, and no artifacts without run.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterEndTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import TERMINAL_STATES, Artifact, FlowRun
from prefect.client.schemas.sorting import ArtifactSort, FlowRunSort
from prefect.exceptions import ObjectNotFound

from sitewright.database import Database, open_database
from sitewright.orders.models.base import Value
from sitewright.orders.retention import settled_among
from sitewright.orders.rounds import EVERY
from sitewright.settings import load_settings
from tasks.run_states import MOST_DELETED

ROUNDS_DAYS = 2
"""How long the runs of the scheduled flows are kept: there are thousands a day, and they tell of no order."""

MOST_ARTIFACTS = 200
"""The most artifacts that the server gives at once."""


class PrunedRuns(Value):
    """How many runs were removed, with how many artifacts; in a `dry_run`, would be."""

    dry_run: bool
    runs: int
    artifacts: int


@task(name="prune_runs", cache_policy=NO_CACHE, persist_result=False)
async def prune_runs(dry_run: bool) -> PrunedRuns:
    """Remove every run that ended more than `runs_days` ago, unless its order is awaited or under dispute.

    Runs of an order that the database does not know stay: they may be another installation's.
    """
    settings = load_settings()
    database, days = open_database(settings), settings.retention.runs_days
    try:
        async with get_client() as client:
            prunings = [_Ended(days)]
            if scheduled := await _scheduled(client):
                prunings.append(_Ended(min(days, ROUNDS_DAYS), scheduled))
            done = [await _prune(client, database, ended, dry_run=dry_run) for ended in prunings]
    finally:
        await database.close()
    pruned = PrunedRuns(
        dry_run=dry_run,
        runs=sum(each.runs for each in done),
        artifacts=sum(each.artifacts for each in done),
    )
    would = "Would remove" if dry_run else "Removed"
    get_run_logger().info("%s %s runs from Prefect, %s artifacts.", would, pruned.runs, pruned.artifacts)
    return pruned


@dataclass(frozen=True)
class _Ended:
    """Runs that ended more than so many days ago; of these deployments only, where there are any."""

    days: int
    deployments: tuple[UUID, ...] = ()

    def filter(self, *, among: list[UUID] | None = None) -> FlowRunFilter:
        own = {"deployment_id": FlowRunFilterDeploymentId(any_=list(self.deployments))}
        return FlowRunFilter(
            tags=FlowRunFilterTags(all_=["sitewright"]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=sorted(TERMINAL_STATES))),
            end_time=FlowRunFilterEndTime(before_=datetime.now(UTC) - timedelta(days=self.days)),
            **({"id": FlowRunFilterId(any_=among)} if among else {}),
            **(own if self.deployments else {}),
        )


async def _scheduled(client: PrefectClient) -> tuple[UUID, ...]:
    """Return the deployments of the scheduled flows."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=["sitewright"]))
    deployments = await client.read_deployments(deployment_filter=ours)
    return tuple(each.id for each in deployments if each.name in EVERY)


async def _prune(client: PrefectClient, database: Database, ended: _Ended, *, dry_run: bool) -> PrunedRuns:
    runs = artifacts = staying = 0
    while page := await _page(client, ended, offset=staying):
        going = await _prunable(database, page)
        artifacts += await _prune_artifacts(client, going, dry_run=dry_run)
        gone = len(going) if dry_run else await _delete(client, going, ended)
        runs += gone
        staying += len(page) - (0 if dry_run else gone)
    return PrunedRuns(dry_run=dry_run, runs=runs, artifacts=artifacts)


async def _page(client: PrefectClient, ended: _Ended, offset: int) -> list[FlowRun]:
    sort = FlowRunSort.EXPECTED_START_TIME_ASC
    return await client.read_flow_runs(
        flow_run_filter=ended.filter(), sort=sort, limit=MOST_DELETED, offset=offset
    )


async def _prunable(database: Database, runs: list[FlowRun]) -> list[UUID]:
    orders = {run.id: order_id for run in runs if (order_id := _order_of(run)) is not None}
    settled = await settled_among(database, sorted(set(orders.values())))
    return [run.id for run in runs if run.id not in orders or orders[run.id] in settled]


def _order_of(run: FlowRun) -> int | None:
    """Return the order that a run is for, by its parameters or else its tag; None for rounds of schedules."""
    told = [run.parameters.get("order_id"), *(tag.removeprefix("order:") for tag in run.tags if ":" in tag)]
    return next((int(one) for one in map(str, told) if one.isascii() and one.isdigit()), None)


async def _prune_artifacts(client: PrefectClient, flow_run_ids: list[UUID], *, dry_run: bool) -> int:
    """Delete the runs' artifacts, or in a dry run count them."""
    count = 0
    while flow_run_ids and (found := await _artifacts(client, flow_run_ids, offset=count if dry_run else 0)):
        count += len(found)
        for artifact in [] if dry_run else found:
            await _delete_artifact(client, artifact)
    return count


async def _artifacts(client: PrefectClient, flow_run_ids: list[UUID], offset: int) -> list[Artifact]:
    of_runs = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=flow_run_ids))
    return await client.read_artifacts(
        artifact_filter=of_runs, sort=ArtifactSort.ID_DESC, limit=MOST_ARTIFACTS, offset=offset
    )


async def _delete_artifact(client: PrefectClient, artifact: Artifact) -> None:
    try:
        await client.delete_artifact(artifact.id)
    except ObjectNotFound:
        # Another round at this moment.
        return


async def _delete(client: PrefectClient, flow_run_ids: list[UUID], ended: _Ended) -> int:
    """Delete those of the runs that are still ended; a run that was retried meanwhile stays."""
    if not flow_run_ids:
        return 0
    chosen = ended.filter(among=flow_run_ids).model_dump(mode="json", exclude_unset=True)
    # The REST API documents this path; the client's own list of paths, which is a type, lacks it.
    path: Any = "/flow_runs/bulk_delete"
    answer = await client.request("POST", path, json={"flow_runs": chosen, "limit": MOST_DELETED})
    answer.raise_for_status()
    return len(answer.json()["deleted"])
