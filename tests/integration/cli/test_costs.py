"""What orders cost, as people and programs read it: `orders show`, `orders calls` and `status`."""

import asyncio
import os
from decimal import Decimal

import pytest

from sitewright.database import Database
from sitewright.orders.budgets import NextCall, hold, leave_hold
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.usage import record_call
from tests.integration.cli.conftest import Command
from tests.support.orders import AUTHOR, ai_call, building

REQUEST = "req_011CSHoEeqs5C35K2UUqR7Fy"
SPARE = AUTHOR.model_copy(update={"route": "anthropic-spare"})


async def _asked(url: str) -> None:
    """Place an order with calls of every kind: good, failed, retried, asked again, never recorded."""
    database = Database(url)
    order = await building(database, reference="BIKES")
    dear = Decimal("1.0123456")
    for call in (
        ai_call("plan", outcome=CallOutcome.UNAVAILABLE, answer=None, tokens_in=0, tokens_out=0, cost=0),
        ai_call("plan", author=SPARE, request_id=REQUEST),
        ai_call("page:testimonials", "page", outcome=CallOutcome.INVALID, tokens_cached=700, cost=dear),
        ai_call("page:testimonials", "page, again", asked_again=True, tokens_reasoning=50),
    ):
        await record_call(database, order, call)
    in_flight = NextCall("page:home", "main", "some-model", Decimal("0.03"), seconds=60)
    await hold(database, order, Decimal(2), in_flight)
    lost = await hold(database, order, Decimal(2), in_flight)
    assert lost is not None
    await leave_hold(database, lost)
    await database.close()


def test_what_an_order_cost_fits_the_terminal_and_counts_every_call(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(monkeypatch)
    lines = command("orders", "show", "BIKES").out.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    shown = [" ".join(line.split()) for line in lines]
    assert "step route calls failed retried again in out cost sec" in shown
    assert "page:testimonials main 2 1 0 1 2000 400 1.0130 3.0" in shown
    assert "total 4 2 1 1 3000 600 1.0136 6.0" in shown
    assert lines[lines.index("Budget of the order: 2.5000, of which 1.0136 is spent.") + 1 :][:2] == [
        "Held for calls in flight: 0.0300.",
        "Perhaps paid: 0.0300, for calls that ended before they were recorded.",
    ]
    assert "Of 3000 tokens in 700 came from a cache; of 600 out 50 were reasoning." in lines
    ai = command("orders", "show", "BIKES", "--json").json["ai"]
    assert (ai["cost"], ai["budget"], ai["held"], ai["perhaps_paid"]) == (1.0136456, 2.5, 0.03, 0.03)


def test_every_call_is_listed_with_the_providers_name_for_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(monkeypatch)
    listed = command("orders", "calls", "BIKES").out.splitlines()
    assert listed[2].endswith(REQUEST)
    assert [line.split()[4] for line in listed[1:]] == ["unavailable", "answered", "invalid", "answered,"]
    calls = command("orders", "calls", "BIKES", "--json", "--limit", "3").json["calls"]
    assert [(call["route"], call["outcome"], call["cost"]) for call in calls] == [
        ("anthropic-spare", "answered", 0.00065),
        ("main", "invalid", 1.0123456),
        ("main", "answered", 0.00065),
    ]


def test_the_status_says_what_the_day_cost_by_route_and_which_orders_most(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(monkeypatch)
    said = command("status").out.splitlines()
    assert said[said.index("AI calls today cost: 1.0136") + 1 :][:3] == [
        "  route main: 1.0130, 3 calls, 2 failed",
        "  route anthropic-spare: 0.0006, 1 call, 0 failed",
        "  dearest, order 1 (BIKES): 1.0136, 4 calls",
    ]
    document = command("status", "--json").json
    assert document["cost_today"] == 1.0136456
    assert document["dearest_today"] == [{"order_id": 1, "reference": "BIKES", "calls": 4, "cost": 1.0136456}]


def _ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("SITEWRIGHT_BUDGET_PER_ORDER", "2.50")
    asyncio.run(_asked(os.environ["SITEWRIGHT_DATABASE_URL"]))
