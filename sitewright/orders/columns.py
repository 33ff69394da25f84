"""What all tables share: how constraints are named, and how Python's types become columns."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, Dialect, Double, Enum, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from sitewright.orders.models.alarm import Channel, Kind
from sitewright.orders.models.order import OrderState
from sitewright.orders.models.usage import CallOutcome


class ForeignText(TypeDecorator[str]):
    """Text that others wrote: NUL and lone surrogates, which PostgreSQL refuses, become U+FFFD and `?`.

    A paid answer or an error message must never be lost because of one character.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return `value` as PostgreSQL can store it."""
        del dialect
        return value and value.replace("\x00", "\ufffd").encode(errors="replace").decode()


class Table(DeclarativeBase):
    """What all tables share: predictable names of constraints, times with a zone, JSON as jsonb."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute as it is
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        float: Double,
        list[str]: ARRAY(Text),
        OrderState: Enum(
            OrderState, native_enum=False, length=16, values_callable=lambda states: [*map(str, states)]
        ),
        CallOutcome: Enum(
            CallOutcome, native_enum=False, length=20, values_callable=lambda outcomes: [*map(str, outcomes)]
        ),
        Kind: Enum(Kind, native_enum=False, length=20, values_callable=lambda kinds: [*map(str, kinds)]),
        Channel: Enum(
            Channel, native_enum=False, length=20, values_callable=lambda channels: [*map(str, channels)]
        ),
    }
