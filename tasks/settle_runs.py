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

ROUND = timedelta(hours=5)
"""Longer than any round of a scheduled flow may be Running by its own time limit."""

STOPPING = timedelta(seconds=90)
"""How long a run may be Cancelling: a worker kills its process after 30 seconds."""


@task(name="settle_runs", cache_policy=NO_CACHE, persist_result=False)
async def settle_runs() -> int:
    """End the runs in Prefect that are known to be dead, and tell the timelines; return how many.

    A run that cannot be settled holds up nothing: it is logged, and the next round tries again.
    """
    database, ended = open_database(load_settings()), 0
    try:
        async with get_client() as client:
            for run in await our_runs(client, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING):
                ended += await _settled(client, database, run)
    except Exception as error:  # whatever Prefect's client raises
        get_run_logger().warning("Runs were not settled: %s", str(error) or type(error).__name__)
    return ended


async def _settled(client: PrefectClient, database: Database, run: FlowRun) -> bool:
    try:
        return await _settle(client, database, run)
    except Exception as error:
        get_run_logger().warning("Run %s was not settled: %s", run.id, str(error) or type(error).__name__)
        return False


async def _settle(client: PrefectClient, database: Database, run: FlowRun) -> bool:
    """Bring one run to its end if it is known to have come to it; return whether it was."""
    if run.state is None:
        return False
    since = run.state.timestamp
    waited, shown = datetime.now(UTC) - since, run.state.name
    order_id = run.parameters.get("order_id")
    end, why = StateType.CRASHED, ""
    if run.state.type is StateType.PENDING and waited > STARTING:
        why = f"it was {shown} for {waited.total_seconds():.0f} s; no process was started for it"
    elif run.state.type is StateType.CANCELLING and waited > STOPPING:
        end = StateType.CANCELLED
        why = f"it was {shown} for {waited.total_seconds():.0f} s; no worker stopped it"
    elif run.state.type is StateType.RUNNING and isinstance(order_id, int):
        stands = await standing(database, order_id, str(run.id), since)
        if stands is not Standing.ALIVE:
            why = str(stands)
            end = StateType.COMPLETED if stands is Standing.FINISHED else StateType.CRASHED
    elif run.state.type is StateType.RUNNING and waited > ROUND:
        why = f"no round lasts {waited.total_seconds():.0f} s; its process is gone"
    if not why:
        return False
    if not await set_right(client, run, end, f"Set right by recovery: {why}."):
        get_run_logger().warning("Run %s is shown as %s: %s. Prefect did not mark it.", run.id, shown, why)
        return False
    get_run_logger().info("Run %s was shown as %s: %s. It is %s now.", run.id, shown, why, end.value)
    if isinstance(order_id, int):
        told = f"Prefect showed run {run.id} as {shown}: {why}; it is marked as {end.value.lower()}"
        await note(database, order_id, "run settled", told, flow_run_id=str(run.id))
    return True
