"""A hundred thousand orders: dispatch, recovery and status read what they need by indexes, and little of it.

The plans are PostgreSQL's own (`EXPLAIN ANALYZE`). What holds on a busy machine too is asserted: no table is
read from end to end, and few pages are touched. The time is shown; on an idle machine each is under 50 ms.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event

from sitewright.database import Database
from sitewright.orders.alarms import open_alarms
from sitewright.orders.circuits import open_circuits
from sitewright.orders.pipeline import pipeline_status
from sitewright.orders.recovery import (
    causes_waited_for,
    interrupted_orders,
    mended_orders,
    orders_with_a_run_on_its_way,
    orders_within_budget,
)
from sitewright.orders.repository import show_order
from sitewright.orders.starting import undispatched_orders
from sitewright.orders.usage import last_calls
from tests.support.breakpoints import plain_url
from tests.support.database import TestServer, run_sql
from tests.support.orders import placed

ORDERS = 100_000
MOST_PAGES = 6_000
"""Of 8 kB, however many are found in memory: a tenth of what reading the tables whole would touch."""
TABLES = ("orders", "leases", "steps", "ai_calls", "ai_holds", "circuits")
CAUSES = frozenset({"KeyRejected", "SiteRootUnwritable"})

SEED = f"""
SET session_replication_role = replica;
INSERT INTO orders (reference, customer_id, document, fingerprint, locale, product, slug, state, reason,
                    since, placed_at, due_at, url, release, attempts, flow_run_id, started_at, cause,
                    resume_at, needs_budget)
SELECT 'BULK-' || n, customer_id, '{{}}', fingerprint, locale, product, 'bulk-' || n,
       CASE WHEN n % 100 < 60 THEN 'published' WHEN n % 100 < 75 THEN 'placed'
            WHEN n % 100 < 85 THEN 'building' WHEN n % 100 < 93 THEN 'blocked'
            WHEN n % 100 < 97 THEN 'failed' ELSE 'cancelled' END,
       'because', now() - n * interval '1 second', now() - n * interval '1 minute',
       now() + (n % 2000 - 40) * interval '1 hour', 'http://127.0.0.1/', 'hash', 1,
       CASE WHEN n % 100 BETWEEN 70 AND 84 THEN 'run-' || n END,
       CASE WHEN n % 100 BETWEEN 70 AND 74 THEN now() - n * interval '1 second' END,
       CASE WHEN n % 100 BETWEEN 85 AND 91 THEN 'KeyRejected' WHEN n % 100 = 92 THEN 'BudgetSpent' END,
       CASE WHEN n % 3 = 0 THEN now() + interval '5 minutes' ELSE now() - interval '1 minute' END,
       CASE WHEN n % 100 = 92 THEN 1 END
FROM orders, generate_series(1, {ORDERS}) AS n;
INSERT INTO leases (order_id, token, flow_run_id, holder, heartbeat_at, released_at)
SELECT id, 1, 'run-' || id, '', now() - interval '1 hour', CASE WHEN id % 2 = 0 THEN now() END
FROM orders WHERE reference LIKE 'BULK-%';
INSERT INTO revisions (order_id, number, brief)
SELECT id, 1, '{{}}' FROM orders WHERE reference LIKE 'BULK-%';
INSERT INTO steps (order_id, revision, name, fingerprint, flow_run_id, started_at, finished_at, data)
SELECT id, 1, 'load', 'f', 'run', now(), now() - id * interval '1 second', '{{}}'
FROM orders WHERE reference LIKE 'BULK-%';
INSERT INTO ai_calls (order_id, revision, step, request_hash, route, model, ai, started_at, seconds, outcome,
                      error_code, request_id, finish_reason, tokens_in, tokens_out, cost, answer, detail)
SELECT id, 1, 'plan', 'hash-' || id, 'route-' || id % 3, 'm', true, now() - id * interval '20 seconds', 1,
       'answered', '', 'req', 'stop', 1000, 200, 0.00065, repeat('words ', 200), ''
