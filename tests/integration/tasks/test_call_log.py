"""A paid answer waits for a database that is gone for a moment; it is not thrown away and bought again."""

import asyncio

import psycopg
import pytest
from psycopg import sql

from sitewright.database import Database
from sitewright.errors import DatabaseUnavailable
from tasks.call_log import OrderCallLog
from tests.support.breakpoints import plain_url
from tests.support.database import count_rows
from tests.support.orders import ai_call, building


async def test_an_answer_is_kept_once_the_database_is_back(server, database: Database):
    log = OrderCallLog(database, await building(database))
    with psycopg.connect(plain_url(database.url)) as connection:
        name = sql.Identifier(connection.info.dbname)
    server.command(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    server.command(
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
            sql.Literal(name.as_string()[1:-1])
        )
    )
    with pytest.raises(DatabaseUnavailable):
        await log.recall("whatever")
    kept = asyncio.create_task(log.record(ai_call()))
    await asyncio.sleep(0.2)
    server.command(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    assert await kept > 0
    assert await count_rows(database, "ai_calls") == 1
