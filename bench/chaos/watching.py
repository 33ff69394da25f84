"""How the orders stand, read from outside again and again, also while PostgreSQL is killed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg
from psycopg.rows import class_row

from tests.support.breakpoints import plain_url

_STANDING: LiteralString = """
SELECT o.id, o.reference, o.slug, o.state, o.reason, o.attempts, l.token, l.holder, l.taken_at,
       l.released_at IS NULL AS held,
       ARRAY(SELECT s.name FROM steps s WHERE s.order_id = o.id AND s.revision = o.revision) AS steps,
       (SELECT max(t.id) FROM timeline t WHERE t.order_id = o.id) AS last_line
  FROM orders o JOIN leases l ON l.order_id = o.id ORDER BY o.id
"""


@dataclass(frozen=True)
class Standing:
    """How an order stands: its state, its lease, its recorded steps."""

    id: int
    reference: str
    slug: str
    state: str
    reason: str | None
    attempts: int
    token: int
    holder: str
    taken_at: datetime
    held: bool
    steps: list[str]
    last_line: int | None

    @property
    def done(self) -> bool:
        """Whether it is published and nothing of it is to be built again."""
        return self.state == "published" and "publish" in self.steps

    @property
    def pid(self) -> int | None:
        """The process that has its lease, or had it when it died; None when it was given back."""
        words = self.holder.split(":")
        return int(words[-2]) if self.held and len(words) > 1 else None


class Watch:
    """All orders as they were seen last; `leases` is when each lease of an order was taken, by its token."""

    def __init__(self, database_url: str) -> None:
        self._url = plain_url(database_url)
        self._connection: psycopg.Connection | None = None
        self.orders: Sequence[Standing] = ()
        self.leases: dict[int, dict[int, float]] = {}
        self.last_change = time.monotonic()

    def look(self) -> bool:
        """Read how the orders stand; False, and nothing changes, while PostgreSQL does not answer."""
        try:
            seen = self._read()
        except psycopg.OperationalError:
            self.close()
            return False
        if _marks(seen) != _marks(self.orders):
            self.last_change = time.monotonic()
        for order in seen:
            if order.token:
                self.leases.setdefault(order.id, {}).setdefault(order.token, order.taken_at.timestamp())
        self.orders = seen
        return True

    def close(self) -> None:
        """Let go of the connection; the next look makes another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def holding(self, pid: int) -> Standing | None:
        """Return the order whose lease a process has."""
        return next((order for order in self.orders if order.pid == pid), None)

    def unfinished(self) -> list[Standing]:
        """Return the orders that are not done, oldest first."""
        return [order for order in self.orders if not order.done]

    def _read(self) -> list[Standing]:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        with self._connection.cursor(row_factory=class_row(Standing)) as cursor:
            return cursor.execute(_STANDING).fetchall()


def _marks(orders: Sequence[Standing]) -> list[tuple[int, str, int, int | None]]:
    return [(order.id, order.state, len(order.steps), order.last_line) for order in orders]
