"""Breakpoints hold a statement where they are told to, several at once, and are gone with PostgreSQL."""

import asyncio
import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from sitewright.database import Database
from sitewright.local import postmaster
from sitewright.local.cluster_place import find_binaries, find_place
from sitewright.local.postgres import EmbeddedPostgres
from sitewright.orders.leases import beat, take_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.schema_version import migrate
from tests.support.breakpoints import Breakpoint, Standing, When, arm, breakpoint_at
from tests.support.database import run_sql
from tests.support.orders import opened, placed, step


async def _standing(stop: Breakpoint) -> Standing:
    return await asyncio.to_thread(stop.wait, 10)


async def test_a_run_stands_still_where_it_takes_the_lease(database: Database) -> None:
    order_id = await placed(database)
    with breakpoint_at(database.url, order_id, "load", "before work") as stop:
        taking = asyncio.create_task(take_lease(database, order_id, "run-1"))
        assert await _standing(stop) == (order_id, os.getpid())
        assert (await run_sql(database, "SELECT token FROM leases"))[0][0] == 0
        stop.close()
        assert (await taking).token == 1


async def test_a_step_begins_where_its_run_says_that_it_lives_and_the_step_before_is_done(
    database: Database,
) -> None:
    order = await opened(database, await placed(database))
    with breakpoint_at(database.url, order.id, "plan", "before work") as stop:
        await beat(database, order.id, order.lease)
        await complete_step(database, order, step("load"))
        beating = asyncio.create_task(beat(database, order.id, order.lease))
        assert await _standing(stop) == (order.id, os.getpid())
        stop.close()
        await beating


async def test_rendering_begins_when_every_planned_page_is_done(database: Database) -> None:
    order = await opened(database, await placed(database))
    await complete_step(database, order, step("plan", pages=[{"page": "home"}, {"page": "contact"}]))
    with breakpoint_at(database.url, order.id, "render", "before work") as stop:
        await complete_step(database, order, step("page:home"))
        await beat(database, order.id, order.lease)
        await complete_step(database, order, step("page:contact"))
        beating = asyncio.create_task(beat(database, order.id, order.lease))
        assert await _standing(stop) == (order.id, os.getpid())
        stop.close()
        await beating


@pytest.mark.parametrize("when", ["before record", "after record"])
async def test_several_orders_stand_still_at_once(database: Database, when: When) -> None:
    orders = [await opened(database, await placed(database, reference=name)) for name in ("A", "B")]
    with (
        breakpoint_at(database.url, orders[0].id, "load", "before record") as first,
        breakpoint_at(database.url, orders[1].id, "load", "before record") as second,
    ):
        recording = [asyncio.create_task(complete_step(database, order, step("load"))) for order in orders]
        assert await _standing(first) == (orders[0].id, os.getpid())
        assert await _standing(second) == (orders[1].id, os.getpid())
        # Neither arming nor letting go waits for a run that stands still.
        arm(database.url, [orders[0].id], "publish", when).close()
        first.close()
        await recording[0]
        assert not recording[1].done()
        second.close()
        await recording[1]


async def test_nothing_is_left_behind(database: Database) -> None:
    order_id = await placed(database)
    with breakpoint_at(database.url, order_id, "load", "before work"):
        pass
    assert await run_sql(database, "SELECT tgname FROM pg_trigger WHERE tgname = 'stand_still'") == []
    assert (await run_sql(database, "SELECT to_regnamespace('breakpoints')"))[0][0] is None


async def test_it_is_gone_with_the_server_and_stops_nobody_afterwards(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with EmbeddedPostgres(_enterable(tmp_path) / "postgres") as postgres:
        postgres.ensure_database("orders")
        url = postgres.url("orders")
        await asyncio.to_thread(migrate, url)
        database = Database(url)
        order_id = await placed(database)
        with breakpoint_at(url, order_id, "load", "before work") as stop:
            _kill_server(postgres)
            with pytest.raises(psycopg.OperationalError):
                _ask_for_ever(stop)
            await asyncio.to_thread(postgres.revive)
        assert (await take_lease(database, order_id, "run-1")).token == 1
        with breakpoint_at(url, order_id, "load", "before record"):
            pass
        assert (await run_sql(database, "SELECT to_regnamespace('breakpoints')"))[0][0] is None
        await database.close()


def _ask_for_ever(stop: Breakpoint) -> None:
    """A backend may outlive its postmaster for a moment."""
    while True:
        stop.standing()


def _enterable(folder: Path) -> Path:
    """Another account than root's runs PostgreSQL then, and must be able to enter."""
    for above in (folder, *folder.parents[:2]):
        above.chmod(above.stat().st_mode | 0o111)
    return folder


def _kill_server(postgres: EmbeddedPostgres) -> None:
    os.kill(postmaster.pid(find_place(postgres.directory, find_binaries())), signal.SIGKILL)
    while postgres.lives:
        time.sleep(0.01)
