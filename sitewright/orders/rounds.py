"""The rounds of the scheduled flows, kept so that a schedule that does not fire is noticed by the others."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert

from sitewright.database import Database
from sitewright.orders.models.base import Value
from sitewright.orders.watch_tables import RoundRow

EVERY = {
    "dispatch-orders": timedelta(minutes=1),
    "recover-orders": timedelta(minutes=1),
    "watch-pipeline": timedelta(minutes=1),
    "prune-releases": timedelta(days=1),
}
"""How often each scheduled flow is due, by its deployment's name in `prefect.yaml`."""

OVERDUE = timedelta(minutes=4)
"""A round that was due and is later than this is missing; a quarter of its time where that is longer."""


class Round(Value):
    """The last round of a scheduled flow: when it began and when one was last done; None where none was.

    `overdue` says that none was done for longer than its schedule and `OVERDUE`; where none ever was, since
    the first round of any.
    """

    name: str
    began_at: datetime | None
    ended_at: datetime | None
    overdue: bool


async def round_began(database: Database, name: str) -> None:
    """Note that a round of the flow `name` begins now."""
    await _note(database, name, began_at=func.clock_timestamp())


async def round_ended(database: Database, name: str) -> None:
    """Note that a round of the flow `name` is done now."""
    await _note(database, name, ended_at=func.clock_timestamp())


async def _note(database: Database, name: str, **moments: ColumnElement[datetime]) -> None:
    noted = insert(RoundRow).values(name=name, **moments)
    async with database.transaction() as session:
        await session.execute(noted.on_conflict_do_update(index_elements=[RoundRow.name], set_=moments))


async def last_rounds(database: Database) -> tuple[Round, ...]:
    """Return how each scheduled flow stands, those that never had a round too."""
    query = select(RoundRow.name, RoundRow.first_at, RoundRow.began_at, RoundRow.ended_at)
    async with database.transaction() as session:
        rows = {row.name: row for row in await session.execute(query)}
        now = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    first = min((row.first_at for row in rows.values()), default=now - timedelta(days=2))
    rounds = []
    for name, every in EVERY.items():
        began_at = rows[name].began_at if name in rows else None
        ended_at = rows[name].ended_at if name in rows else None
        overdue = now - (ended_at or first) >= every + max(OVERDUE, every / 4)
        rounds.append(Round(name=name, began_at=began_at, ended_at=ended_at, overdue=overdue))
    return tuple(rounds)
