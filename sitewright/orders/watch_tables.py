"""The tables of the watching: the rounds of the scheduled flows, what is wrong, and who was told."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Identity,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from sitewright.orders.columns import ForeignText, Table
from sitewright.orders.models.alarm import Channel, Kind


class RoundRow(Table):
    """The rounds of a scheduled flow, by its name: when the first and the last began, when one was done."""

    __tablename__ = "rounds"

    name: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    began_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None]


class AlarmRow(Table):
    """Something that is or was wrong; at most one open row a cause.

    `seen_at` is when it was last looked for and found. `told_raised` and `told_over` name the channels that
    have taken the word that it began and that it ended.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        Index("uq_alarms_open_cause", "cause", unique=True, postgresql_where=text("over_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    cause: Mapped[str]
    kind: Mapped[Kind]
    sentence: Mapped[str] = mapped_column(ForeignText)
    remedy: Mapped[str] = mapped_column(ForeignText)
    orders: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    since: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    over_at: Mapped[datetime | None] = mapped_column(index=True)
    told_raised: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    told_over: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))


class AlarmChannelRow(Table):
    """A channel that alarms are told through, known from the first round that had it configured.

    `claimed_until`: one round is telling it something and has the right to until then.
    """

    __tablename__ = "alarm_channels"

    channel: Mapped[Channel] = mapped_column(primary_key=True)
    known_since: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    claimed_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    took_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(ForeignText, server_default="")
