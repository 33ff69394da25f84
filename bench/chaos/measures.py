"""What came of it, read from outside once all is over: SQL, the AI server's count, the reader's findings."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg

from bench.chaos.killer import Kill
from bench.chaos.paid import Answer, unrecorded
from bench.chaos.reading import SiteReader
from bench.chaos.watching import Standing, Watch

CALLS = 4
"""What an order of three pages has to pay for: a plan, and a page each."""

_RECORDED: LiteralString = """
SELECT request_id, order_id FROM ai_calls WHERE http_status = 200
"""
_PAID_AGAIN: LiteralString = """
SELECT order_id, step, count(*) FROM ai_calls WHERE outcome = 'answered' AND discarded_at IS NULL
 GROUP BY order_id, revision, step, request_hash HAVING count(*) > 1
"""
_PUBLISHED: LiteralString = """
SELECT order_id, count(*), count(DISTINCT release) FROM publications WHERE event = 'published' GROUP BY 1
"""
_WORK: LiteralString = """
SELECT order_id, flow_run_id FROM timeline
 WHERE event IN ('step done', 'published') AND flow_run_id IS NOT NULL ORDER BY order_id, id
"""
_LAST_LINES: LiteralString = """
SELECT to_char(at, 'HH24:MI:SS'), event, detail FROM timeline WHERE order_id = %s ORDER BY id DESC LIMIT 6
"""


@dataclass(frozen=True)
class Lost:
    """An order that is not published at the end, and what is known of it."""

    reference: str
    state: str
    reason: str
    timeline: list[str]


@dataclass
class Measures:
    """All figures of one run; `holds` says whether nothing was lost, doubled, paid twice, missing or torn."""

    kills: dict[str, int] = field(default_factory=dict)
    orders: int = 0
    published: int = 0
    lost: list[Lost] = field(default_factory=list)
    switched: int = 0
    published_twice: list[str] = field(default_factory=list)
    built_twice_at_once: list[str] = field(default_factory=list)
    answers_sent: int = 0
    answers_necessary: int = 0
    answers_recorded: int = 0
    unrecorded_in_flight: int = 0
    unrecorded_unexplained: list[str] = field(default_factory=list)
    paid_again: list[str] = field(default_factory=list)
    reads: int = 0
    sites_read: int = 0
    missing: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    recoveries: int = 0
    recovery_median: float | None = None
    recovery_95th: float | None = None
    recovery_worst: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        broken = (
            self.lost,
            self.published_twice,
            self.built_twice_at_once,
            self.unrecorded_unexplained,
            self.paid_again,
            self.missing,
            self.torn,
        )
        return not any(broken) and self.answers_sent == self.answers_necessary + self.unrecorded_in_flight

    def as_json(self) -> dict[str, Any]:
        """Return all figures as JSON."""
        return asdict(self)


def take_reader(measures: Measures, reader: SiteReader) -> None:
    """Add what the reader saw."""
    measures.reads, measures.sites_read = reader.reads, len(reader.sites)
    measures.missing = [f"{fault.url}: {fault.what}" for fault in reader.missing]
    measures.torn = [f"{fault.url}: {fault.what}" for fault in reader.torn]


def take_kills(measures: Measures, kills: Sequence[Kill], watch: Watch) -> None:
    """Add the kills by kind, and how long it took until a run that was killed had a successor."""
    measures.kills = dict(Counter(str(kill.kind) for kill in kills))
    waits = []
    for kill in kills:
        for order_id, token in kill.orders:
            later = [at for number, at in watch.leases.get(order_id, {}).items() if number > token]
            waits += [min(later) - kill.at] if later else []
    measures.recoveries = len(waits)
    if waits:
        measures.recovery_median = round(statistics.median(waits), 1)
        measures.recovery_95th = round(sorted(waits)[int(0.95 * (len(waits) - 1))], 1)
        measures.recovery_worst = round(max(waits), 1)


def take_ledger(measures: Measures, connection: psycopg.Connection, orders: Sequence[Standing]) -> None:
    """Add what the tables say of the orders."""
    references = {order.id: order.reference for order in orders}
    measures.orders = len(orders)
    measures.published = sum(order.done for order in orders)
    measures.lost = [_lost(connection, order) for order in orders if not order.done]
    doubled = connection.execute(_PAID_AGAIN).fetchall()
    measures.paid_again = [f"{references[order]}: {step}, {times} times" for order, step, times in doubled]
    measures.built_twice_at_once = [references[order] for order in _interleaved(connection)]


def take_publications(measures: Measures, connection: psycopg.Connection, built: dict[int, int]) -> None:
    """Add the orders that had two releases, and those published more often than `built` on purpose."""
    rows = connection.execute(_PUBLISHED).fetchall()
    measures.switched = sum(releases > 1 for _, _, releases in rows)
    measures.published_twice = [
        f"order {order}: {times} times" for order, times, _ in rows if times > built.get(order, 1)
    ]


def take_answers(
    measures: Measures,
    connection: psycopg.Connection,
    served: Sequence[Answer],
    kills: Sequence[Kill],
    answer_seconds: float,
) -> None:
    """Add what was paid for, what of it had to be, and what was lost on its way."""
    recorded: dict[str, int] = dict(connection.execute(_RECORDED).fetchall())
    left = unrecorded(served, recorded, kills, answer_seconds)
    measures.answers_sent, measures.answers_recorded = len(served), len(recorded)
    measures.unrecorded_in_flight = sum(each.kill is not None for each in left)
    measures.unrecorded_unexplained = [
        f"order {each.order_id or 'unknown'}: {each.answer.name} at {_clock(each.answer.at)}"
        for each in left
        if each.kill is None
    ]


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}"


def _lost(connection: psycopg.Connection, order: Standing) -> Lost:
    lines = connection.execute(_LAST_LINES, [order.id]).fetchall()
    timeline = [f"{at} {event}: {detail}" for at, event, detail in reversed(lines)]
    return Lost(order.reference, order.state, order.reason or "", timeline)


def _interleaved(connection: psycopg.Connection) -> list[int]:
    """Return the orders of which a run did a step after another run had done one that came after its own."""
    found, before = [], None
    ended: set[tuple[int, str]] = set()
    for order_id, flow_run_id in connection.execute(_WORK):
        if before and before != (order_id, flow_run_id):
            ended.add(before)
        before = order_id, flow_run_id
        if before in ended and order_id not in found:
            found.append(order_id)
    return found
