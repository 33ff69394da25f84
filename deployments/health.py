"""Whether Prefect has what Sitewright needs of it; `sitewright doctor` shows the answers."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import WorkerStatus
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings

from deployments.automations import SILENT_RUNS, registered_automation
from deployments.register import WATCH_POOL, WORK_POOL
from deployments.route_limits import route_limit_findings
from sitewright.health import Finding
from sitewright.settings import load_settings

EXPECTED = {
    "build-site": 0,
    "dispatch-orders": 1,
    "recover-orders": 1,
    "watch-pipeline": 1,
    "prune-releases": 1,
}
"""Deployments by name, with how many schedules of each must be on."""

_REGISTER = "Run `python -m deployments.register`."


def prefect_findings() -> tuple[Finding, ...]:
    """Try the Prefect API, work pools and their workers, deployments and schedules, limits of AI routes."""
    return asyncio.run(_findings())


async def _findings() -> tuple[Finding, ...]:
    api = get_current_settings().api.url
    if not api:
        remedy = "Set PREFECT_API_URL, or start everything with `sitewright up`."
        return (Finding(name="Prefect API", ok=False, detail="PREFECT_API_URL is not set", remedy=remedy),)
    try:
        async with get_client() as client:
            version = await client.api_version()
            seen = Finding(name="Prefect API", ok=True, detail=f"{api} answers, version {version}")
            pools = [await _work_pool(client, pool) for pool in (WORK_POOL, WATCH_POOL)]
            ours = [*await _deployments(client), await _automation(client)]
            limits = await route_limit_findings(client, load_settings().routes)
            return seen, *pools, *ours, *limits
    except (httpx.HTTPError, RuntimeError, OSError) as error:
        detail = f"{api} does not answer: {str(error) or type(error).__name__}"
        remedy = "Start the Prefect server (`sitewright up`) or correct PREFECT_API_URL."
        return (Finding(name="Prefect API", ok=False, detail=detail, remedy=remedy),)


async def _work_pool(client: PrefectClient, pool_name: str) -> Finding:
    name = f"work pool {pool_name}"
    try:
        pool = await client.read_work_pool(pool_name)
    except ObjectNotFound:
        return Finding(name=name, ok=False, detail="there is no such work pool", remedy=_REGISTER)
    if pool.is_paused:
        remedy = f"Run `prefect work-pool resume {pool_name}`."
        return Finding(name=name, ok=False, detail="it is paused", remedy=remedy)
    workers = await client.read_workers_for_work_pool(pool_name)
    live = [worker for worker in workers if worker.status == WorkerStatus.ONLINE]
    if not live:
        last = max((w.last_heartbeat_time for w in workers if w.last_heartbeat_time), default=None)
        detail = "no worker is alive" + (f"; the last was seen {_ago(last)}" if last else "")
        remedy = f"Start one: `python -m deployments.worker --pool {pool_name}`."
        return Finding(name=name, ok=False, detail=detail, remedy=remedy)
    return Finding(name=name, ok=True, detail=f"{len(live)} live: " + ", ".join(w.name for w in live))


async def _deployments(client: PrefectClient) -> list[Finding]:
    tagged = DeploymentFilter(tags=DeploymentFilterTags(all_=["sitewright"]))
    registered = {found.name: found for found in await client.read_deployments(deployment_filter=tagged)}
    findings = []
    for expected, schedules in EXPECTED.items():
        name = f"deployment {expected}"
        deployment = registered.get(expected)
        if deployment is None:
            findings.append(Finding(name=name, ok=False, detail="it is not registered", remedy=_REGISTER))
            continue
        on = sum(schedule.active for schedule in deployment.schedules)
        if deployment.paused or on < schedules:
            remedy = f"Switch it on in the Prefect UI, or {_REGISTER[0].lower()}{_REGISTER[1:]}"
            findings.append(Finding(name=name, ok=False, detail="its schedule is off", remedy=remedy))
        else:
            detail = "registered" + (", schedule on" if schedules else "")
            findings.append(Finding(name=name, ok=True, detail=detail))
    return findings


async def _automation(client: PrefectClient) -> Finding:
    name = "runs that fall silent are marked as crashed"
    automation = await registered_automation(client)
    if automation is None:
        return Finding(
            name=name, ok=False, detail=f"there is no automation '{SILENT_RUNS}'", remedy=_REGISTER
        )
    if not automation.enabled:
        return Finding(name=name, ok=False, detail="the automation is switched off", remedy=_REGISTER)
    return Finding(name=name, ok=True, detail="the automation is on")


def _ago(moment: datetime) -> str:
    passed = datetime.now(UTC) - moment
    return f"{timedelta(seconds=int(passed.total_seconds()))} ago"
