"""What recovery needs: why and until when an order waits, failures by step and cause, the schedules' rounds.

And the database's half of counted revisions: one more than the last, never more than were bought, and an
order's current revision is one of its own and never an earlier one.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_orders_undispatched": (["placed_at"], "state = 'placed' AND started_at IS NULL"),
    "ix_orders_on_their_way": (["started_at"], "started_at IS NOT NULL"),
    "ix_orders_building": (["resume_at"], "state = 'building'"),
    "ix_orders_blocked": (["cause", "resume_at"], "state = 'blocked'"),
    "ix_orders_due": (["due_at"], "state NOT IN ('published', 'cancelled')"),
}

COUNTED = """
CREATE FUNCTION guard_revision_count() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE bought int; latest int;
BEGIN
    SELECT (product ->> 'revisions_included')::int INTO bought FROM orders WHERE id = NEW.order_id;
    SELECT coalesce(max(number), 0) INTO latest FROM revisions WHERE order_id = NEW.order_id;
    IF NEW.number <> latest + 1 THEN
        RAISE EXCEPTION 'revision % of order % does not follow revision %', NEW.number, NEW.order_id, latest
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.number > 1 + coalesce(bought, 0) THEN
        RAISE EXCEPTION 'order % has used its % revisions', NEW.order_id, coalesce(bought, 0)
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $guard$;
CREATE TRIGGER guard_revision_count BEFORE INSERT ON revisions
    FOR EACH ROW EXECUTE FUNCTION guard_revision_count();
CREATE FUNCTION guard_current_revision() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF NEW.revision < OLD.revision
        OR NOT EXISTS (SELECT FROM revisions WHERE order_id = NEW.id AND number = NEW.revision) THEN
        RAISE EXCEPTION 'order % does not go from revision % to %', NEW.id, OLD.revision, NEW.revision
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $guard$;
CREATE TRIGGER guard_current_revision BEFORE UPDATE OF revision ON orders
    FOR EACH ROW WHEN (NEW.revision <> OLD.revision) EXECUTE FUNCTION guard_current_revision();
"""


def _time(name: str, *, default: bool = False) -> sa.Column[datetime]:
    moment = sa.text("clock_timestamp()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=moment, nullable=not default)


def upgrade() -> None:
    op.add_column("orders", sa.Column("cause", sa.Text))
    op.add_column("orders", _time("resume_at"))
    op.add_column("orders", sa.Column("recoveries", sa.Integer, server_default="0", nullable=False))
    op.execute("UPDATE orders SET resume_at = since WHERE state IN ('building', 'blocked')")
    # From here on it says that a run is on its way; of an order that a run took or that has ended, none is.
    op.execute("UPDATE orders SET started_at = NULL WHERE state <> 'placed' OR attempts > 0")
    op.drop_index("ix_orders_state_due_at", "orders")
    op.drop_index("ix_orders_undispatched", "orders")
    op.create_index("ix_orders_state_since", "orders", ["state", "since"])
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "orders", columns, postgresql_where=sa.text(where))
    op.create_index(
        "ix_leases_live", "leases", ["heartbeat_at"], postgresql_where=sa.text("released_at IS NULL")
    )
    op.create_index("ix_leases_flow_run_id", "leases", ["flow_run_id"])
    op.create_index("ix_ai_calls_route_id", "ai_calls", ["route", "id"])
    op.create_index("ix_ai_calls_started_at", "ai_calls", ["started_at"])
    op.create_table(
        "failures",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger, nullable=False),
        _time("at", default=True),
        *[sa.Column(name, sa.Text, nullable=False) for name in ("step", "cause", "message", "flow_run_id")],
        sa.PrimaryKeyConstraint("id", name="pk_failures"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_failures_order_id_orders"),
    )
    op.create_index("ix_failures_order_id", "failures", ["order_id"])
    op.create_index("ix_failures_at", "failures", ["at"])
    op.create_table(
        "rounds",
        sa.Column("name", sa.Text, nullable=False),
        _time("first_at", default=True),
        _time("began_at", default=True),
        _time("ended_at"),
        sa.PrimaryKeyConstraint("name", name="pk_rounds"),
    )
    op.execute(COUNTED)


def downgrade() -> None:
    op.execute("DROP TRIGGER guard_current_revision ON orders")
    op.execute("DROP FUNCTION guard_current_revision()")
    op.execute("DROP TRIGGER guard_revision_count ON revisions")
    op.execute("DROP FUNCTION guard_revision_count()")
    op.drop_table("rounds")
    op.drop_table("failures")
    op.drop_index("ix_ai_calls_started_at", "ai_calls")
    op.drop_index("ix_ai_calls_route_id", "ai_calls")
    op.drop_index("ix_leases_flow_run_id", "leases")
    op.drop_index("ix_leases_live", "leases")
    for name in INDEXES:
        op.drop_index(name, "orders")
    op.drop_index("ix_orders_state_since", "orders")
    op.create_index("ix_orders_state_due_at", "orders", ["state", "due_at"])
    never_started = sa.text("state = 'placed' AND flow_run_id IS NULL")
    op.create_index("ix_orders_undispatched", "orders", ["placed_at"], postgresql_where=never_started)
    for column in ("recoveries", "resume_at", "cause"):
        op.drop_column("orders", column)
