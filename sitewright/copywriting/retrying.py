"""How long to wait before a provider is asked again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import uniform

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True)
class Retrying:
    """Tries per route, and the waits between them: exponential backoff with full jitter, in seconds.

    Full jitter draws the wait between nothing and the backoff's step, so that runs that failed together do
    not come back together.
    """

    tries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 20.0

    def step(self, failures: int) -> float:
        """Return the longest wait, in seconds, after `failures` (from 1) failed tries in a row."""
        return min(self.longest_wait, self.first_wait * 2.0 ** (failures - 1))

    def wait(self, failures: int, retry_after: float | None) -> float:
        """Return how many seconds to wait now; never less than the provider asked for (`retry_after`)."""
        jitter = uniform(0, self.step(failures))  # noqa: S311 - spreads load, guards nothing
        return jitter if retry_after is None else retry_after + min(jitter, 1.0)


def wait_asked(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer's headers ask to wait, or None where they say nothing usable.

    `retry-after-ms` (milliseconds) is exact and goes before `Retry-After`.
    """
    exact = (headers.get("retry-after-ms") or "").strip()
    if _NUMBER.fullmatch(exact):
        return float(exact) / 1000
    return retry_after_seconds(headers.get("retry-after"), headers.get("date"))


def retry_after_seconds(header: str | None, date: str | None = None) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait, or None where it says nothing usable.

    The header is a number of seconds or an HTTP date (RFC 9110, section 10.2.3); some providers send
    decimals. A date is measured from the answer's own `Date` header where there is one, so that a wrong clock
    here does not matter.
    """
    text = (header or "").strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    until, now = _http_date(text), _http_date(date or "") or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
