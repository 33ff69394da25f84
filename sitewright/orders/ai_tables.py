"""The tables of the AI line beside its calls: the routes' circuits, and what calls in flight may cost."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, Numeric, func, text
from sqlalchemy.orm import Mapped, mapped_column

from sitewright.orders.columns import ForeignText, Table


class CircuitRow(Table):
    """A route that is refused, or was: at most one open row (`closed_at` null) a route.

    `cause` is the type of the error that opened it, `detail` its message; `tried_at` is when the route was
    last tried since, and `claimed_until` gives one process the right to try it until then.
    """

    __tablename__ = "circuits"
    __table_args__ = (
        Index("uq_circuits_open_route", "route", unique=True, postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    route: Mapped[str]
    model: Mapped[str]
    cause: Mapped[str]
    http_status: Mapped[int | None] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(ForeignText)
    opened_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    tried_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class AiHoldRow(Table):
    """What an AI call in flight may cost at most; it goes when the call is recorded.

    `token` is the lease token of the run that asks, and `until` the moment by which its call is over. One
    that is there longer was left by a process that died with a call in flight, which may have been paid: it
    counts.
    """

    __tablename__ = "ai_holds"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("orders.id"), index=True)
    token: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[str]
    route: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(16, 8))
    held_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    until: Mapped[datetime]
