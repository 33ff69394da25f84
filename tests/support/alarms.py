"""Builders of conditions and alarms."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sitewright.orders.models.alarm import Alarm, Condition, Kind, News

BEGAN = datetime(2026, 3, 1, 10, 2, tzinfo=UTC)


def condition(cause: str = "no-worker", kind: Kind = Kind.WORKER, **others: Any) -> Condition:
    said = {"sentence": f"Something is wrong: {cause}.", "remedy": "Start one.", **others}
    return Condition(cause=cause, kind=kind, **said)


def alarm(number: int = 1, cause: str = "no-worker", kind: Kind = Kind.WORKER, **others: Any) -> Alarm:
    fields = {"since": BEGAN + timedelta(seconds=number), **others}
    times = {name: fields.pop(name) for name in ("since", "over_at") if name in fields}
    return Alarm(**condition(cause, kind, **fields).model_dump(), id=number, **times)


def news(*alarms: Alarm) -> News:
    return News.of(alarms or (alarm(),))
