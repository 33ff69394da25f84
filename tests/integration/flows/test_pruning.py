"""Old runs and their artifacts go from a real Prefect server; what belongs to awaited orders stays."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from prefect import flow, get_client
from prefect.client.schemas.actions import ArtifactCreate, LogCreate
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import State, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings

from sitewright.local.free_port import free_port
from sitewright.local.prefect_environment import embedded_prefect, prefect_server
from sitewright.orders.disputes import dispute_order
from sitewright.orders.models.order import OrderState
from tests.support.breakpoints import plain_url
from tests.support.database import TestServer, count_rows, run_sql
from tests.support.orders import GARDENER, in_state

OLD = 31


@pytest.fixture(scope="module")
def prefect_database(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server that this module talks to, on a database of its own; the database's address."""
    home, port = tmp_path_factory.mktemp("prefect"), free_port()
    api = f"http://127.0.0.1:{port}/api"
    with server.copy(template="template1") as url:
        environment = embedded_prefect(os.environ, home, api)
        environment = prefect_server(environment, url.replace("+psycopg", "+asyncpg"), home)
        start = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, *start], env=environment, stdout=log, stderr=log)
        try:
            _wait_for(api, process, home / "log")
            with temporary_settings({PREFECT_API_URL: api}), pytest.MonkeyPatch.context() as patch:
                patch.setenv("PREFECT_API_URL", api)
                patch.setenv("PREFECT_HOME", str(home))
                yield plain_url(url)
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(api: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        with suppress(httpx.TransportError):
            if httpx.get(f"{api}/health", trust_env=False).status_code == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"Prefect did not start: {log.read_text()}")


@pytest.fixture
def environment(prefect_database, database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
    monkeypatch.setenv("SITEWRIGHT_SITE_ROOT", str(tmp_path / "sites"))


@flow(name="of-a-test")
def of_a_test(order_id: int | None = None) -> None:
    """What runs are made of here; it never runs."""


async def run(
    prefect_database, days, order_id=None, *, by="parameter", ended=StateType.COMPLETED, tags=("sitewright",)
):
    """Make a run that came to its state so many days ago, with two lines of its log and an artifact."""
    tag = {f"order:{order_id}"} if by == "tag" else set()
    parameters = {"order_id": order_id} if by == "parameter" and order_id else {}
    when = datetime.now(UTC) - timedelta(days=days)
    async with get_client() as client:
        made = await client.create_flow_run(of_a_test, parameters=parameters, tags=[*tags, *tag])
        for type_ in (StateType.RUNNING, ended):
            await client.set_flow_run_state(made.id, State(type=type_), force=True)
        line = LogCreate(name="x", level=20, message="said", timestamp=when, flow_run_id=made.id)
        await client.create_logs([line])
        artifact = ArtifactCreate(key=f"of-{uuid4()}", type="markdown", data="x", flow_run_id=made.id)
        await client.create_artifact(artifact)
    # The server gives every state the moment of its request.
    with psycopg.connect(prefect_database) as connection:
        aged = "UPDATE flow_run SET end_time = %s WHERE id = %s AND end_time IS NOT NULL"
        connection.execute(aged, [when, made.id])
    return made.id


async def prune_releases(*, dry_run=False):
    """Run the flow in a process of its own, as a worker does."""
    program = f"import asyncio, flows.prune_releases as f; asyncio.run(f.prune_releases(dry_run={dry_run}))"
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr


async def there(*flow_run_ids):
    """Return which of the runs Prefect has, and how many artifacts of them."""
    ids = list(flow_run_ids)
    async with get_client() as client:
        runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids)))
        of_runs = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=ids))
        artifacts = await client.read_artifacts(artifact_filter=of_runs, sort="ID_DESC")
    return {one.id for one in runs}, len(artifacts)


async def logs_of(flow_run_id):
    async with get_client() as client:
        return await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[flow_run_id])))


async def logs_gone(flow_run_id):
    """Wait until the server has removed the run's logs, which it does in the background."""
    for _ in range(150):
        if not await logs_of(flow_run_id):
            return True
        await asyncio.sleep(0.2)
    return False


async def table_shown():
    async with get_client() as client:
        (shown, *_) = await client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["pruned"])), sort="CREATED_DESC"
        )
    return json.loads(shown.data), shown.description


@pytest.mark.long
async def test_old_runs_go_with_logs_and_artifacts_unless_their_order_is_awaited_or_disputed(
    database, environment, prefect_database
):
    made = partial(run, prefect_database)
    settled = await in_state(database, OrderState.PUBLISHED)
    awaited = await in_state(database, OrderState.BLOCKED, sample=GARDENER)
    disputed = await in_state(database, OrderState.CANCELLED, sample=GARDENER, reference="DISPUTED")
    await dispute_order(database, disputed, "why")
    await run_sql(
        database,
        "INSERT INTO timeline (order_id, event, at) VALUES (:id, 'old', now() - interval '400 days'),"
        " (:id, 'last', now())",
        id=settled,
    )
    going = [
        await made(OLD, settled),
        await made(OLD, settled, by="tag", ended=StateType.CRASHED),
        await made(OLD, ended=StateType.CANCELLED),
        *[await made(OLD + number, settled, ended=StateType.FAILED) for number in range(60)],
    ]
    staying = [
        await made(OLD - 2, settled),
        await made(OLD, awaited),
        await made(OLD, awaited, by="tag"),
        await made(OLD, disputed),
        await made(OLD, 4711),
        await made(OLD, settled, ended=StateType.RUNNING),
        await made(OLD, settled, tags=()),
    ]

    await prune_releases(dry_run=True)

    assert await there(*going) == (set(going), len(going))
    _, told = await table_shown()
    assert f"From Prefect: {len(going)} runs with {len(going)} artifacts." in told
    assert "would be removed" in told
    assert await count_rows(database, "rounds") == 0

    await prune_releases()

    assert await there(*going) == (set(), 0)
    assert await there(*staying) == (set(staying), len(staying))
    rows, told = await table_shown()
    assert [(row["order_id"], row["timeline"]) for row in rows] == [(settled, 1)]
    assert f"From Prefect: {len(going)} runs with {len(going)} artifacts." in told
    assert await count_rows(database, "rounds") == 1
    assert await logs_gone(going[0])
    assert len(await logs_of(staying[0])) == 1

    await prune_releases()
    assert "From Prefect: 0 runs with 0 artifacts." in (await table_shown())[1]
