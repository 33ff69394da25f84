"""Stops real runs at exact places, from outside: PostgreSQL holds the statement that a run comes to there.

Nothing in production code knows of it. Triggers made by the test look for an armed breakpoint and wait for an
advisory lock that the test's session holds, so the run stands still with its process alive, to be killed, or
while files are damaged beside it.

Any number may be armed at once. Each is a row with a lock of its own, but no trigger of its own: making one
would wait for every run that stands still. The lock ends with its session, so a breakpoint is simply gone
when PostgreSQL is killed in the middle; the row that is left of it stops nobody and goes with the next one.
"""

import os
import secrets
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, LiteralString, NamedTuple

import psycopg
from psycopg import sql

When = Literal["before work", "before record", "after record"]

_LOCKS = 8_400_001
"""The first half of every breakpoint's advisory lock; the second is its own."""

_TABLES: dict[When, str] = {"before work": "leases", "before record": "steps", "after record": "timeline"}

_COMES_AFTER = {"plan": "load", "page": "plan", "render": "page:*", "check": "render", "publish": "check"}

_TRIGGERS: dict[str, LiteralString] = {
    # Every step says that its run is alive before it does anything; `load` takes the lease before that.
    "leases": "CREATE OR REPLACE TRIGGER stand_still BEFORE UPDATE ON leases FOR EACH ROW"
    " WHEN (NEW.heartbeat_at <> OLD.heartbeat_at) EXECUTE FUNCTION breakpoints.stand_still()",
    "steps": "CREATE OR REPLACE TRIGGER stand_still BEFORE INSERT ON steps FOR EACH ROW"
    " EXECUTE FUNCTION breakpoints.stand_still()",
    "timeline": "CREATE OR REPLACE TRIGGER stand_still BEFORE INSERT ON timeline FOR EACH ROW"
    " WHEN (NEW.event IN ('step done', 'published')) EXECUTE FUNCTION breakpoints.stand_still()",
}

