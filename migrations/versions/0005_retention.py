"""What goes by age: releases are marked as removed, old lines of timelines deleted; disputes stop both.

The guards of version 0002 give way to this and to nothing else. Of a published release only `removed_at`
may change, and never to a time while it is live. Lines of a timeline are deleted only by a transaction that
says so (`SET LOCAL sitewright.retention = 'on'`), and then neither the first line of an order nor its last,
none of the last 30 days, and none of an order that is awaited or under dispute.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = """
CREATE OR REPLACE FUNCTION guard_timeline() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION 'the timeline is only ever added to'
        USING ERRCODE = 'integrity_constraint_violation';
END
$guard$;
CREATE OR REPLACE FUNCTION guard_release() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF EXISTS (SELECT FROM publications WHERE order_id = OLD.order_id AND release = OLD.hash) THEN
        RAISE EXCEPTION 'a release that was published is never modified'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$guard$;
"""

AFTER = """
CREATE OR REPLACE FUNCTION guard_timeline() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF TG_OP = 'UPDATE' OR current_setting('sitewright.retention', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'the timeline is only ever added to'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM orders
        WHERE id = OLD.order_id AND state IN ('published', 'cancelled') AND disputed IS NULL
    ) THEN
        RAISE EXCEPTION 'order % is awaited or under dispute: its timeline stays', OLD.order_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.at > now() - interval '30 days'
        OR NOT EXISTS (SELECT FROM timeline WHERE order_id = OLD.order_id AND id < OLD.id)
        OR NOT EXISTS (SELECT FROM timeline WHERE order_id = OLD.order_id AND id > OLD.id) THEN
        RAISE EXCEPTION 'the first line of a timeline stays, the last, and those of 30 days'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$guard$;
CREATE OR REPLACE FUNCTION guard_release() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.removed_at IS NOT NULL AND EXISTS (
        SELECT FROM orders WHERE id = NEW.order_id AND release = NEW.hash
    ) THEN
        RAISE EXCEPTION 'the live release of order % is never removed', NEW.order_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.order_id, NEW.hash, NEW.revision, NEW.manifest, NEW.report, NEW.made_at)
        IS NOT DISTINCT FROM (OLD.order_id, OLD.hash, OLD.revision, OLD.manifest, OLD.report, OLD.made_at)
    THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM publications WHERE order_id = OLD.order_id AND release = OLD.hash) THEN
        RAISE EXCEPTION 'a release that was published is never modified'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$guard$;
"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("disputed", sa.Text))
    op.create_check_constraint(op.f("ck_orders_dispute_has_reason"), "orders", "disputed <> ''")
    op.add_column("releases", sa.Column("removed_at", sa.DateTime(timezone=True)))
    op.execute(AFTER)


def downgrade() -> None:
    op.execute(BEFORE)
    op.drop_column("releases", "removed_at")
    op.drop_constraint(op.f("ck_orders_dispute_has_reason"), "orders")
    op.drop_column("orders", "disputed")
