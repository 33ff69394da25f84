"""Releases of an order: what was made, what went live, and what a visitor gets now."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Text, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from sitewright.database import Database
from sitewright.errors import TransitionRefused
from sitewright.orders.leases import fence, known, refuse_live
from sitewright.orders.ledger import StatementFor
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import Order, OrderState
from sitewright.orders.models.release import Publication, Release, Report
from sitewright.orders.states import state_changed
from sitewright.orders.tables import OrderRow, PublicationRow, ReleaseRow
from sitewright.orders.timeline import note


class ReleaseRecord(Value):
    """One release of an order: what it is, what was found, when it was last live, and whether it is now.

    `removed_at` is when its files were given up; None: they are kept.
    """

    revision: int
    made_at: datetime
    manifest: Release
    report: Report | None
    published_at: datetime | None
    removed_at: datetime | None
    live: bool


def release_made(order: Order, release: Release) -> StatementFor:
    """Return the statement that records a release; one that is there already stays as it is.

    One that was removed is there again from then on.
    """
    made = insert(ReleaseRow).values(
        order_id=order.id,
        hash=release.hash,
        revision=order.revision,
        manifest=release.model_dump(mode="json"),
    )
    return made.on_conflict_do_update(
        index_elements=[ReleaseRow.order_id, ReleaseRow.hash],
        set_={"removed_at": None},
        where=ReleaseRow.removed_at.is_not(None),
    )


def report_made(order: Order, report: Report) -> StatementFor:
    """Return the statement that puts the check report to its release, unless that was published before."""
    published = exists().where(PublicationRow.order_id == order.id, PublicationRow.release == report.release)
    return (
        update(ReleaseRow)
        .where(ReleaseRow.order_id == order.id, ReleaseRow.hash == report.release, ~published)
        .values(report=report.model_dump(mode="json"))
    )


def site_published(order: Order, publication: Publication) -> tuple[StatementFor, ...]:
    """Return the statements that make the order `published` with this release at this address.

    Run again for the same publication they add no second one.
    """
    return (
        # A run that was asked for meanwhile has nothing left to do.
        state_changed(order.id, OrderState.PUBLISHED).values(
            url=publication.url, release=publication.release, started_at=None
        ),
        _not_removed(order.id, publication),
        _went_live(order.id, publication, "published"),
    )


async def releases_of(database: Database, order_id: int) -> tuple[ReleaseRecord, ...]:
    """Return an order's releases, newest first."""
    published = (
        select(func.max(PublicationRow.at))
        .where(PublicationRow.order_id == ReleaseRow.order_id, PublicationRow.release == ReleaseRow.hash)
        .scalar_subquery()
    )
    query = (
        select(
            ReleaseRow.revision,
            ReleaseRow.made_at,
            ReleaseRow.manifest,
            ReleaseRow.report,
            published.label("published_at"),
            ReleaseRow.removed_at,
            func.coalesce(OrderRow.release == ReleaseRow.hash, literal(False)).label("live"),
        )
        .join(OrderRow, OrderRow.id == ReleaseRow.order_id)
        .where(ReleaseRow.order_id == order_id)
        .order_by(ReleaseRow.made_at.desc(), ReleaseRow.hash)
    )
    async with database.transaction() as session:
        rows = (await session.execute(query)).all()
    return tuple(ReleaseRecord.model_validate(row._asdict()) for row in rows)


async def record_rollback(database: Database, order_id: int, publication: Publication) -> None:
    """Record that a release which was live before is live again; the order's state stays.

    Raises UnknownOrder, LeaseHeld while a run builds the order, and TransitionRefused for a release that
    was never published.
    """
    before = exists().where(
        PublicationRow.order_id == order_id, PublicationRow.release == publication.release
    )
    live = update(OrderRow).where(OrderRow.id == order_id, before)
    async with database.transaction() as session:
        row = known(order_id, (await session.execute(fence(order_id))).one_or_none())
        refuse_live(order_id, row)
        switched = live.values(release=publication.release, url=publication.url).returning(OrderRow.id)
        if (await session.execute(switched)).one_or_none() is None:
            raise TransitionRefused(
                f"Release {publication.release[:12]} of this order was never published.", order_id=order_id
            )
        await session.execute(_not_removed(order_id, publication))
        await session.execute(_went_live(order_id, publication, "rolled back"))
    await note(database, order_id, "rolled back", f"release {publication.release[:12]} is live again")


def _not_removed(order_id: int, publication: Publication) -> StatementFor:
    """Return the statement that takes a removal back: what was fetched byte for byte is there."""
    marked = (ReleaseRow.hash == publication.release) & ReleaseRow.removed_at.is_not(None)
    return update(ReleaseRow).where(ReleaseRow.order_id == order_id, marked).values(removed_at=None)


def _went_live(order_id: int, publication: Publication, event: str) -> StatementFor:
    told = exists().where(
        PublicationRow.order_id == order_id,
        PublicationRow.release == publication.release,
        PublicationRow.at == publication.at,
        PublicationRow.event == event,
    )
    columns: dict[str, ColumnElement[Any]] = {
        "order_id": literal(order_id),
        "release": literal(publication.release, Text),
        "url": literal(publication.url, Text),
        "target": literal(publication.target, Text),
        "at": literal(publication.at, DateTime(timezone=True)),
        "event": literal(event, Text),
    }
    return insert(PublicationRow).from_select([*columns], select(*[*columns.values()]).where(~told))
