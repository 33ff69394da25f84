"""The tables. Rows stay in this package: every function hands out frozen values instead.

Relationships raise instead of loading lazily: what a query needs, it says.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sitewright.orders.columns import ForeignText, Table
from sitewright.orders.models.order import OrderState
from sitewright.orders.models.usage import CallOutcome


def _revision_of_an_order(column: str = "revision") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["order_id", column], ["revisions.order_id", "revisions.number"])


class CustomerRow(Table):
    """Who pays: one row an e-mail address (in lower case), with any number of orders."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OrderRow(Table):
    """An order and where it stands; `revision` is the current one, `flow_run_id` the last run started.

    For recovery: `started_at` is when the run was asked for that is on its way (null: none is), `cause` the
    type of the error that ended the last run, `resume_at` the moment before which a building or blocked order
    is not resumed, `recoveries` how often it was resumed since its last new step, `needs_budget` the budget
    with which an order that BudgetSpent blocked goes on.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "state IN ('placed', 'building', 'review', 'published', 'blocked', 'failed', 'cancelled')",
            name="state_known",
        ),
        CheckConstraint(
            "state NOT IN ('blocked', 'failed') OR coalesce(reason, '') <> ''", name="waiting_has_reason"
        ),
        CheckConstraint(
            "state <> 'published' OR (coalesce(url, '') <> '' AND coalesce(release, '') <> '')",
            name="published_is_live",
        ),
        CheckConstraint("disputed <> ''", name="dispute_has_reason"),
        Index(
            "ix_orders_undispatched",
            "placed_at",
            postgresql_where=text("state = 'placed' AND started_at IS NULL"),
        ),
        Index("ix_orders_on_their_way", "started_at", postgresql_where=text("started_at IS NOT NULL")),
        Index("ix_orders_building", "resume_at", postgresql_where=text("state = 'building'")),
        Index("ix_orders_blocked", "cause", "resume_at", postgresql_where=text("state = 'blocked'")),
        Index("ix_orders_due", "due_at", postgresql_where=text("state NOT IN ('published', 'cancelled')")),
        Index(None, "state", "since"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"), index=True)
    document: Mapped[dict[str, Any]]
    fingerprint: Mapped[str]
    locale: Mapped[str]
    product: Mapped[dict[str, Any]]
    slug: Mapped[str] = mapped_column(unique=True)
    state: Mapped[OrderState] = mapped_column(server_default=OrderState.PLACED)
    reason: Mapped[str | None] = mapped_column(ForeignText)
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    revision: Mapped[int] = mapped_column(Integer, server_default="1")
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime]
    url: Mapped[str | None]
    release: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    flow_run_id: Mapped[str | None]
    started_at: Mapped[datetime | None]
    cause: Mapped[str | None]
    resume_at: Mapped[datetime | None]
    recoveries: Mapped[int] = mapped_column(Integer, server_default="0")
    needs_budget: Mapped[Decimal | None] = mapped_column(Numeric(16, 8))
    disputed: Mapped[str | None] = mapped_column(ForeignText)

    customer: Mapped[CustomerRow] = relationship(lazy="raise")


class RevisionRow(Table):
    """One version of an order's brief; the brief never changes once it is written.

    `answers_from_token`: an answer that a run with a smaller lease token brings in was asked for before
    the revision was begun again or reopened; it is kept for the bill and not for the site.
    """

    __tablename__ = "revisions"

    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    brief: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    begun_again_by: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    answers_from_token: Mapped[int] = mapped_column(BigInteger, server_default="0")


class LeaseRow(Table):
    """The one lease of an order: there from the moment it is placed, with token 0 until a run takes it."""

    __tablename__ = "leases"
    __table_args__ = (
        Index("ix_leases_live", "heartbeat_at", postgresql_where=text("released_at IS NULL")),
        Index(None, "flow_run_id"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"), primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger, server_default="0")
    flow_run_id: Mapped[str] = mapped_column(server_default="")
    holder: Mapped[str] = mapped_column(server_default="")
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now())
    heartbeat_at: Mapped[datetime] = mapped_column(server_default=func.now())
    released_at: Mapped[datetime | None] = mapped_column(server_default=func.now())


class StepRow(Table):
    """The ledger: a step is complete when its row is here, and only then."""

    __tablename__ = "steps"
    __table_args__ = (_revision_of_an_order(),)

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    flow_run_id: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None]


class TimelineRow(Table):
    """What happened to an order, for people; rows are only ever added, and go by age."""

    __tablename__ = "timeline"
    __table_args__ = (Index(None, "order_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"))
    revision: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    event: Mapped[str] = mapped_column(ForeignText)
    detail: Mapped[str] = mapped_column(ForeignText, server_default="")
    step: Mapped[str | None]
    flow_run_id: Mapped[str | None]


class FailureRow(Table):
    """A run that ended without publishing: at which step, by which error, and its whole sentence."""

    __tablename__ = "failures"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)
    step: Mapped[str]
    cause: Mapped[str]
    message: Mapped[str] = mapped_column(ForeignText)
    flow_run_id: Mapped[str]


class AiCallRow(Table):
    """One HTTP request to an AI route, kept whatever came of it; `cost` in the account's currency."""

    __tablename__ = "ai_calls"
    __table_args__ = (
        _revision_of_an_order(),
        Index(None, "request_hash", "order_id", "revision"),
        Index(None, "route", "id"),
        Index(None, "started_at"),
        Index(None, "order_id", "revision"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer)
    step: Mapped[str]
    request_hash: Mapped[str]
    asked_again: Mapped[bool] = mapped_column(server_default="false")
    route: Mapped[str]
    model: Mapped[str]
    ai: Mapped[bool]
    started_at: Mapped[datetime]
    seconds: Mapped[float]
    outcome: Mapped[CallOutcome]
    http_status: Mapped[int | None] = mapped_column(Integer)
    error_code: Mapped[str] = mapped_column(ForeignText)
    request_id: Mapped[str] = mapped_column(ForeignText)
    finish_reason: Mapped[str] = mapped_column(ForeignText)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_cached: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    tokens_reasoning: Mapped[int] = mapped_column(BigInteger, server_default="0")
    cost: Mapped[Decimal] = mapped_column(Numeric(16, 8))
    answer: Mapped[str | None] = mapped_column(ForeignText)
    detail: Mapped[str] = mapped_column(ForeignText)
    discarded_at: Mapped[datetime | None]


class ReleaseRow(Table):
    """One rendered site of an order by its hash; `revision` is the one that made it first.

    `manifest` is `models.release.Release`, `report` is `models.release.Report`; `removed_at` is when its
    files were given up, which making it again undoes.
    """

    __tablename__ = "releases"
    __table_args__ = (_revision_of_an_order(),)

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    manifest: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any] | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]


class PublicationRow(Table):
    """A release that went live, by being published or by rolling back to it; rows are only ever added."""

    __tablename__ = "publications"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "release"], ["releases.order_id", "releases.hash"]),
        CheckConstraint("event IN ('published', 'rolled back')", name="event_known"),
        Index(None, "order_id", "release"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger)
    release: Mapped[str]
    url: Mapped[str]
    target: Mapped[str]
    at: Mapped[datetime]
    event: Mapped[str]
