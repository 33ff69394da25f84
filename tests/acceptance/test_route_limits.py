"""A route's limits over several processes, by a real Prefect server; what is killed keeps none for long."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.register import ensure_on_server
from deployments.route_limits import ensure_route_limits, route_limit_findings
from sitewright.errors import RouteUnavailable
from sitewright.settings import Route
from tasks.route_limits import PREFIX, minute_of
from tasks.route_slots import LEASE_SECONDS, route_slot
from tests.support.counting_ai import counting_ai
from tests.support.stack_processes import processes_of

REPOSSESSOR_SECONDS = 15
"""How often the Prefect server looks for slots whose lease ran out, by default."""


def a_route(url="http://127.0.0.1:9", **settings):
    return Route(name="limited", base_url=url, model="any", **settings)


@pytest.fixture
async def prefect(stack):
    """A client of the stack's Prefect, which knows no limit of any route before and after."""
    with temporary_settings({PREFECT_API_URL: stack.addresses.prefect_api}):
        async with get_client() as client:
            await ensure_route_limits(client, ())
            yield client
            await ensure_route_limits(client, ())


@contextmanager
def asking(stack, route, requests):
    command = [sys.executable, "-m", "tests.support.asking_process", route.model_dump_json(), str(requests)]
    process = subprocess.Popen(command, env=stack.environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def three_processes(stack, route, requests):
    """Send so many requests from three processes at once, and wait for all answers."""
    third = requests // 3
    with (
        asking(stack, route, third) as first,
        asking(stack, route, third) as second,
        asking(stack, route, requests - 2 * third) as last,
    ):
        ended = await asyncio.gather(*(asyncio.to_thread(each.wait, 200) for each in (first, second, last)))
    assert ended == [0, 0, 0]


async def test_no_more_than_the_routes_slots_are_in_flight_over_three_processes(stack, prefect):
    with counting_ai(seconds=0.1) as ai:
        # No limit was made: a route that was just added works, and is limited from its first request.
        await three_processes(stack, a_route(ai.url, max_concurrency=2), 40)

    assert len(ai.arrivals) == 40
    assert ai.most_at_once == 2
    assert (await prefect.read_global_concurrency_limit_by_name(f"{PREFIX}limited")).active_slots == 0


async def test_requests_a_minute_hold_from_the_first_request_and_are_used(prefect):
    with counting_ai(seconds=0) as ai:
        route = a_route(ai.url, max_concurrency=16, requests_per_minute=200)
        async with httpx.AsyncClient(trust_env=False) as client:
            await asyncio.gather(*(_ask(route, client) for _ in range(30)))

    limit = minute_of(route)
    assert len(ai.arrivals) == 30
    for window in (0.5, 1, 2):
        assert ai.most_within(window) <= limit.limit + limit.decay * (window + 0.5), window
    assert ai.arrivals[-1] - ai.arrivals[0] <= 3 * (30 - limit.limit) / limit.decay


@pytest.mark.long
async def test_no_minute_at_the_server_has_more_requests_than_the_route_allows(stack, prefect):
    with counting_ai(seconds=0) as ai:
        route = a_route(ai.url, max_concurrency=16, requests_per_minute=90)
        await three_processes(stack, route, 135)

    assert len(ai.arrivals) == 135
    assert 60 <= ai.most_within(60) <= 90


async def test_no_slot_in_time_is_said_and_a_limit_of_nothing_stops_the_route(prefect):
    route = a_route(max_concurrency=1)
    await ensure_route_limits(prefect, [route])
    for held_elsewhere in ({"active_slots": 1}, {"active_slots": 0, "limit": 0}):
        changed = GlobalConcurrencyLimitUpdate(**held_elsewhere)
        await prefect.update_global_concurrency_limit(f"{PREFIX}limited", changed)
        began = time.monotonic()
        with pytest.raises(RouteUnavailable, match="waiting for one of the route's slots"):
            await _take(route, 1)
        assert time.monotonic() - began < 5
    await ensure_route_limits(prefect, [route])
    await _take(route, 5)


@pytest.mark.long
async def test_the_slot_of_a_killed_process_comes_back_though_the_prefect_server_died_too(stack, prefect):
    route = a_route(max_concurrency=1)
    with asking(stack, route, 0) as holder:
        assert holder.stdout.readline() == "taken\n"
        server = processes_of(stack.addresses.home, stack.addresses.pid)["prefect-server"]
        holder.send_signal(signal.SIGKILL)
        os.kill(server, signal.SIGKILL)
        killed = time.monotonic()
        await _take(route, 180)

    restarting = 30
    assert time.monotonic() - killed < LEASE_SECONDS + REPOSSESSOR_SECONDS + restarting


async def test_registration_makes_changes_and_removes_limits_and_doctor_names_what_differs(prefect):
    route = a_route(max_concurrency=3, requests_per_minute=60)
    limit = f"{PREFIX}limited"
    assert await _said(prefect, route) == ["ok: 3 slots over all workers; made with the first request"]
    await ensure_on_server((route,))
    assert await _said(prefect, route) == ["ok: 3 slots over all workers, 0 taken"]

    changed = a_route(max_concurrency=5, requests_per_minute=60)
    assert await _said(prefect, changed) == [
        f"not ok: {limit} is 3 slots in Prefect; the settings here make it 5 slots"
    ]
    faster = a_route(max_concurrency=3, requests_per_minute=61)
    assert "sitewright-route-limited.a-minute is 6 slots with a decay of" in (await _said(prefect, faster))[0]
    await ensure_on_server((changed,))
    assert await _said(prefect, changed) == ["ok: 5 slots over all workers, 0 taken"]

    await prefect.update_global_concurrency_limit(limit, GlobalConcurrencyLimitUpdate(active=False))
    assert "is switched off in Prefect: requests are not limited" in (await _said(prefect, changed))[0]
    other = Route(name="other", base_url="http://127.0.0.1:9", model="any")
    assert (await _said(prefect, other))[1] == (
        f"not ok: Prefect limits routes that are not configured here: {limit}, {limit}.a-minute"
    )
    await ensure_on_server((other,))
    assert await _said(prefect, other) == ["ok: 16 slots over all workers, 0 taken"]
    with pytest.raises(ObjectNotFound):
        await prefect.read_global_concurrency_limit_by_name(limit)


async def test_the_embedded_prefect_keeps_leases_on_disk(prefect):
    leases = (await route_limit_findings(prefect, [a_route()]))[-1]

    assert leases.ok
    assert leases.name == "slots survive a restart of Prefect"


async def _ask(route, client):
    async with route_slot(route, 60):
        await client.get(route.base_url)


async def _take(route, seconds):
    async with route_slot(route, seconds):
        pass


async def _said(prefect, route):
    """Return what doctor says of the limits, less its line on the leases."""
    findings = (await route_limit_findings(prefect, [route]))[:-1]
    return [f"{'ok' if each.ok else 'not ok'}: {each.detail}" for each in findings]
