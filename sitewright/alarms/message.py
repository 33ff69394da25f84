"""What is told: all news of a round in one message, as text for people and as JSON for programs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sitewright.orders.models.alarm import Alarm, News
from sitewright.orders.models.base import fingerprint

MOST_IN_TEXT = 50
"""How many alarms a mail tells of in full; the others are counted. The webhook has them all."""

MOST_ORDERS = 20
"""How many orders of one alarm a mail names."""

_SUBJECT_LENGTH = 120

# Line ends, control, bidirectional and zero-width characters: what could begin a header, or show a text other
# than the one that is there.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True)
class Message:
    """One message: `key` is that of its news, the same when the same news are told again."""

    key: str
    subject: str
    text: str
    payload: dict[str, Any]


def message_of(news: News) -> Message:
    """Return what tells `news`; its subject is the weightiest of what began, else of what is over."""
    raised, over = news.raised, news.over
    told = [*raised, *over]
    subject = raised[0].sentence if raised else f"Over: {over[0].sentence}"
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    lines = [*_section("What is wrong", raised), *_section("What is over", over)]
    lines += [
        "-- ",
        "`sitewright alarms` shows what is wrong now, `sitewright status` where the orders stand.",
    ]
    return Message(
        key=fingerprint(*((alarm.id, alarm.since, alarm.over_at) for alarm in told))[:32],
        subject=_subject(subject, more),
        text="\n".join(lines) + "\n",
        payload={
            "type": "sitewright.alarms",
            "timestamp": max(alarm.over_at or alarm.since for alarm in told).isoformat(),
            "data": news.model_dump(mode="json"),
        },
    )


def trial_message(moment: datetime) -> Message:
    """Return a message that says nothing but that the channel works."""
    sentence = "This is a test: alarms of Sitewright arrive here."
    return Message(
        key=fingerprint(moment)[:32],
        subject=_subject(sentence),
        text=f"{sentence} It was asked for by `sitewright alarms test`; there is nothing to do.\n",
        payload={
            "type": "sitewright.test",
            "timestamp": moment.isoformat(),
            "data": {"sentence": sentence},
        },
    )


def _subject(sentence: str, more: str = "") -> str:
    said = _line(sentence).removesuffix(".")
    room = _SUBJECT_LENGTH - len(more)
    return f"Sitewright: {said if len(said) <= room else said[: room - 1].rstrip() + '…'}{more}"


def _section(title: str, alarms: tuple[Alarm, ...]) -> Iterator[str]:
    if not alarms:
        return
    yield f"{title}:"
    yield ""
    for alarm in alarms[:MOST_IN_TEXT]:
        yield f"* {_line(alarm.sentence)}"
        if alarm.over_at is None:
            if alarm.remedy:
                yield f"  What to do: {_line(alarm.remedy)}"
            if alarm.orders:
                yield f"  Orders: {_named(alarm.orders)}"
            yield f"  Since {_moment(alarm.since)} (alarm {alarm.id}, {alarm.cause})"
        else:
            since, over = _moment(alarm.since), _moment(alarm.over_at)
            yield f"  From {since} to {over} (alarm {alarm.id}, {alarm.cause})"
        yield ""
    if len(alarms) > MOST_IN_TEXT:
        yield f"* And {len(alarms) - MOST_IN_TEXT} more."
        yield ""


def _named(orders: tuple[int, ...]) -> str:
    named = ", ".join(map(str, orders[:MOST_ORDERS]))
    left = len(orders) - MOST_ORDERS
    return f"{named} and {left} more" if left > 0 else named


def _line(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
