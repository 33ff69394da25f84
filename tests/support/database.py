"""The PostgreSQL of the tests: one server a session, one copied database a test."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql
from sqlalchemy import text

from sitewright.database import Database
from sitewright.local.postgres import EmbeddedPostgres
from sitewright.orders.schema_version import migrate

_numbers = count(1)


@dataclass(frozen=True)
class TestServer:
    """A running server; `copy` gives a database that is dropped at the end of the block."""

    __test__ = False

    postgres: EmbeddedPostgres

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Self]:
        directory = Path(tempfile.mkdtemp(prefix="sitewright-tests-"))
        try:
            # Another account than root's runs PostgreSQL then, and must be able to enter.
            directory.chmod(0o755)
            with EmbeddedPostgres(directory / "postgres") as postgres:
                server = cls(postgres)
                server.command(
                    sql.SQL("ALTER SYSTEM SET fsync = off")
                )  # a crashed machine ends the tests too
                server.command(sql.SQL("SELECT pg_reload_conf()"))
                server.command(sql.SQL("CREATE DATABASE template_orders"))
                migrate(postgres.url("template_orders"))
                yield server
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def command(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.postgres.url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def copy(self, template: str = "template_orders") -> Iterator[str]:
        name = f"test_{next(_numbers)}"
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self.command(copied.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield self.postgres.url(name)
        finally:
            self.command(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def run_sql(database: Database, statement: str, **values: Any) -> list[Any]:
    """Run one statement as anyone with a database client could; return its rows."""
    async with database.transaction() as session:
        result = await session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []


async def count_rows(database: Database, table: str) -> int:
    return int((await run_sql(database, f"SELECT count(*) FROM {table}"))[0][0])


async def until_waiting(database: Database, sessions: int = 1) -> None:
    """Return when at least `sessions` connections of this database wait for a lock that another one holds."""
    waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    while (await run_sql(database, waiting))[0][0] < sessions:
        await asyncio.sleep(0.01)
