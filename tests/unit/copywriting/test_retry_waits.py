"""Waits between tries: exponential, jittered, and never shorter than the provider asks for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewright.copywriting.retrying import Retrying, retry_after_seconds, wait_asked


def test_the_step_doubles_up_to_the_longest_wait() -> None:
    retrying = Retrying(first_wait=1, longest_wait=20)
    assert [retrying.step(failures) for failures in range(1, 8)] == [1, 2, 4, 8, 16, 20, 20]


@given(failures=st.integers(1, 60), retry_after=st.none() | st.floats(0, 1e6))
def test_a_wait_is_within_its_step_and_never_less_than_asked(
    failures: int, retry_after: float | None
) -> None:
    retrying = Retrying()
    wait = retrying.wait(failures, retry_after)
    least = retry_after or 0.0
    assert least <= wait <= least + retrying.step(failures)


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        ("120", None, 120.0),
        (" 0 ", None, 0.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:29 GMT", 30.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None, 0.0),
        ("1.5", None, 1.5),
        ("1e3", None, None),
        ("٣", None, None),
        ("-3", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    header: str | None, date: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(header, date) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2.0),
        ({"retry-after-ms": "-1"}, None),
    ],
)
def test_milliseconds_go_before_seconds(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked(headers) == seconds


def test_a_date_is_measured_from_now_where_the_answer_has_no_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    seconds = retry_after_seconds(later)
    assert seconds is not None
    assert 3500 < seconds <= 3600
