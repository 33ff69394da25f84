"""What was asked of the copywriter, for tests that count paid calls: names and statuses, never a text."""

import time
from collections import Counter, deque
from typing import Any, NamedTuple

_KEPT = 2000
_DISTINCT = 1000


class SeenRequest(NamedTuple):
    """One request: its schema name, the order data's reference, when (Unix time), how it ended, its hash.

    `status` is the HTTP status, or `dropped` where the connection was closed on purpose; `request_id` is the
    one that its answer named.
    """

    name: str
    reference: str
    at: float
    status: str
    sha256: str
    request_id: str


class RequestLog:
    """Counts all requests since the start or the last `clear`, and keeps the newest of them."""

    def __init__(self) -> None:
        self._newest: deque[SeenRequest] = deque(maxlen=_KEPT)
        self._by_name: dict[str, Counter[str]] = {}
        self._by_reference: dict[str, Counter[str]] = {}
        self._total = 0

    def add(self, name: str, reference: str, status: str, sha256: str, request_id: str) -> None:
        """Count one request."""
        self._total += 1
        self._newest.append(SeenRequest(name, reference, time.time(), status, sha256, request_id))
        _count(self._by_name, name, status)
        if reference:
            _count(self._by_reference, reference, status)

    def clear(self) -> None:
        """Forget all requests."""
        self._newest.clear()
        self._by_name.clear()
        self._by_reference.clear()
        self._total = 0

    def summary(self) -> dict[str, Any]:
        """Return the counts by name and by reference, with statuses, and the newest requests, as JSON."""
        return {
            "total": self._total,
            "by_name": {name: _counted(statuses) for name, statuses in self._by_name.items()},
            "by_reference": {name: _counted(statuses) for name, statuses in self._by_reference.items()},
            "log": [seen._asdict() for seen in self._newest],
        }


def _count(table: dict[str, Counter[str]], key: str, status: str) -> None:
    key = key if key in table or len(table) < _DISTINCT else "others"
    table.setdefault(key, Counter())[status] += 1


def _counted(statuses: Counter[str]) -> dict[str, Any]:
    return {"count": statuses.total(), "statuses": dict(statuses)}
