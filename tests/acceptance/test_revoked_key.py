"""A key that is revoked: nobody pays for it, everybody is told once, and all goes on when it is restored."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack, started
from tests.support.webhook_receiver import WebhookReceiver, webhook_receiver

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]

ORDERS = 20
CALLS_OF_AN_ORDER = 4
"""One for the plan, one for each of three pages, which are asked for side by side."""


@pytest.mark.failure(18, 25)
def test_no_way_to_paid_work_goes_past_a_route_that_the_preflight_found_refused(
    stack: RunningStack, tmp_path: Path
) -> None:
    """Only the preflight is refused; an order that asked all the same would be answered, and counted."""
    by_command, by_rest, by_dispatch = (
        stack.place_small(f"WAY-{way}", tmp_path) for way in ("COMMAND", "REST", "DISPATCH")
    )
    asked = requests_of_orders(stack)
    stack.fault("probe", status=401, times=None)
    assert "The AI provider rejected the key." in stack.sitewright("doctor", status=1)
    (route,) = stack.json("status")["routes"]
    assert (route["circuit"], route["name"]) == ("open", "offline")

    runs = [stack.quick_run(by_rest), stack.json("orders", "build", str(by_command))["flow_run_id"]]
    stack.run_scheduled("dispatch-orders")
    runs.append(stack.run_of(by_dispatch)["id"])
    for run in runs:
        state = stack.until_final(run)
        assert state["type"] == "FAILED"
        assert "Route offline is not asked, it is refused since " in state["message"]
        assert "api_key_env" in state["message"]
    stack.run_scheduled("recover-orders")
    for order_id in (by_command, by_rest, by_dispatch):
        shown = stack.show(order_id)
        assert (shown["state"], shown["attempts"], shown["ai"]["calls"]) == ("blocked", 1, 0)
        assert "Route offline is not asked, it is refused since " in shown["reason"]
    assert requests_of_orders(stack) == asked

    stack.no_faults()
    stack.sitewright("doctor", status=None)  # its schedules are off here
    (route,) = stack.json("status")["routes"]
    assert (route["circuit"], route["reason"], route["since"]) == ("closed", "", None)
    stack.sitewright("orders", "build", str(by_command), "--wait")
    for order_id in (by_rest, by_dispatch):
        stack.sitewright("orders", "cancel", str(order_id))


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as receiving:
        yield receiving


@pytest.fixture
def own_stack(
    receiver: WebhookReceiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningStack]:
    outlet = {"webhook_url": receiver.url, "webhook_secret_env": "TEST_WEBHOOK_SECRET"}
    monkeypatch.setenv("TEST_WEBHOOK_SECRET", receiver.secret)
    monkeypatch.setenv("SITEWRIGHT_ALARMS", json.dumps(outlet))
    with started(tmp_path / "home", tmp_path / "up.log") as running:
        yield running


@pytest.mark.failure(18)
def test_a_key_revoked_amid_twenty_orders(
    own_stack: RunningStack, receiver: WebhookReceiver, tmp_path: Path, record_property: Any
) -> None:
    stack = own_stack
    worker_log = (stack.addresses.home / "logs" / "worker.log").read_text()
    assert "Route offline answers with model" in worker_log
    stack.fault(None, delay_seconds=2, times=None)
    orders = place_twenty(stack, tmp_path)
    until("the work is under way", stack, lambda: stack.paid_calls() >= 10)

    revoked_at = time.time()
    stack.no_faults()
    stack.fault(None, status=401, times=None)
    until("every order that is not published is blocked", stack, lambda: set(states(stack)) <= SETTLED, 500)
    assert states(stack)["blocked"] >= ORDERS - 5
    refused = refused_requests(stack)
    in_flight = answered_after(stack, revoked_at)
    every_blocked_order_says_why(stack, orders)
    assert 1 <= len(refused) <= max(in_flight, 2 * (CALLS_OF_AN_ORDER - 1)), "calls of two runs at once"
    assert max(Counter(refused).values()) == 1, "a call was refused twice"
    until("it is told", stack, lambda: told(receiver, "raised") == ["route:offline"], 150)
    blocked = states(stack)["blocked"]
    paid = stack.paid_calls()

    stack.no_faults()
    restored_at = time.monotonic()
    until("every order is published", stack, lambda: states(stack) == {"published": ORDERS}, 600)
    drained = time.monotonic() - restored_at
    until("it is told that it is over", stack, lambda: told(receiver, "over") == ["route:offline"], 150)
    assert told(receiver, "raised") == ["route:offline"]
    assert stack.paid_calls() == ORDERS * CALLS_OF_AN_ORDER, "an answer was paid for twice"
    assert len(refused_requests(stack)) == len(refused), "the refused route was asked on"
    figures = {
        "blocked": blocked,
        "paid before": paid,
        "in flight": in_flight,
        "refused": len(refused),
        "probes": stack.requests()["by_name"]["probe"]["statuses"],
        "drained after": f"{drained:.0f} s",
    }
    print(figures)
    record_property("figures", figures)


SETTLED = {"published", "blocked"}


def place_twenty(stack: RunningStack, folder: Path) -> list[int]:
    for number in range(ORDERS):
        made = document(BICYCLES, reference=f"KEY-{number}", brief__business__name=f"Taller Llave {number}")
        (folder / f"{number:02}.json").write_text(json.dumps(made))
    placed = stack.json("orders", "place", *sorted(folder.glob("*.json")))["orders"]
    return [each["order_id"] for each in placed]


def every_blocked_order_says_why(stack: RunningStack, orders: list[int]) -> None:
    for order_id in orders:
        shown = stack.show(order_id)
        if shown["state"] == "blocked":
            assert "HTTP 401" in shown["reason"]
            assert "api_key_env" in shown["reason"]
            failed = stack.run_of(order_id)["state"]
            assert failed["type"] == "FAILED"
            assert shown["reason"] in failed["message"]


def until(what: str, stack: RunningStack, holds: Any, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}; {states(stack)}"
        time.sleep(0.5)


def states(stack: RunningStack) -> dict[str, int]:
    found: dict[str, int] = stack.json("status")["orders"]
    return {state: count for state, count in found.items() if count}


def told(receiver: WebhookReceiver, part: str) -> list[str]:
    return [cause for request in receiver.requests for cause in request.alarms(part)]


def requests_of_orders(stack: RunningStack) -> int:
    counts = stack.requests()["by_name"]
    return sum(counted["count"] for name, counted in counts.items() if name != "probe")


def refused_requests(stack: RunningStack) -> list[str]:
    """Return the requests of orders that were refused, each by the hash of what was asked."""
    seen = stack.requests()["log"]
    return [each["sha256"] for each in seen if each["status"] == "401" and each["name"] != "probe"]


def answered_after(stack: RunningStack, moment: float) -> int:
    """Return how many requests of orders were answered after `moment`: they were on their way then."""
    seen = stack.requests()["log"]
    return sum(each["status"] == "200" and each["name"] != "probe" and each["at"] > moment for each in seen)
