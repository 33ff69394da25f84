"""Prefect's global concurrency limits for the AI routes: made, brought up to date, removed, looked at.

A request makes a missing one too (`tasks/route_slots.py`); here they are set to what the settings say.
"""

from collections.abc import Collection, Mapping

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.responses import GlobalConcurrencyLimitResponse

from sitewright.health import Finding
from sitewright.settings import Route
from tasks.route_limits import PREFIX, RouteLimit, limits_of, make_limit

_PAGE = 100
_REGISTER = "Run `python -m deployments.register` with the settings that the workers have."
_STORAGE = "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"
_ON_DISK = "prefect.server.concurrency.lease_storage.filesystem"
_IN_MEMORY = "prefect.server.concurrency.lease_storage.memory"


async def ensure_route_limits(client: PrefectClient, routes: Collection[Route]) -> None:
    """Bring the server's limits to what the settings say, and remove those of routes that are not there.

    Slots that are held stay held. Raises httpx.HTTPError when the server refuses.
    """
    wanted = {limit.name for route in routes for limit in limits_of(route)}
    known = await _known(client)
    await _bring(client, routes, known)
    for name in known.keys() - wanted:
        await client.delete_global_concurrency_limit_by_name(name)


async def update_route_limits(client: PrefectClient, routes: Collection[Route]) -> None:
    """Do the same, but remove nothing: where not everything of the installation need be known.

    Raises httpx.HTTPError when the server refuses.
    """
    await _bring(client, routes, await _known(client))


async def _bring(
    client: PrefectClient, routes: Collection[Route], known: Mapping[str, GlobalConcurrencyLimitResponse]
) -> None:
    for limit in (limit for route in routes for limit in limits_of(route)):
        if limit.name not in known:
            await make_limit(client, limit)
        elif not limit.is_as(known[limit.name]):
            changed = GlobalConcurrencyLimitUpdate(
                limit=limit.limit, slot_decay_per_second=limit.decay, active=True
            )
            await client.update_global_concurrency_limit(limit.name, changed)


async def route_limit_findings(client: PrefectClient, routes: Collection[Route]) -> list[Finding]:
    """Return a finding for the limits of each route, for those of none, and for the leases of slots."""
    limited = {route.name: limits_of(route) for route in routes if limits_of(route)}
    known = await _known(client)
    findings = [_finding(f"limits of route {name}", limits, known) for name, limits in limited.items()]
    expected = {limit.name for limits in limited.values() for limit in limits}
    if others := sorted(known.keys() - expected):
        detail = f"Prefect limits routes that are not configured here: {', '.join(others)}"
        findings.append(Finding(name="limits of other routes", ok=False, detail=detail, remedy=_REGISTER))
    if limited:
        findings.extend(await _leases(client))
    return findings


def _finding(
    name: str, limits: tuple[RouteLimit, ...], known: Mapping[str, GlobalConcurrencyLimitResponse]
) -> Finding:
    for limit in limits:
        found = known.get(limit.name)
        if found is not None and not found.active:
            detail = f"{limit.name} is switched off in Prefect: requests are not limited"
            return Finding(name=name, ok=False, detail=detail, remedy=_REGISTER)
        if found is not None and not limit.is_as(found):
            has, says = _values(found.limit, found.slot_decay_per_second), _values(limit.limit, limit.decay)
            detail = f"{limit.name} is {has} in Prefect; the settings here make it {says}"
            return Finding(name=name, ok=False, detail=detail, remedy=_REGISTER)
    slots = known.get(limits[0].name)
    taken = f", {slots.active_slots} taken" if slots else "; made with the first request"
    return Finding(name=name, ok=True, detail=f"{limits[0].limit} slots over all workers{taken}")


def _values(limit: int, decay: float) -> str:
    return f"{limit} slots" + (f" with a decay of {decay:.3f} a second" if decay else "")


async def _leases(client: PrefectClient) -> list[Finding]:
    """Whether a slot survives a restart of the server; Prefect Cloud, which does not say, is believed."""
    name = "slots survive a restart of Prefect"
    try:
        settings = (await client.request("GET", "/admin/settings")).json()
        storage = settings["server"]["concurrency"]["lease_storage"]
    except (httpx.HTTPStatusError, KeyError, TypeError):
        return []
    if storage != _IN_MEMORY:
        return [Finding(name=name, ok=True, detail=f"leases are kept by {storage}")]
    detail = "their leases are in its memory: what is taken when it restarts stays taken for good"
    remedy = (
        f"Set {_STORAGE}={_ON_DISK} where the Prefect server starts, and restart it while nothing is built. "
        "`prefect gcl update NAME --active-slots 0` frees what stayed taken."
    )
    return [Finding(name=name, ok=False, detail=detail, remedy=remedy)]


async def _known(client: PrefectClient) -> dict[str, GlobalConcurrencyLimitResponse]:
    """Return the server's limits whose names are those of routes."""
    found: list[GlobalConcurrencyLimitResponse] = []
    while page := await client.read_global_concurrency_limits(limit=_PAGE, offset=len(found)):
        found.extend(page)
    return {limit.name: limit for limit in found if limit.name.startswith(PREFIX)}
