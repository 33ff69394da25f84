"""What Prefect's own server watches for us: a run that fell silent is marked as crashed.

Source: Prefect docs, "How to detect and respond to zombie flows". Two things are other than there. The clock
starts on `Running` as well: a run that is killed before its first heartbeat would stay Running for ever.
And every event of the run stops it: a run that waits in a suspended, paused or scheduled state sends no
heartbeats and is well.
"""

from datetime import timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import Automation, AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

HEARTBEAT_SECONDS = 30
"""How often a run says that it lives (`PREFECT_FLOWS_HEARTBEAT_FREQUENCY` in prefect.yaml); the least."""

SILENT_SECONDS = 3 * HEARTBEAT_SECONDS
"""After so long without a sign of life a run is marked as crashed; less would crash live ones."""

SILENT_RUNS = "Sitewright: mark silent runs as crashed"


def silent_runs() -> AutomationCore:
    """Return the automation that marks a running run of ours as crashed when it has been silent too long."""
    return AutomationCore(
        name=SILENT_RUNS,
        description="A run whose process died unseen does not stay Running. "
        "Made by `python -m deployments.register`.",
        trigger=EventTrigger(
            posture=Posture.Proactive,
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification(
                {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.sitewright"}
            ),
            after={"prefect.flow-run.heartbeat", "prefect.flow-run.Running"},
            expect={"prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            threshold=1,
            within=timedelta(seconds=SILENT_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message=f"No sign of life for {SILENT_SECONDS} seconds: its process or its machine died.",
            )
        ],
    )


async def registered_automation(client: PrefectClient) -> Automation | None:
    """Return the server's automation of that name; None where there is none."""
    return next(iter(await client.read_automations_by_name(SILENT_RUNS)), None)


async def ensure_automations(client: PrefectClient) -> None:
    """Bring the server to what this file says, switched on, whatever it had under that name before."""
    wanted = silent_runs()
    known = await registered_automation(client)
    if known is None:
        await client.create_automation(wanted)
    else:
        await client.update_automation(known.id, wanted)