FROM orders WHERE reference LIKE 'BULK-%';
INSERT INTO ai_holds (order_id, token, step, route, amount, until)
SELECT id, 1, 'plan', 'route-0', 0.01, now() FROM orders WHERE reference LIKE 'BULK-%' AND id % 10 = 0;
INSERT INTO circuits (route, model, cause, detail, closed_at)
SELECT 'main', 'model', 'KeyRejected', 'refused', now() FROM generate_series(1, 20000);
INSERT INTO circuits (route, model, cause, detail) VALUES ('spare', 'model', 'KeyRejected', 'refused');
SET session_replication_role = origin;
"""

Query = Callable[[Database], Awaitable[Any]]

ROUNDS: dict[str, list[Query]] = {
    "dispatch": [lambda database: undispatched_orders(database, 200)],
    "recovery": [
        lambda database: interrupted_orders(database, 200),
        lambda database: orders_with_a_run_on_its_way(database, 200),
        lambda database: causes_waited_for(database, CAUSES),
        lambda database: mended_orders(database, CAUSES, 200),
        lambda database: orders_within_budget(database, Decimal("0.5"), 200),
    ],
    "status": [pipeline_status, open_alarms],
    "routes": [
        lambda database: open_circuits(database, ["main", "spare"]),
        lambda database: last_calls(database, ["route-0", "route-1", "never-asked"], timedelta(minutes=5)),
    ],
    "one order": [lambda database: show_order(database, 50_000)],
}


@pytest.fixture(scope="module")
def crowded_url(server: TestServer) -> Any:
    with server.copy() as url:
        yield url


@pytest.fixture
async def crowded(crowded_url: str) -> AsyncIterator[Database]:
    database = Database(crowded_url)
    if (await run_sql(database, "SELECT count(*) FROM orders"))[0][0] < ORDERS:
        await placed(database)
        for statement in SEED.split(";\n"):
            if statement.strip():
                await run_sql(database, statement)
        with psycopg.connect(plain_url(crowded_url), autocommit=True) as connection:
            for table in TABLES:  # as autovacuum does in the first minute
                connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    yield database
    await database.close()


async def statements_of(database: Database, query: Query) -> list[tuple[str, Any]]:
    """Return what the query sends to PostgreSQL, statement by statement, with its values."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    engine = database._engine().sync_engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        await query(database)
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    return sent


async def explained(database: Database, statement: str, parameters: Any) -> dict[str, Any]:
    """Return PostgreSQL's plan of the statement, run for real, the fastest of three."""
    plans = []
    async with database.transaction() as session:
        connection = await session.connection()
        for _ in range(3):
            text = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            answer = (await connection.exec_driver_sql(text, parameters)).scalar_one()
            plans.append((answer if isinstance(answer, list) else json.loads(answer))[0])
    return min(plans, key=lambda plan: plan["Execution Time"])


def scans(plan: dict[str, Any]) -> list[str]:
    """Return the tables that the plan reads from end to end."""
    own = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" else []
    return own + [table for child in plan.get("Plans", []) for table in scans(child)]


@pytest.mark.failure(9, 11)
@pytest.mark.parametrize("name", ROUNDS)
async def test_a_round_reads_little_and_by_indexes(crowded, name, record_property):
    took, pages, read_whole, lines = 0.0, 0, [], []
    for query in ROUNDS[name]:
        for statement, parameters in await statements_of(crowded, query):
            plan = await explained(crowded, statement, parameters)
            took += plan["Execution Time"]
            touched = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
            pages += touched
            read_whole += scans(plan["Plan"])
            asked = " ".join(statement.split()).partition(" FROM ")[2][:150]
            lines.append(f"{plan['Execution Time']:6.1f} ms {touched:6} pages  FROM {asked}")
    print(f"\n{name}: {took:.1f} ms, {pages} pages", *lines, sep="\n")
    record_property("milliseconds", took)
    assert not set(TABLES) & set(read_whole), lines
    assert pages < MOST_PAGES, lines