_INSTALL = """
CREATE SCHEMA breakpoints;
CREATE TABLE breakpoints.armed (
    key integer, at_table text, order_id bigint, step text, comes_after text
);
CREATE FUNCTION breakpoints.begins(at breakpoints.armed, taken boolean) RETURNS boolean LANGUAGE sql AS $$
    WITH done AS (SELECT name, data FROM steps WHERE order_id = at.order_id)
    SELECT NOT EXISTS (SELECT FROM done WHERE name = at.step)
       AND taken = (at.step = 'load')
       AND CASE WHEN at.step = 'load' THEN true
                WHEN at.comes_after = 'page:*' THEN
                    (SELECT count(*) FROM done WHERE starts_with(name, 'page:'))
                    = (SELECT jsonb_array_length(data -> 'pages') FROM done WHERE name = 'plan')
                ELSE EXISTS (SELECT FROM done WHERE name = at.comes_after) END
$$;
CREATE FUNCTION breakpoints.stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at breakpoints.armed;
    here boolean;
    run text;
BEGIN
    FOR at IN SELECT * FROM breakpoints.armed a WHERE a.order_id = NEW.order_id AND a.at_table = TG_TABLE_NAME
    LOOP
        IF TG_TABLE_NAME = 'leases' THEN
            here := breakpoints.begins(at, NEW.token <> OLD.token);
            run := NEW.holder;
        ELSE
            here := at.step = to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'steps' THEN 'name' ELSE 'step' END;
            run := (SELECT holder FROM leases l WHERE l.order_id = NEW.order_id);
        END IF;
        IF here THEN
            -- Who stands here, for whoever looks from another session.
            run := concat_ws(':', 'stands still', at.order_id, split_part(run, ':', -2));
            PERFORM set_config('application_name', run, true);
            PERFORM pg_advisory_xact_lock_shared({locks}, at.key);
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


def plain_url(sqlalchemy_url: str) -> str:
    """Return the URL as libpq understands it."""
    return sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")


class Standing(NamedTuple):
    """A run that stands still: its order, and its process."""

    order_id: int
    pid: int


class Breakpoint:
    """A run that stands still, or is about to.

    Every method but `close` raises psycopg.OperationalError once the session, and the breakpoint, is lost.
    """

    def __init__(self, connection: psycopg.Connection, key: int) -> None:
        self._connection = connection
        self._key = key

    def standing(self) -> Standing | None:
        """Return who stands here first; None while nobody does."""
        row = self._connection.execute(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND NOT granted"
            " ORDER BY waitstart LIMIT 1",
            [_LOCKS, self._key],
        ).fetchone()
        return Standing(*map(int, row[0].split(":")[1:])) if row else None

    def wait(self, seconds: float = 60) -> Standing:
        """Return who stands here, once somebody does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if standing := self.standing():
                return standing
            time.sleep(0.02)
        raise AssertionError(f"no run came to the breakpoint in {seconds:.0f} s")

    def kill(self) -> int:
        """Kill -9 the process that stands here, and return its pid once it is gone."""
        pid = self.wait(1).pid
        os.kill(pid, signal.SIGKILL)
        for _ in range(500):
            if _gone(pid):
                return pid
            time.sleep(0.02)
        raise AssertionError(f"process {pid} survived kill -9")

    def close(self) -> None:
        """Let the run go on, if it is alive."""
        with suppress(psycopg.OperationalError):
            self._connection.execute("DELETE FROM breakpoints.armed WHERE key = %s", [self._key])
        self._connection.close()


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def arm(database_url: str, order_ids: Iterable[int], step: str, when: When) -> Breakpoint:
    """Stop every run of these orders that comes to this place.

    `before work`: the step before it is recorded, and this one not begun (pages, which are written side by
    side, have that moment in common; `load` stands while it takes the lease). `before record`: its work is
    done; the run stands in a transaction that has the order locked, and other runs wait for it. `after
    record`: nothing else is begun; after 10 seconds there it goes on without its line of the timeline.
    """
    connection = psycopg.connect(plain_url(database_url), autocommit=True)
    _install(connection)
    key = secrets.randbelow(2**31)
    connection.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCKS, key])
    connection.execute(
        "INSERT INTO breakpoints.armed SELECT %s, %s, order_id, %s, %s FROM unnest(%s::bigint[]) AS order_id",
        [key, _TABLES[when], step, _COMES_AFTER.get(step.partition(":")[0]), list(order_ids)],
    )
    return Breakpoint(connection, key)


@contextmanager
def breakpoint_at(database_url: str, order_id: int, step: str, when: When) -> Iterator[Breakpoint]:
    """Stop the order's run as `arm` does, until the block is left; the last block to end takes all back."""
    armed = arm(database_url, [order_id], step, when)
    try:
        yield armed
    finally:
        armed.close()
        with suppress(psycopg.OperationalError):
            _remove_unused(database_url)


def _install(connection: psycopg.Connection) -> None:
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, -1)", [_LOCKS])
        if connection.execute("SELECT to_regclass('breakpoints.armed')").fetchone() == (None,):
            connection.execute(sql.SQL(_INSTALL).format(locks=sql.Literal(_LOCKS)))
    there = connection.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'stand_still'")
    installed = {row[0] for row in there}
    for table, made in _TRIGGERS.items():
        # One table a transaction: whoever locks two may wait for a run that waits for them.
        if table not in installed:
            connection.execute(made)


def _remove_unused(database_url: str) -> None:
    """Take triggers and table away unless a breakpoint is armed, by a session that is still there."""
    with psycopg.connect(plain_url(database_url), autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('breakpoints.armed')").fetchone() == (None,):
            return
        connection.execute(
            "DELETE FROM breakpoints.armed WHERE NOT EXISTS (SELECT FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = %s AND objid = key AND granted)",
            [_LOCKS],
        )
        if connection.execute("SELECT count(*) FROM breakpoints.armed").fetchone() != (0,):
            return
        for table in _TRIGGERS:
            connection.execute(sql.SQL("DROP TRIGGER stand_still ON {}").format(sql.Identifier(table)))
        connection.execute("DROP SCHEMA breakpoints CASCADE")
