"""What the database refuses to everyone, SQL typed by hand included.

A state transition that `sitewright.orders.models.order.TRANSITIONS` does not list; a change to a frozen
brief, to the timeline, to the list of publications, or to a release that was published.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TRANSITIONS = {
    "placed": ("building", "blocked", "failed", "cancelled"),
    "building": ("review", "published", "blocked", "failed", "cancelled"),
    "review": ("building", "failed", "cancelled"),
    "blocked": ("building", "failed", "cancelled"),
    "failed": ("building", "blocked", "cancelled"),
    "published": ("building",),
}


GUARDED = {
    "guard_order_state": "orders",
    "guard_order_beginning": "orders",
    "guard_brief": "revisions",
    "guard_timeline": "timeline",
    "guard_publications": "publications",
    "guard_release": "releases",
}


def _guard(name: str, when: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\nBEGIN\n{body}\nEND\n$guard$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {GUARDED[name]} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _refuse(sentence: str, *values: str) -> str:
    arguments = "".join(f", {value}" for value in values)
    return f"RAISE EXCEPTION '{sentence}'{arguments} USING ERRCODE = 'integrity_constraint_violation';"


def _guard_states() -> None:
    listed = ", ".join(
        f"('{before}', '{after}')" for before, followers in TRANSITIONS.items() for after in followers
    )
    refusal = _refuse("an order does not go from % to %", "OLD.state", "NEW.state")
    _guard(
        "guard_order_state",
        "UPDATE OF state",
        f"IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({listed})"
        f" THEN {refusal} END IF; RETURN NEW;",
    )
    refusal = _refuse("an order begins as placed, not as %", "NEW.state")
    _guard(
        "guard_order_beginning",
        "INSERT",
        f"IF NEW.state <> 'placed' THEN {refusal} END IF; RETURN NEW;",
    )


def _guard_history() -> None:
    refusal = _refuse("the brief of a revision is frozen")
    _guard(
        "guard_brief",
        "UPDATE OR DELETE",
        "IF TG_OP = 'DELETE' OR (NEW.order_id, NEW.number, NEW.brief, NEW.made_at)"
        " IS DISTINCT FROM (OLD.order_id, OLD.number, OLD.brief, OLD.made_at)"
        f" THEN {refusal} END IF; RETURN NEW;",
    )
    _guard("guard_timeline", "UPDATE OR DELETE", _refuse("the timeline is only ever added to"))
    _guard(
        "guard_publications",
        "UPDATE OR DELETE",
        _refuse("the list of publications is only ever added to"),
    )
    refusal = _refuse("a release that was published is never modified")
    _guard(
        "guard_release",
        "UPDATE OR DELETE",
        "IF EXISTS (SELECT FROM publications WHERE order_id = OLD.order_id AND release = OLD.hash)"
        f" THEN {refusal} END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    )


def upgrade() -> None:
    _guard_states()
    _guard_history()


def downgrade() -> None:
    for guard, table in GUARDED.items():
        op.execute(f"DROP TRIGGER {guard} ON {table}")
        op.execute(f"DROP FUNCTION {guard}()")
