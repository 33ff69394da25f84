"""Alarms, and the channels that they are told through."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _time(name: str, *, default: bool = False) -> sa.Column[datetime]:
    moment = sa.text("clock_timestamp()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=moment, nullable=not default)


def _texts(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("orders", ARRAY(sa.BigInteger), server_default=sa.text("'{}'"), nullable=False),
        _time("since", default=True),
        _time("seen_at", default=True),
        _time("over_at"),
        _texts("told_raised"),
        _texts("told_over"),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
    )
    op.create_index(
        "uq_alarms_open_cause", "alarms", ["cause"], unique=True, postgresql_where=sa.text("over_at IS NULL")
    )
    op.create_index("ix_alarms_over_at", "alarms", ["over_at"])
    op.create_table(
        "alarm_channels",
        sa.Column("channel", sa.String(20), nullable=False),
        _time("known_since", default=True),
        *[_time(name) for name in ("claimed_until", "tried_at", "took_at", "failing_since")],
        sa.Column("problem", sa.Text, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_alarm_channels"),
    )


def downgrade() -> None:
    op.drop_table("alarm_channels")
    op.drop_table("alarms")
