"""What may go of an order's past, and what never does.

Only what belongs to a *settled* order goes: published or cancelled, not under dispute, with no live run. Of
all others nothing does, neither releases nor lines of the timeline nor usage.

- Releases: the last `releases_kept` stay, by their last publication; those never published count as the
  oldest. The live one always stays, the one that `orders.release` names and the one that `current` points at
  on the disk. A release is marked first (`removed_at`) and its files go after that: `clear_away` finds what
  is marked and still there, also what a killed round left. Publications stay.
- Timeline: lines older than `timeline_days` go, but for the first and the last of an order.
- Usage: AI calls older than `usage_days` go, what was held for calls that were never recorded among them, and
  a line of the timeline says how many there were and what they cost. A paid answer is never paid twice: the
  answers of a published order's current revision, which a rebuild would use again, stay whatever their age.
  Cancelled orders are never built again, so theirs go.

Two rounds at once are safe: each decides anew, with the order locked, and finds nothing left.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Executable, Select, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute

from sitewright.database import Database
from sitewright.orders.ai_tables import AiHoldRow
from sitewright.orders.leases import fence, is_live, known, lease_facts
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.tables import (
    AiCallRow,
    LeaseRow,
    OrderRow,
    PublicationRow,
    ReleaseRow,
    TimelineRow,
)
from sitewright.settings import Retention

SETTLED = (OrderState.PUBLISHED, OrderState.CANCELLED)

MOST_ROWS = 5_000
"""How many lines, and how many AI calls, of one order one transaction deletes; the next round goes on."""

Gone = TypeVar("Gone")


class Shelf(Value):
    """An order's releases by their hashes: those kept, those too many, and those that were removed before."""

    slug: str
    kept: frozenset[str] = frozenset()
    surplus: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()


class Past(Value):
    """What of an order is old enough to go; whether files of it are on the disk, the database cannot say."""

    order_id: int
    shelf: Shelf
    timeline: int = 0
    ai_calls: int = 0


class Forgotten(Value):
    """What went of an order's records: lines of its timeline and AI calls; and the releases marked now."""

    marked: frozenset[str] = frozenset()
    timeline: int = 0
    ai_calls: int = 0


async def settled_pasts(
    database: Database, keeping: Retention, *, after: int, limit: int
) -> tuple[tuple[Past, ...], int | None]:
    """Return the pasts of at most `limit` settled orders with ids above `after`, and the last id looked at.

    That id is None when there are no more. Orders that a live run has are looked at and left out.
    """
    query = select(OrderRow.id, OrderRow.slug).where(OrderRow.id > after, _is_settled())
    async with database.transaction() as session:
        orders = (await session.execute(query.order_by(OrderRow.id).limit(limit))).all()
        ids = [order.id for order in orders]
        held = lease_facts().where(OrderRow.id.in_(ids), LeaseRow.released_at.is_(None))
        live = {row.id for row in (await session.execute(held)).all() if is_live(row)}
        releases = defaultdict(list)
        for release in await session.execute(_releases(ids, keeping)):
            releases[release.order_id].append(release)
        lines = dict((await session.execute(_counted(TimelineRow.order_id, _old_lines(ids, keeping)))).all())
        calls = Counter[int]()
        for counted in (
            _counted(AiCallRow.order_id, _old_calls(ids, keeping)),
            _counted(AiHoldRow.order_id, _old_holds(ids, keeping)),
        ):
            calls.update(dict((await session.execute(counted)).all()))
    pasts = tuple(
        Past(
            order_id=order.id,
            shelf=_shelf(order.slug, releases[order.id]),
            timeline=lines.get(order.id, 0),
            ai_calls=calls[order.id],
        )
        for order in orders
        if order.id not in live
    )
    return pasts, ids[-1] if ids else None


async def forget(
    database: Database, order_id: int, keeping: Retention, *, on_disk_live: str | None
) -> Forgotten | None:
    """Mark an order's releases that are too many, and delete its old lines and AI calls; in one transaction.

    `on_disk_live` is the release that `current` points at. None is returned, and nothing was changed, when
    the order is not settled, is under dispute or has a live run by now. Raises UnknownOrder.
    """
    lines, calls = _old_lines([order_id], keeping), _old_calls([order_id], keeping)
    async with database.transaction() as session:
        row = known(order_id, (await session.execute(fence(order_id))).one_or_none())
        settled = (await session.execute(_settled_slug(order_id))).scalar_one_or_none()
        if settled is None or is_live(row):
            return None
        await session.execute(select(func.set_config("sitewright.retention", "on", True)))
        shelf = _shelf(settled, (await session.execute(_releases([order_id], keeping))).all())
        marked = shelf.surplus - {on_disk_live}
        timeline = (await session.execute(_lines_deleted(lines))).all()
        usage = [call.cost for call in await session.execute(_calls_deleted(calls))]
        usage += [hold.amount for hold in await session.execute(_holds_deleted(order_id, keeping))]
        if marked:
            await session.execute(_marked(order_id, marked))
            await session.execute(_told(order_id, "releases removed", _names(marked)))
        if usage:
            told = f"{len(usage)} AI calls older than {keeping.usage_days} days, cost {sum(usage):.4f}"
            await session.execute(_told(order_id, "usage removed", told))
    return Forgotten(marked=marked, timeline=len(timeline), ai_calls=len(usage))


