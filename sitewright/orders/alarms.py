"""Alarms: opened for what a round of watching finds wrong, once a cause, and closed when it is found gone."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Executable, Select, Update, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from sitewright.database import Database
from sitewright.orders.models.alarm import Alarm, Condition, Kind
from sitewright.orders.watch_tables import AlarmRow

SETTLING = 0x5173_0003
"""Key of the advisory lock under which rounds settle what they found, one after the other."""


async def looking_begins(database: Database) -> datetime:
    """Return the database's clock: the moment before which a round has seen nothing yet."""
    async with database.transaction() as session:
        return (await session.execute(_clock())).scalar_one()


async def settle_alarms(
    database: Database,
    found: Sequence[Condition],
    *,
    unknown: Collection[Kind] = (),
    looked_at: datetime | None = None,
) -> None:
    """Make the open alarms those that a round `found`: open new causes, close those that are gone.

    An alarm that stays open takes the newest sentence, remedy and orders; it is not told again. The kinds
    in `unknown` could not be looked at: none of them is closed. Of two conditions with one cause the first
    counts.

    `looked_at` is what `looking_begins` returned before the round looked. What another round, or
    `raise_alarm`, has found or closed since is newer and stays. Two rounds at once are safe: one settles
    after the other.
    """
    conditions = {condition.cause: condition for condition in reversed(found)}
    async with database.transaction() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SETTLING})
        moment = looked_at or (await session.execute(_clock())).scalar_one()
        newer = set((await session.execute(_closed_since(moment))).scalars())
        seen = [_values(conditions[cause], moment) for cause in sorted(conditions.keys() - newer)]
        if seen:
            await session.execute(_opened(), seen)
        await session.execute(_closed(conditions.keys(), unknown, moment))


async def raise_alarm(database: Database, condition: Condition) -> None:
    """Open an alarm for one condition; while one with its cause is open, that one takes the newest words.

    The next round of watching closes it, unless it finds the same cause, or says its kind is unknown to it.
    """
    async with database.transaction() as session:
        moment = (await session.execute(_clock())).scalar_one()
        await session.execute(_opened(), [_values(condition, moment)])


async def open_alarms(database: Database) -> tuple[Alarm, ...]:
    """Return what is wrong now, the oldest first."""
    query = alarms().where(AlarmRow.over_at.is_(None)).order_by(AlarmRow.since, AlarmRow.id)
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return tuple(Alarm.model_validate(dict(row)) for row in rows)


async def recent_alarms(database: Database, limit: int = 20) -> tuple[Alarm, ...]:
    """Return the alarms that are over, at most `limit`, the last to end first."""
    ended = alarms().where(AlarmRow.over_at.is_not(None))
    query = ended.order_by(AlarmRow.over_at.desc(), AlarmRow.id.desc()).limit(limit)
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return tuple(Alarm.model_validate(dict(row)) for row in rows)


def alarms() -> Select[*tuple[object, ...]]:
    """Return the query for alarms, with the columns of `Alarm`; add `where` to it."""
    return select(*(getattr(AlarmRow, field) for field in Alarm.model_fields))


def _clock() -> Select[datetime]:
    return select(func.clock_timestamp(type_=DateTime(timezone=True)))


def _values(condition: Condition, moment: datetime) -> dict[str, Any]:
    return {**Condition.model_dump(condition), "orders": list(condition.orders), "seen_at": moment}


def _opened() -> Executable:
    opening = insert(AlarmRow)
    new = opening.excluded
    return opening.on_conflict_do_update(
        index_elements=[AlarmRow.cause],
        index_where=AlarmRow.over_at.is_(None),
        set_={name: new[name] for name in ("kind", "sentence", "remedy", "orders", "seen_at")},
        where=new.seen_at >= AlarmRow.seen_at,
    )


def _closed_since(moment: datetime) -> Select[str]:
    return select(AlarmRow.cause).where(AlarmRow.over_at > moment)


def _closed(found: Collection[str], unknown: Collection[Kind], moment: datetime) -> Update:
    return (
        update(AlarmRow)
        .where(
            AlarmRow.over_at.is_(None),
            AlarmRow.seen_at < moment,
            AlarmRow.cause.not_in(sorted(found)),
            AlarmRow.kind.not_in(sorted(unknown)),
        )
        .values(over_at=func.clock_timestamp())
    )
