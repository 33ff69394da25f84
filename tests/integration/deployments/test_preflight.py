"""What a worker finds out from real AI servers before it takes work; nothing of it keeps it from starting."""

import asyncio
import json
import logging
import socket
import time

import pytest

from deployments.preflight import preflight
from sitewright.orders.circuits import open_circuits
from sitewright.settings import Route
from tests.support.misbehaving_ai import answers, fails, misbehaving_ai, stalls

READY = answers({"ready": True})
REVOKED = fails(401, {"message": "Incorrect API key provided.", "code": "invalid_api_key"})
NOBODY_LISTENS = "http://127.0.0.1:9/v1"
NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"


def route(name, url, **others):
    return Route(name=name, base_url=url, model="some-model", **others)


@pytest.fixture
def worker(tmp_path, monkeypatch, caplog):
    """Give this process a worker's settings, and return what it says."""
    caplog.set_level(logging.INFO, "prefect.worker")
    caplog.set_level(logging.INFO, "sitewright")
    logging.getLogger("prefect.worker").addHandler(caplog.handler)
    monkeypatch.chdir(tmp_path)

    def configured(database_url, *routes):
        monkeypatch.setenv("SITEWRIGHT_ROUTES", json.dumps([each.model_dump(mode="json") for each in routes]))
        monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database_url)
        return lambda: list(dict.fromkeys(record.getMessage() for record in caplog.records))

    yield configured
    logging.getLogger("prefect.worker").removeHandler(caplog.handler)


@pytest.mark.failure(18, 25)
async def test_before_any_order_is_paid_for_a_refused_route_is_out_of_use(database, worker, monkeypatch):
    monkeypatch.delenv("TEST_AI_KEY", raising=False)
    with misbehaving_ai() as good, misbehaving_ai() as dead:
        good.will(READY)
        dead.will(REVOKED)
        said = worker(
            database.url,
            route("dead", dead.url),
            route("good", good.url),
            route("away", NOBODY_LISTENS),
            route("keyless", good.url, api_key_env="TEST_AI_KEY"),
        )
        await preflight()
        assert (len(good.requests), len(dead.requests)) == (1, 1)
    lines = said()
    assert len([line for line in lines if "model some-model" in line]) == 4, "one line a route"
    assert sum("Route good answers with model some-model" in line for line in lines) == 1
    assert sum("The AI provider rejected the key." in line for line in lines) == 1
    assert sum("The variable TEST_AI_KEY" in line for line in lines) == 1
    opened = await open_circuits(database, ["dead", "good", "away", "keyless"])
    assert {name: circuit.http_status for name, circuit in opened.items()} == {"dead": 401}


@pytest.mark.failure(25)
async def test_a_worker_that_starts_with_a_good_key_puts_the_route_in_use_again(database, worker):
    with misbehaving_ai() as ai:
        worker(database.url, route("main", ai.url))
        ai.will(REVOKED)
        await preflight()
        assert "main" in await open_circuits(database, ["main"])
        ai.will(READY)
        await preflight()
        assert await open_circuits(database, ["main"]) == {}


async def test_a_provider_that_hangs_and_a_database_that_is_away_hold_it_up_for_seconds(worker):
    began = time.monotonic()
    with misbehaving_ai() as hanging, misbehaving_ai() as dead:
        hanging.will(stalls(60))
        dead.will(REVOKED)
        said = worker(NO_DATABASE, route("hanging", hanging.url), route("dead", dead.url))
        await preflight(3)
    assert time.monotonic() - began < 8
    assert any(
        "Route hanging was not tried to the end: that took longer than 3 s." in line for line in said()
    )
    assert any("The AI provider rejected the key." in line for line in said())
    assert any("What is known of the AI routes cannot be read" in line for line in said())


async def test_a_database_that_says_nothing_holds_it_up_for_seconds(worker):
    began = time.monotonic()
    with misbehaving_ai() as ai, socket.create_server(("127.0.0.1", 0)) as silent:
        ai.will(READY)
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        said = worker(url, route("main", ai.url))
        await asyncio.wait_for(preflight(2), 20)
    assert time.monotonic() - began < 8
    assert any("Route main was not tried to the end" in line for line in said())


async def test_settings_that_cannot_be_read_are_said_and_kept_for_the_runs(worker, monkeypatch):
    said = worker(NO_DATABASE)
    monkeypatch.setenv("SITEWRIGHT_ROUTES", "not json")
    await preflight()
    assert any("The AI routes are not tried: The settings were refused." in line for line in said())


async def test_no_route_at_all_is_said(worker):
    said = worker(NO_DATABASE)
    await preflight()
    assert any("No AI route is configured here" in line for line in said())
