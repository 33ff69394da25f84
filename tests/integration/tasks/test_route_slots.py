"""What a process does by itself about a route's slots, and what it says where there is no Prefect to ask.

The limits over several processes: `tests/acceptance/test_route_limits.py`.
"""

import asyncio
import os
import signal
import time

import pytest
from prefect.logging import disable_run_logger
from prefect.settings import PREFECT_API_URL, temporary_settings

from sitewright.errors import PrefectUnavailable, RouteUnavailable, WorkerStopping
from sitewright.settings import Route
from tasks.draining import ends_at_a_boundary
from tasks.route_limits import limits_of, minute_of
from tasks.route_slots import route_slot

NOBODY_LISTENS = "http://127.0.0.1:9/api"


def a_route(**settings):
    return Route(**{"name": "any", "base_url": "http://127.0.0.1:9", "model": "any", **settings})


async def take(route, seconds=5.0, hold=0.0):
    async with route_slot(route, seconds):
        await asyncio.sleep(hold)


async def test_an_offline_route_is_bounded_here_and_prefect_is_not_asked():
    route, at_once, seen = a_route(offline=True, max_concurrency=2), 0, []

    async def ask():
        nonlocal at_once
        async with route_slot(route, 5):
            at_once += 1
            seen.append(at_once)
            await asyncio.sleep(0.01)
            at_once -= 1

    with temporary_settings({PREFECT_API_URL: NOBODY_LISTENS}):
        await asyncio.gather(*(ask() for _ in range(9)))

    assert len(seen) == 9
    assert max(seen) == 2
    assert limits_of(route) == ()


async def test_who_waits_for_this_process_itself_is_told_in_time():
    route = a_route(offline=True, max_concurrency=1)
    holder = asyncio.create_task(take(route, hold=5))
    await asyncio.sleep(0)
    began = time.monotonic()
    with pytest.raises(RouteUnavailable, match="waiting for one of the route's slots"):
        await take(route, seconds=0.1)
    assert time.monotonic() - began < 1
    holder.cancel()


async def test_no_request_is_made_without_its_limit_when_prefect_is_away(monkeypatch):
    monkeypatch.setattr("tasks.route_slots._PATIENCE_SECONDS", 2)
    with (
        temporary_settings({PREFECT_API_URL: NOBODY_LISTENS}),
        pytest.raises(PrefectUnavailable, match="gave no slot for an AI call") as raised,
    ):
        await take(a_route(), seconds=60)
    assert raised.value.passes, "recovery resumes the order"


@pytest.mark.failure(8)
async def test_a_run_that_is_asked_to_stop_does_not_wait_for_a_slot():
    with (
        disable_run_logger(),
        temporary_settings({PREFECT_API_URL: NOBODY_LISTENS}),
        ends_at_a_boundary(),
    ):
        asyncio.get_running_loop().call_later(0.5, os.kill, os.getpid(), signal.SIGTERM)
        with pytest.raises(WorkerStopping):
            await asyncio.wait_for(take(a_route(), seconds=60), 20)


async def test_without_the_address_of_a_prefect_none_is_started_for_the_question():
    with (
        temporary_settings(restore_defaults={PREFECT_API_URL}),
        pytest.raises(PrefectUnavailable, match="PREFECT_API_URL is not set"),
    ):
        await take(a_route())


@pytest.mark.parametrize("allowed", [1, 2, 3, 9, 10, 60, 500, 10_000])
def test_no_minute_admits_more_than_the_route_allows_and_little_less(allowed):
    limit = minute_of(a_route(requests_per_minute=allowed))
    # A bucket that was empty: its slots at once, then one as each decays, until 60 s after the first.
    admitted, now, active = 0, 0.0, 0
    while now < 60:
        active += 1
        admitted += 1
        if active == limit.limit:
            now += 1 / limit.decay
            active -= 1
    assert 0.9 * allowed - 1 <= admitted <= allowed


def test_no_two_routes_share_a_limit():
    routes = [a_route(name=name, requests_per_minute=60) for name in ("a", "a-a-minute", "a_a-minute")]
    names = [limit.name for route in routes for limit in limits_of(route)]

    assert len(names) == len(set(names)) == 6
