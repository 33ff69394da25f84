"""Stops a real run at an exact place, from outside: PostgreSQL holds the statement that writes a certain row.

Nothing in production code knows of it. A trigger made by the test waits for an advisory lock that the test
holds, so the run stands still with its process alive, to be killed, or while files are damaged beside it.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

_KEY = 8_400_001


def plain_url(sqlalchemy_url: str) -> str:
    """Return the URL as libpq understands it."""
    return sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")


class Breakpoint:
    """A run that stands still, or is about to."""

    def __init__(self, connection: psycopg.Connection, order_id: int) -> None:
        self._connection = connection
        self._order_id = order_id

    def wait(self, seconds: float = 60) -> None:
        """Return once the run stands at the breakpoint."""
        end = time.monotonic() + seconds
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        while time.monotonic() < end:
            row = self._connection.execute(waiting, [_KEY]).fetchone()
            if row and row[0]:
                return
            time.sleep(0.02)
        raise AssertionError(f"no run of order {self._order_id} came to the breakpoint in {seconds:.0f} s")

    def kill(self) -> int:
        """Kill -9 the process that holds the order's lease, and return its pid once it is gone."""
        row = self._connection.execute(
            "SELECT holder FROM leases WHERE order_id = %s", [self._order_id]
        ).fetchone()
        assert row
        pid = int(row[0].split(":")[-2])
        os.kill(pid, signal.SIGKILL)
        for _ in range(500):
            if _gone(pid):
                return pid
            time.sleep(0.02)
        raise AssertionError(f"process {pid} survived kill -9")


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


@contextmanager
def breakpoint_at(
    database_url: str, order_id: int, step: str, when: Literal["before record", "after record"]
) -> Iterator[Breakpoint]:
    """Stop the order's run when `step` is done but not recorded, or recorded and nothing else begun.

    Before its record a run stands in a transaction that has the order locked, and other runs wait for it.

    Leaving the block lets the run go on, if it is alive.
    """
    table, column = ("steps", "name") if when == "before record" else ("timeline", "step")
    with (
        psycopg.connect(plain_url(database_url), autocommit=True) as holder,
        psycopg.connect(plain_url(database_url), autocommit=True) as connection,
    ):
        holder.execute("SELECT pg_advisory_lock(0, %s)", [_KEY])
        connection.execute(
            sql.SQL(
                "CREATE OR REPLACE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " PERFORM pg_advisory_xact_lock_shared(0, {key}); RETURN NEW; END $$"
            ).format(key=sql.Literal(_KEY))
        )
        connection.execute(
            sql.SQL(
                "CREATE TRIGGER stand_still BEFORE INSERT ON {table} FOR EACH ROW"
                " WHEN (NEW.order_id = {order_id} AND NEW.{column} = {step}) EXECUTE FUNCTION stand_still()"
            ).format(
                table=sql.Identifier(table),
                column=sql.Identifier(column),
                order_id=sql.Literal(order_id),
                step=sql.Literal(step),
            )
        )
        try:
            yield Breakpoint(connection, order_id)
        finally:
            holder.execute("SELECT pg_advisory_unlock(0, %s)", [_KEY])
            connection.execute(sql.SQL("DROP TRIGGER stand_still ON {}").format(sql.Identifier(table)))
