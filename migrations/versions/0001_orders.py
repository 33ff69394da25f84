"""Orders, their revisions, leases, ledger, timeline, AI calls and releases."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False)


def _time(name: str, *, default: str | None = "now()", nullable: bool = False) -> sa.Column[datetime]:
    server_default = sa.text(default) if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=server_default, nullable=nullable)


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _of_revision(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["order_id", "revision"],
        ["revisions.order_id", "revisions.number"],
        name=f"fk_{table}_order_id_revision_revisions",
    )


def _of_order(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id_orders")


def _make_orders() -> None:
    op.create_table(
        "customers",
        _identity(),
        *_texts("email", "name"),
        *_texts("phone", nullable=True),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("email", name="uq_customers_email"),
    )
    op.create_table(
        "orders",
        _identity(),
        *_texts("reference"),
        sa.Column("customer_id", sa.BigInteger, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        *_texts("fingerprint", "locale"),
        sa.Column("product", JSONB, nullable=False),
        *_texts("slug"),
        sa.Column("state", sa.String(16), server_default="placed", nullable=False),
        *_texts("reason", nullable=True),
        _time("since"),
        sa.Column("revision", sa.Integer, server_default="1", nullable=False),
        _time("placed_at"),
        _time("due_at", default=None),
        *_texts("url", "release", nullable=True),
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
        *_texts("flow_run_id", nullable=True),
        _time("started_at", default=None, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("reference", name="uq_orders_reference"),
        sa.UniqueConstraint("slug", name="uq_orders_slug"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_orders_customer_id_customers"),
        sa.CheckConstraint(
            "state IN ('placed', 'building', 'review', 'published', 'blocked', 'failed', 'cancelled')",
            name=op.f("ck_orders_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('blocked', 'failed') OR coalesce(reason, '') <> ''",
            name=op.f("ck_orders_waiting_has_reason"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR (coalesce(url, '') <> '' AND coalesce(release, '') <> '')",
            name=op.f("ck_orders_published_is_live"),
        ),
    )
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])
    op.create_index("ix_orders_state_due_at", "orders", ["state", "due_at"])
    op.create_index(
        "ix_orders_undispatched",
        "orders",
        ["placed_at"],
        postgresql_where=sa.text("state = 'placed' AND flow_run_id IS NULL"),
    )


def _make_runs() -> None:
    op.create_table(
        "revisions",
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("brief", JSONB, nullable=False),
        _time("made_at"),
        sa.Column("begun_again_by", ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("answers_from_token", sa.BigInteger, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("order_id", "number", name="pk_revisions"),
        _of_order("revisions"),
    )
    op.create_table(
        "leases",
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("token", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("flow_run_id", sa.Text, server_default="", nullable=False),
        sa.Column("holder", sa.Text, server_default="", nullable=False),
        _time("taken_at"),
        _time("heartbeat_at"),
        _time("released_at", nullable=True),
        sa.PrimaryKeyConstraint("order_id", name="pk_leases"),
        _of_order("leases"),
    )
    op.create_table(
        "steps",
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        *_texts("name", "fingerprint", "flow_run_id"),
        _time("started_at", default=None),
        _time("finished_at", default=None),
        sa.Column("data", JSONB, nullable=False),
        _time("resumed_at", default=None, nullable=True),
        *_texts("resumed_by", nullable=True),
        sa.PrimaryKeyConstraint("order_id", "revision", "name", name="pk_steps"),
        _of_revision("steps"),
    )
    op.create_index("ix_steps_finished_at", "steps", ["finished_at"])


def _make_records() -> None:
    op.create_table(
        "timeline",
        _identity(),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer),
        _time("at", default="clock_timestamp()"),
        *_texts("event"),
        sa.Column("detail", sa.Text, server_default="", nullable=False),
        *_texts("step", "flow_run_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
        _of_order("timeline"),
    )
    op.create_index("ix_timeline_order_id_id", "timeline", ["order_id", "id"])
    op.create_table(
        "ai_calls",
        _identity(),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        *_texts("step", "request_hash", "route", "model"),
        sa.Column("ai", sa.Boolean, nullable=False),
        _time("started_at", default=None),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("http_status", sa.Integer),
        *_texts("error_code", "request_id", "finish_reason"),
        sa.Column("tokens_in", sa.BigInteger, nullable=False),
        sa.Column("tokens_out", sa.BigInteger, nullable=False),
        sa.Column("cost", sa.Numeric(16, 8), nullable=False),
        *_texts("answer", nullable=True),
        *_texts("detail"),
        _time("discarded_at", default=None, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ai_calls"),
        _of_revision("ai_calls"),
    )
    op.create_index(
        "ix_ai_calls_request_hash_order_id_revision", "ai_calls", ["request_hash", "order_id", "revision"]
    )
    op.create_index("ix_ai_calls_order_id_revision", "ai_calls", ["order_id", "revision"])


def _make_releases() -> None:
    op.create_table(
        "releases",
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("manifest", JSONB, nullable=False),
        sa.Column("report", JSONB),
        _time("made_at"),
        sa.PrimaryKeyConstraint("order_id", "hash", name="pk_releases"),
        _of_revision("releases"),
    )
    op.create_table(
        "publications",
        _identity(),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        *_texts("release", "url", "target"),
        _time("at", default=None),
        *_texts("event"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.ForeignKeyConstraint(
            ["order_id", "release"],
            ["releases.order_id", "releases.hash"],
            name="fk_publications_order_id_release_releases",
        ),
        sa.CheckConstraint("event IN ('published', 'rolled back')", name=op.f("ck_publications_event_known")),
    )
    op.create_index("ix_publications_order_id_release", "publications", ["order_id", "release"])


def upgrade() -> None:
    _make_orders()
    _make_runs()
    _make_records()
    _make_releases()


def downgrade() -> None:
    for table in (
        "publications",
        "releases",
        "ai_calls",
        "timeline",
        "steps",
        "leases",
        "revisions",
        "orders",
        "customers",
    ):
        op.drop_table(table)
