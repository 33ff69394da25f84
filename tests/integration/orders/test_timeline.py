import logging

import psycopg
import pytest
from sqlalchemy import text

from sitewright.errors import DatabaseRefused
from sitewright.orders import timeline
from sitewright.orders.ledger import complete_step, completed_step
from sitewright.orders.repository import show_order
from sitewright.orders.timeline import note
from tests.support.database import count_rows, run_sql
from tests.support.orders import building, placed, step


async def _work_that_fails(database, order_id):
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM leases"))
        await note(database, order_id, "page written", "home", revision=1, step="page:home")
        await session.execute(text("SELECT 1 / 0"))


@pytest.mark.failure(3)
async def test_a_line_stays_when_the_work_it_tells_of_is_rolled_back(database):
    order = await building(database)
    with pytest.raises(DatabaseRefused):
        await _work_that_fails(database, order.id)
    assert await count_rows(database, "leases") == 1
    last = (await show_order(database, order.id)).timeline[-1]
    assert (last.event, last.detail) == ("page written", "home")


@pytest.mark.failure(3)
async def test_a_timeline_that_cannot_be_written_is_reported_and_stops_nothing(database, caplog):
    order = await building(database)
    await run_sql(database, "ALTER TABLE timeline RENAME TO lost")
    with caplog.at_level(logging.WARNING, "sitewright.timeline"):
        await note(database, order.id, "page written")
    (record,) = caplog.records
    assert f"order {order.id}" in record.getMessage()
    assert "page written" in record.getMessage()
    assert '"timeline" does not exist' in record.getMessage()
    await complete_step(database, order, step("plan"))
    assert await completed_step(database, order, "plan") is not None


@pytest.mark.failure(3)
async def test_a_timeline_that_is_locked_does_not_hold_the_work_up(database, caplog, monkeypatch):
    order_id = await placed(database)
    monkeypatch.setattr(timeline, "PATIENCE_SECONDS", 0.2)
    with psycopg.connect(database.url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE timeline")
        await note(database, order_id, "page written")
    assert "TimeoutError" in caplog.text
    assert await count_rows(database, "timeline") == 1
    await note(database, order_id, "page written")
    assert await count_rows(database, "timeline") == 2


async def test_text_that_postgresql_cannot_store_is_stored_all_the_same(database):
    order_id = await placed(database)
    await note(database, order_id, "odd", "nul \x00 and half \ud83d")
    assert (await show_order(database, order_id)).timeline[-1].detail == "nul \ufffd and half ?"