async def clear_away(
    database: Database, order_id: int, take: Callable[[Shelf], Gone], keeping: Retention
) -> Gone | None:
    """Call `take` with the order's releases while the order is locked, and return what it returns.

    `take` moves the directories of removed releases aside. No run begins in between, and that is why it must
    be quick. It is not called, and None is returned, when the order is not settled, is under dispute or has a
    live run. Raises UnknownOrder, and what `take` raises.
    """
    async with database.transaction() as session:
        row = known(order_id, (await session.execute(fence(order_id))).one_or_none())
        settled = (await session.execute(_settled_slug(order_id))).scalar_one_or_none()
        if settled is None or is_live(row):
            return None
        return take(_shelf(settled, (await session.execute(_releases([order_id], keeping))).all()))


async def settled_among(database: Database, order_ids: Sequence[int]) -> frozenset[int]:
    """Return which of the orders are settled and not under dispute."""
    query = select(OrderRow.id).where(OrderRow.id.in_(order_ids), _is_settled())
    async with database.transaction() as session:
        return frozenset((await session.execute(query)).scalars())


def _is_settled() -> ColumnElement[bool]:
    return OrderRow.state.in_(SETTLED) & OrderRow.disputed.is_(None)


def _settled_slug(order_id: int) -> Select[str]:
    return select(OrderRow.slug).where(OrderRow.id == order_id, _is_settled())


def _releases(order_ids: Sequence[int], keeping: Retention) -> Select[int, str, bool, bool]:
    """Return the query for the orders' releases: whether each is removed, and whether it is too many."""
    published = (
        select(func.max(PublicationRow.at))
        .where(PublicationRow.order_id == ReleaseRow.order_id, PublicationRow.release == ReleaseRow.hash)
        .scalar_subquery()
    )
    removed = ReleaseRow.removed_at.is_not(None)
    place = func.row_number().over(
        partition_by=(ReleaseRow.order_id, removed),
        order_by=(published.desc().nulls_last(), ReleaseRow.made_at.desc(), ReleaseRow.hash),
    )
    live = func.coalesce(OrderRow.release == ReleaseRow.hash, literal(False))
    return (
        select(
            ReleaseRow.order_id,
            ReleaseRow.hash,
            (removed & ~live).label("removed"),
            ((place > keeping.releases_kept) & ~live).label("surplus"),
        )
        .join(OrderRow, OrderRow.id == ReleaseRow.order_id)
        .where(ReleaseRow.order_id.in_(order_ids), OrderRow.id.in_(order_ids))
    )


def _shelf(slug: str, rows: Sequence[Any]) -> Shelf:
    removed = frozenset(row.hash for row in rows if row.removed)
    surplus = frozenset(row.hash for row in rows if row.surplus) - removed
    kept = frozenset(row.hash for row in rows) - removed - surplus
    return Shelf(slug=slug, kept=kept, surplus=surplus, removed=removed)


def _old_lines(order_ids: Sequence[int], keeping: Retention) -> ColumnElement[bool]:
    ends = (
        select(func.unnest(array([func.min(TimelineRow.id), func.max(TimelineRow.id)])))
        .where(TimelineRow.order_id.in_(order_ids))
        .group_by(TimelineRow.order_id)
    )
    old = TimelineRow.at < func.now() - timedelta(days=keeping.timeline_days)
    return TimelineRow.order_id.in_(order_ids) & old & TimelineRow.id.not_in(ends)


def _old_calls(order_ids: Sequence[int], keeping: Retention) -> ColumnElement[bool]:
    """Return the condition that an AI call is old and its answer can never be used again."""
    of_published = select(OrderRow.revision).where(
        OrderRow.id == AiCallRow.order_id, OrderRow.state == OrderState.PUBLISHED
    )
    usable = (
        (AiCallRow.outcome == CallOutcome.ANSWERED)
        & AiCallRow.answer.is_not(None)
        & AiCallRow.discarded_at.is_(None)
        & AiCallRow.revision.in_(of_published)
    )
    old = AiCallRow.started_at < func.now() - timedelta(days=keeping.usage_days)
    return AiCallRow.order_id.in_(order_ids) & old & ~usable


def _old_holds(order_ids: Sequence[int], keeping: Retention) -> ColumnElement[bool]:
    """Return the condition that a call was never recorded, and might have been paid, that long ago."""
    old = AiHoldRow.held_at < func.now() - timedelta(days=keeping.usage_days)
    return AiHoldRow.order_id.in_(order_ids) & old


def _counted(order_id: InstrumentedAttribute[int], old: ColumnElement[bool]) -> Select[int, int]:
    return select(order_id, func.count()).where(old).group_by(order_id)


def _lines_deleted(old: ColumnElement[bool]) -> Executable:
    first = select(TimelineRow.id).where(old).order_by(TimelineRow.id).limit(MOST_ROWS)
    return delete(TimelineRow).where(TimelineRow.id.in_(first)).returning(TimelineRow.id)


def _calls_deleted(old: ColumnElement[bool]) -> Executable:
    first = select(AiCallRow.id).where(old).order_by(AiCallRow.id).limit(MOST_ROWS)
    return delete(AiCallRow).where(AiCallRow.id.in_(first)).returning(AiCallRow.cost)


def _holds_deleted(order_id: int, keeping: Retention) -> Executable:
    return delete(AiHoldRow).where(_old_holds([order_id], keeping)).returning(AiHoldRow.amount)


def _marked(order_id: int, hashes: frozenset[str]) -> Executable:
    these = update(ReleaseRow).where(ReleaseRow.order_id == order_id, ReleaseRow.hash.in_(hashes))
    return these.values(removed_at=func.clock_timestamp())


def _told(order_id: int, event: str, detail: str) -> Executable:
    """Return the statement for a line of the timeline that belongs to its transaction: both or neither."""
    return insert(TimelineRow).values(order_id=order_id, event=event, detail=detail)


def _names(hashes: frozenset[str]) -> str:
    return ", ".join(sorted(one[:12] for one in hashes))
