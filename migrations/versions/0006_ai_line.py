"""The AI line: circuits, what calls in flight may cost, cached and reasoning tokens."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _time(name: str, *, default: bool = False) -> sa.Column[datetime]:
    moment = sa.text("clock_timestamp()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=moment, nullable=not default)


def upgrade() -> None:
    for name in ("tokens_cached", "tokens_reasoning"):
        op.add_column("ai_calls", sa.Column(name, sa.BigInteger, server_default="0", nullable=False))
    op.add_column("ai_calls", sa.Column("asked_again", sa.Boolean, server_default="false", nullable=False))
    op.add_column("orders", sa.Column("needs_budget", sa.Numeric(16, 8)))
    op.create_table(
        "circuits",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
        _time("opened_at", default=True),
        *[_time(name) for name in ("tried_at", "claimed_until", "closed_at")],
        sa.PrimaryKeyConstraint("id", name="pk_circuits"),
    )
    op.create_index(
        "uq_circuits_open_route",
        "circuits",
        ["route"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "ai_holds",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("amount", sa.Numeric(16, 8), nullable=False),
        _time("held_at", default=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ai_holds"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_ai_holds_order_id_orders"),
    )
    op.create_index("ix_ai_holds_order_id", "ai_holds", ["order_id"])


def downgrade() -> None:
    op.drop_table("ai_holds")
    op.drop_table("circuits")
    op.drop_column("orders", "needs_budget")
    for name in ("asked_again", "tokens_reasoning", "tokens_cached"):
        op.drop_column("ai_calls", name)
