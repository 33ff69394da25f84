"""What Prefect shows of flow runs, read in bulk, and set right where it is known to be wrong."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.runtime import flow_run as runtime

from sitewright.errors import RunCancelled

MOST_RUNS = 200
"""The most runs that the server gives at once."""

MOST_DELETED = 50
"""The most runs that one bulk request may delete."""

PATIENCE_SECONDS = 3
"""How long the work waits for a server that does not answer; its client would try for a minute."""

HANDED_ON = "HandedOn"
"""The state of a run whose worker was being stopped: another run goes on with the order."""

_BY_THE_MACHINE = "concurrency limit"
"""In the message of a run that the server itself cancelled, for a limit of its deployment was reached."""


def cancelled_by_a_person(state: State | None) -> bool:
    """Return whether somebody cancelled the run in Prefect; our own flow's way of handing on is none."""
    cancelled = {StateType.CANCELLING, StateType.CANCELLED}
    if state is None or state.type not in cancelled or state.name == HANDED_ON:
        return False
    return _BY_THE_MACHINE not in (state.message or "").lower()


async def refuse_when_cancelled() -> None:
    """Return when this run may go on; raises RunCancelled when somebody cancelled it in Prefect.

    A worker that lives stops the process too, some seconds later. A server that does not answer stops
    nothing; recovery finds out then.
    """
    flow_run_id = runtime.get_id()
    if not flow_run_id:
        return
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), get_client() as client:
            state = (await client.read_flow_run(UUID(flow_run_id))).state
    except Exception as unanswered:
        why = str(unanswered) or type(unanswered).__name__
        get_run_logger().warning("Prefect did not say whether this run was cancelled: %s", why)
        return
    if cancelled_by_a_person(state):
        raise RunCancelled(f"Flow run {flow_run_id} was cancelled in Prefect.")


async def states_of(client: PrefectClient, flow_run_ids: Iterable[str]) -> dict[str, State | None]:
    """Return the states of these runs by id; a run that Prefect does not know is left out."""
    ids = sorted({UUID(flow_run_id) for flow_run_id in flow_run_ids if flow_run_id})
    states: dict[str, State | None] = {}
    for first in range(0, len(ids), MOST_RUNS):
        some = FlowRunFilterId(any_=ids[first : first + MOST_RUNS])
        runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(id=some), limit=MOST_RUNS)
        states |= {str(run.id): run.state for run in runs}
    return states


async def our_runs(client: PrefectClient, *types: StateType) -> list[FlowRun]:
    """Return Sitewright's runs in states of these types, the earliest first, at most 200."""
    chosen = FlowRunFilter(
        tags=FlowRunFilterTags(all_=["sitewright"]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types))),
    )
    sort = FlowRunSort.EXPECTED_START_TIME_ASC
    return await client.read_flow_runs(flow_run_filter=chosen, sort=sort, limit=MOST_RUNS)


async def set_right(client: PrefectClient, run: FlowRun, type_: StateType, message: str) -> bool:
    """Bring a run to a final state unless it came to one itself meanwhile; return whether it was brought."""
    answer = await client.set_flow_run_state(run.id, State(type=type_, message=message), force=False)
    return answer.state is not None and answer.state.type is type_


async def delete_runs(client: PrefectClient, flow_run_ids: list[UUID]) -> None:
    """Delete runs, with their task runs, in as few requests as the server allows."""
    for first in range(0, len(flow_run_ids), MOST_DELETED):
        some = [str(flow_run_id) for flow_run_id in flow_run_ids[first : first + MOST_DELETED]]
        # The REST API documents this path; the client's own list of paths, which is a type, lacks it.
        path: Any = "/flow_runs/bulk_delete"
        await client.request("POST", path, json={"flow_runs": {"id": {"any_": some}}})
