"""Alarms: what is wrong, said once to those who must act, and once more when it is over."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints

from sitewright.orders.models.base import Value


class Kind(StrEnum):
    """What an alarm is about; the weightiest first, which is the one that a message is named for."""

    WORKER = "worker"
    SCHEDULE = "schedule"
    SITE_ROOT = "site-root"
    ROUTE = "route"
    FAILED = "failed"
    BLOCKED = "blocked"
    STUCK = "stuck"
    LATE = "late"


class Channel(StrEnum):
    """A way out: where alarms are told."""

    WEBHOOK = "webhook"
    MAIL = "mail"


Cause = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][A-Za-z0-9_.:/-]{0,199}$")]
"""The key by which something wrong is known again in the next round: `no-worker`, `route:main`, `late:17`."""

Sentence = Annotated[str, StringConstraints(min_length=1)]


class Condition(Value):
    """Something that is wrong now, as one round of watching found it.

    `sentence` says what, with numbers and with orders by id and reference; `remedy` says what to do. Neither
    ever holds a name or text of a customer: both leave the house.
    """

    cause: Cause
    kind: Kind
    sentence: Sentence
    remedy: str
    orders: tuple[int, ...] = ()


class Alarm(Condition):
    """A condition that was found: open since then, until a round of watching finds it gone."""

    id: int
    since: datetime
    over_at: datetime | None = None


class News(Value):
    """What a channel has not been told yet, the weightiest first.

    An alarm that was over before the channel was told of it is in `over` only: it is told as one, with the
    times at which it began and ended.
    """

    raised: tuple[Alarm, ...] = ()
    over: tuple[Alarm, ...] = ()

    @classmethod
    def of(cls, alarms: Iterable[Alarm]) -> Self:
        """Return `alarms` as news, in the order in which they are told."""
        weights = {kind: weight for weight, kind in enumerate(Kind)}
        told = sorted(alarms, key=lambda alarm: (weights[alarm.kind], alarm.since, alarm.id))
        return cls(
            raised=tuple(alarm for alarm in told if alarm.over_at is None),
            over=tuple(alarm for alarm in told if alarm.over_at is not None),
        )


class Dispatch(Value):
    """The right of one round to tell a channel its news: nobody else tells it anything until then."""

    channel: Channel
    news: News
    until: datetime


class ChannelStanding(Value):
    """How a channel took what it was told last; `problem` says why it did not, since `failing_since`."""

    channel: Channel
    tried_at: datetime | None = None
    took_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""
