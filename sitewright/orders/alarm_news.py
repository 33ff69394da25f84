"""What each channel has been told of the alarms, and what is news to it.

A round takes the right to tell a channel its news (`claim_news`), tells it with no session open, and
records what came of it. One round at a time tells a channel; a round that died in the middle loses the right
after three minutes, and its news are told again. So everything is told at least once, and twice only where a
process or the database went away between a channel's answer and the record of it.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Text, Update, any_, func, literal, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from sitewright.database import Database
from sitewright.orders.alarms import alarms
from sitewright.orders.models.alarm import Alarm, Channel, ChannelStanding, Dispatch, News
from sitewright.orders.watch_tables import AlarmChannelRow, AlarmRow

CLAIM = timedelta(minutes=3)
"""How long a round has the right to tell a channel; longer than any channel takes to answer or to fail."""

WORTH_TELLING = timedelta(days=7)
"""What has been over for longer is history: a channel that comes back is not told of it."""

MOST_IN_ONE = 500
"""How many alarms one message tells of; the next round, a minute later, goes on."""


async def claim_news(database: Database, channel: Channel) -> Dispatch | None:
    """Take the right to tell `channel` its news; None when there are none, or when another round has it.

    News are: every open alarm; one that is over, if the channel was told that it began, or if the channel was
    known already when it ended (then it is told as one). A channel that is configured for the first time so
    hears of what is wrong now, and of nothing before.
    """
    known = insert(AlarmChannelRow).values(channel=channel).on_conflict_do_nothing()
    async with database.transaction() as session:
        await session.execute(known)
        known_since, claimed_until, now = (await session.execute(_locked(channel))).one()
        if claimed_until is not None and claimed_until > now:
            return None
        rows = (await session.execute(_untold(channel, known_since, now))).mappings().all()
        if rows:
            await session.execute(_channel(channel).values(claimed_until=now + CLAIM))
    news = News.of(Alarm.model_validate(dict(row)) for row in rows)
    return Dispatch(channel=channel, news=news, until=now + CLAIM) if rows else None


async def mark_told(database: Database, dispatch: Dispatch, problem: str = "") -> None:
    """Record that the channel took the news: none of it is told there again.

    `problem` is what was wrong all the same (one of several recipients was refused).
    """
    news, channel = dispatch.news, dispatch.channel
    async with database.transaction() as session:
        await session.execute(_told(AlarmRow.told_raised, channel, news.raised))
        await session.execute(_told(AlarmRow.told_over, channel, news.over))
        await session.execute(_given_back(dispatch))
        await session.execute(_tried(channel, problem).values(took_at=func.clock_timestamp()))


async def mark_untold(database: Database, dispatch: Dispatch, problem: str) -> None:
    """Record that the channel did not take the news, and why; the next round tells it again."""
    async with database.transaction() as session:
        await session.execute(_given_back(dispatch))
        await session.execute(_tried(dispatch.channel, problem))


async def channel_standings(database: Database) -> dict[Channel, ChannelStanding]:
    """Return how each channel that was ever configured took what it was told last."""
    fields = (getattr(AlarmChannelRow, field) for field in ChannelStanding.model_fields)
    async with database.transaction() as session:
        rows = (await session.execute(select(*fields))).mappings().all()
    standings = (ChannelStanding.model_validate(dict(row)) for row in rows)
    return {standing.channel: standing for standing in standings}


def _locked(channel: Channel) -> Select[datetime, datetime | None, datetime]:
    row = AlarmChannelRow
    facts = select(row.known_since, row.claimed_until, func.clock_timestamp())
    return facts.where(row.channel == channel).with_for_update()


def _untold(channel: Channel, known_since: datetime, now: datetime) -> Select[*tuple[object, ...]]:
    raised, over = _has(AlarmRow.told_raised, channel), _has(AlarmRow.told_over, channel)
    is_open = AlarmRow.over_at.is_(None)
    ended = AlarmRow.over_at > now - WORTH_TELLING
    news = or_(is_open & not_(raised), ended & not_(over) & or_(raised, AlarmRow.over_at > known_since))
    return alarms().where(news).order_by(AlarmRow.id).limit(MOST_IN_ONE)


def _told(column: InstrumentedAttribute[list[str]], channel: Channel, told: tuple[Alarm, ...]) -> Update:
    untold = AlarmRow.id.in_([alarm.id for alarm in told]) & not_(_has(column, channel))
    return update(AlarmRow).where(untold).values({column: func.array_append(column, str(channel))})


def _has(column: InstrumentedAttribute[list[str]], channel: Channel) -> ColumnElement[bool]:
    return literal(str(channel), Text) == any_(column)


def _channel(channel: Channel) -> Update:
    return update(AlarmChannelRow).where(AlarmChannelRow.channel == channel)


def _given_back(dispatch: Dispatch) -> Update:
    """Not where the right ran out meanwhile and another round has it."""
    mine = _channel(dispatch.channel).where(AlarmChannelRow.claimed_until == dispatch.until)
    return mine.values(claimed_until=None)


def _tried(channel: Channel, problem: str) -> Update:
    moment = func.clock_timestamp()
    failing_since = func.coalesce(AlarmChannelRow.failing_since, moment) if problem else None
    return _channel(channel).values(tried_at=moment, problem=problem, failing_since=failing_since)
