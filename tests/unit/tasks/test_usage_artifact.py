"""The table of a run's AI calls, as the Prefect UI shows it: by step and route, and in all."""

import json
from decimal import Decimal

from sitewright.orders.costs import UsageRow
from sitewright.orders.models.site import Author
from sitewright.orders.records import AiRecord, budget_sentences
from tasks.artifacts import usage_artifact


def row(step, route="main", **figures):
    author = Author(route=route, model="some-model", ai=True)
    return UsageRow(step=step, author=author, calls=2, failed=1, retried=1, **figures)


def test_every_step_and_route_has_a_row_and_the_last_one_is_what_they_come_to():
    rows = [row("plan", cost=Decimal("0.1")), row("page:home", "spare", cost=Decimal("0.2"), asked_again=1)]
    table = usage_artifact(rows)
    assert [(each["step"], each["route"], each["calls"], each["cost"]) for each in table] == [
        ("plan", "main", 2, "0.1000"),
        ("page:home", "spare", 2, "0.2000"),
        ("total", "", 4, "0.3000"),
    ]
    assert (table[-1]["failed"], table[-1]["retried"], table[-1]["asked_again"]) == (2, 2, 1)
    json.dumps(table)


def test_the_budget_is_said_where_there_is_one_and_what_may_have_been_paid_always():
    nothing = AiRecord(cost=Decimal("0.1"))
    assert budget_sentences(nothing) == []
    lost = nothing.model_copy(update={"budget": Decimal("0.5"), "perhaps_paid": Decimal("0.02")})
    assert budget_sentences(lost) == [
        "Budget of the order: 0.5000, of which 0.1000 is spent.",
        "Perhaps paid: 0.0200, for calls that ended before they were recorded.",
    ]
