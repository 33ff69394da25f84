"""Set right what Prefect shows: runs whose process is gone are brought to their end.

A worker that is killed with its children, or a server that is down while a run ends, leaves runs Running,
Pending or Cancelling for ever; with them their concurrency slots. Silent runs are the automation's
(`deployments/automations.py`); what the database knows better, or that one cannot see, is settled here.
"""

from datetime import UTC, datetime, timedelta

from prefect import get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, StateType

from sitewright.database import Database, open_database
from sitewright.orders.settling import Standing, standing
from sitewright.orders.timeline import note
from sitewright.settings import load_settings
from tasks.run_states import our_runs, set_right

STARTING = timedelta(minutes=2)
"""How long a run may be Pending: a worker starts its process within seconds."""

STOPPING = timedelta(seconds=90)
"""How long a run may be Cancelling: a worker kills its process after 30 seconds."""


@task(name="settle_runs", cache_policy=NO_CACHE, persist_result=False)
async def settle_runs() -> int:
    """End the runs in Prefect that are known to be dead, and tell the timelines; return how many."""
    database = open_database(load_settings())
    async with get_client() as client:
        runs = await our_runs(client, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
        return sum([await _settle(client, database, run) for run in runs])


async def _settle(client: PrefectClient, database: Database, run: FlowRun) -> bool:
    """Bring one run to its end if it is known to have come to it; return whether it was."""
    if run.state is None:
        return False
    since = run.state.timestamp
    waited, shown = datetime.now(UTC) - since, run.state.name
    order_id = run.parameters.get("order_id")
    end, why = StateType.CRASHED, ""
    if run.state.type is StateType.PENDING and waited > STARTING:
        why = f"it was {shown} for {waited.seconds} s; no process was started for it"
    elif run.state.type is StateType.CANCELLING and waited > STOPPING:
        end, why = StateType.CANCELLED, f"it was {shown} for {waited.seconds} s; no worker stopped it"
    elif run.state.type is StateType.RUNNING and isinstance(order_id, int):
        stands = await standing(database, order_id, str(run.id), since)
        if stands is not Standing.ALIVE:
            why = str(stands)
            end = StateType.COMPLETED if stands is Standing.FINISHED else StateType.CRASHED
    if not why or not await set_right(client, run, end, f"Set right by recovery: {why}."):
        return False
    get_run_logger().info("Run %s was shown as %s: %s. It is %s now.", run.id, shown, why, end.value)
    if isinstance(order_id, int):
        told = f"Prefect showed run {run.id} as {shown}: {why}; it is marked as {end.value.lower()}"
        await note(database, order_id, "run settled", told, flow_run_id=str(run.id))
    return True
