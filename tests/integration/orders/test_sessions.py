import asyncio
import os
import signal
import subprocess
import sys
import threading
import traceback

import pytest
from sqlalchemy import exc, inspect, select, text

from sitewright.database import Database
from sitewright.errors import DatabaseRefused, DatabaseUnavailable
from sitewright.orders.leases import take_lease
from sitewright.orders.tables import OrderRow
from sitewright.orders.timeline import note
from sitewright.orders.usage import record_call
from tests.support.database import count_rows, run_sql
from tests.support.orders import ai_call, building, placed


@pytest.mark.failure(1)
async def test_two_hundred_coroutines_at_once_write_every_row(database):
    order = await building(database)
    before = await count_rows(database, "timeline")
    calls = (record_call(database, order, ai_call(request=str(n))) for n in range(100))
    lines = (note(database, order.id, "page written", str(n)) for n in range(100))
    await asyncio.gather(*calls, *lines)
    assert await count_rows(database, "ai_calls") == 100
    assert await count_rows(database, "timeline") == before + 100
    assert await run_sql(database, "SELECT count(DISTINCT request_hash) FROM ai_calls") == [(100,)]


@pytest.mark.failure(2)
async def test_a_failed_statement_takes_its_own_transaction_back_and_no_other(database):
    order_id = await placed(database)

    async def write_and_fail():
        async with database.transaction() as session:
            await session.execute(text("UPDATE orders SET attempts = 99"))
            await session.execute(text("SELECT no_such_column FROM orders"))

    for _ in range(20):  # more often than the pool has connections
        with pytest.raises(DatabaseRefused, match="no_such_column") as refused:
            await write_and_fail()
        assert isinstance(refused.value.__cause__, exc.ProgrammingError)
        assert await run_sql(database, "UPDATE orders SET attempts = attempts + 1 RETURNING attempts")
    assert await run_sql(database, "SELECT id, attempts FROM orders") == [(order_id, 20)]


async def test_a_refused_statement_does_not_show_what_it_was_to_write(database):
    async def write_and_fail():
        async with database.transaction() as session:
            await session.execute(text("UPDATE no_such_table SET name = :name"), {"name": "Ana Sabrosa"})

    with pytest.raises(DatabaseRefused) as refused:
        await write_and_fail()
    logged = "".join(traceback.format_exception(refused.value))
    assert "no_such_table" in logged
    assert "SQL parameters hidden" in logged
    assert "[parameters:" not in logged


@pytest.mark.failure(2)
async def test_a_connection_that_was_cut_is_named_and_the_next_transaction_has_another(database):
    await placed(database)

    async def cut_off():
        async with database.transaction() as session:
            pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await run_sql(database, "SELECT pg_terminate_backend(:pid)", pid=pid)
            await session.execute(text("UPDATE orders SET attempts = 99"))

    with pytest.raises(DatabaseUnavailable) as gone:
        await cut_off()
    assert "SITEWRIGHT_DATABASE_URL" in str(gone.value)
    assert await run_sql(database, "SELECT attempts FROM orders") == [(0,)]


@pytest.mark.failure(4)
def test_one_database_value_serves_the_loops_of_two_threads(server):
    with server.copy() as url:
        shared, order_ids, errors = Database(url), [], []

        async def work(name):
            try:
                order_id = await placed(shared, reference=name)
                await asyncio.gather(*(note(shared, order_id, "page written", str(n)) for n in range(50)))
                order_ids.append(order_id)
            finally:
                await shared.close()

        def loop_of_its_own(name):
            try:
                for again in range(3):
                    asyncio.run(work(f"{name}-{again}"))
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=loop_of_its_own, args=(name,)) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert len(order_ids) == 6

        async def count():
            lines = await run_sql(shared, "SELECT count(*) FROM timeline WHERE event = 'page written'")
            await shared.close()
            return lines

        assert asyncio.run(count()) == [(300,)]


@pytest.mark.failure(5)
async def test_a_relationship_raises_in_a_sentence_instead_of_loading_lazily(database):
    await placed(database)
    async with database.transaction() as session:
        row = (await session.execute(select(OrderRow))).scalar_one()
        with pytest.raises(exc.InvalidRequestError, match="lazy='raise'"):
            _ = row.customer
    assert row.reference == "CRM-21"
    with pytest.raises(exc.InvalidRequestError, match="lazy='raise'"):
        _ = row.customer
    relationships = [one for mapper in OrderRow.registry.mappers for one in inspect(mapper).relationships]
    assert {one.lazy for one in relationships} == {"raise"}


HOLDS_THE_ORDER = """
import asyncio, os, signal, sys
from sitewright.database import Database
from sitewright.errors import SitewrightError
from sitewright.orders.leases import fence
from sitewright.orders.timeline import note

async def hold(database, order_id):
    async with database.transaction() as session:
        await session.execute(fence(order_id))
        os.kill(os.getpid(), signal.SIGSTOP)
        await session.execute(fence(order_id))

async def woken_up(database, order_id):
    try:
        await hold(database, order_id)
    except SitewrightError as error:
        print(type(error).__name__, error)
    await note(database, order_id, "woken up")
    await database.close()

asyncio.run(woken_up(Database(sys.argv[1]), int(sys.argv[2])))
"""


async def test_a_process_that_is_stopped_in_a_transaction_does_not_hold_its_order_for_ever(database):
    order_id = await placed(database)
    briefly = f"{database.url}?options=-c%20idle_in_transaction_session_timeout%3D1s"
    stopped = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_ORDER, briefly, str(order_id)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert os.WIFSTOPPED(os.waitpid(stopped.pid, os.WUNTRACED)[1])
        lease = await asyncio.wait_for(take_lease(database, order_id, "run-2"), 10)
    finally:
        stopped.send_signal(signal.SIGCONT)
    said, _ = stopped.communicate(timeout=30)
    assert lease.token == 1
    assert said.startswith("DatabaseUnavailable The database ")
    assert await run_sql(database, "SELECT event FROM timeline WHERE event = 'woken up'") == [("woken up",)]


async def test_an_idle_transaction_is_ended_after_a_minute_and_the_urls_own_options_are_kept(database):
    setting = "SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('work_mem')"
    assert (await run_sql(database, setting))[0][0] == "1min"
    own = Database(f"{database.url}?options=-c%20work_mem%3D7MB")
    assert await run_sql(own, setting) == [("1min", "7MB")]
    await own.close()
