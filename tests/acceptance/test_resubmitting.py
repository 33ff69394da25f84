"""Resubmitting works from every state, or says in one sentence why not."""

from pathlib import Path

import pytest

from tests.support.breakpoints import breakpoint_at
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack

pytestmark = pytest.mark.timeout(240)


@pytest.mark.failure(10, 11)
def test_from_blocked_published_and_cancelled(stack: RunningStack, tmp_path: Path) -> None:
    """A key that is rejected, mended, built; built again; cancelled."""
    order_id = stack.place(
        document(BICYCLES, reference="AGAIN", brief__business__name="Taller Tres"), tmp_path
    )
    name = str(order_id)
    stack.fault(None, status=401, times=None)
    stack.sitewright("orders", "build", name, "--wait", status=1)
    blocked = stack.show(order_id)
    status = stack.json("status")
    stack.no_faults()

    assert blocked["state"] == "blocked"
    assert "HTTP 401" in blocked["reason"]
    assert "api_key_env" in blocked["reason"]
    counted = {name: blocked["ai"][name] for name in ("calls", "failed", "tokens_in", "tokens_out")}
    assert counted == {"calls": 1, "failed": 1, "tokens_in": 0, "tokens_out": 0}
    listed = [(order["id"], order["reason"]) for order in status["blocked"]]
    assert (order_id, blocked["reason"]) in listed
    assert status["routes"][0]["circuit"] == "open"
    assert "401" in status["routes"][0]["reason"]
    assert status["routes"][0]["since"]
    assert "api_key_env" in status["routes"][0]["remedy"]

    stack.sitewright("orders", "build", name, "--wait")
    published = stack.show(order_id)
    paid = stack.paid_calls()
    stack.sitewright("orders", "build", name, "--wait")
    again = stack.show(order_id)

    assert published["state"] == again["state"] == "published"
    assert again["attempts"] == 3
    assert again["release"] == published["release"]
    assert all(step["resumed"] for step in again["steps"])
    assert stack.paid_calls() == paid
    assert "cannot become cancelled" in stack.sitewright("orders", "cancel", name, status=2)


@pytest.mark.failure(10)
def test_a_cancelled_order_is_not_built(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place(
        document(BICYCLES, reference="NEVER", brief__business__name="Taller Cero"), tmp_path
    )
    stack.sitewright("orders", "cancel", "NEVER")
    refused = stack.sitewright("orders", "build", str(order_id), status=2)
    assert "The order was cancelled, so it is not built." in refused


def test_a_run_whose_order_is_cancelled_stops_before_the_next_paid_call(
    stack: RunningStack, tmp_path: Path
) -> None:
    order_id = stack.place(
        document(BICYCLES, reference="STOP", brief__business__name="Taller Seis"), tmp_path
    )
    paid = stack.paid_calls()
    with breakpoint_at(stack.database_url, order_id, "plan", "after record") as stop:
        run = stack.quick_run(order_id)
        stop.wait()
        stack.sitewright("orders", "cancel", str(order_id))
    state = stack.until_final(run)
    assert state["type"] == "CANCELLED"
    # Said by the next step, or by the lease's heartbeat where that comes first.
    whole, where = state["message"], f"Order {order_id}"
    assert whole in {
        f"{where}, step page:home: The order was cancelled.",
        f"{where}: The order was cancelled.",
    }
    assert stack.show(order_id)["state"] == "cancelled"
    assert stack.get(f"/flow_runs/{run}")["name"] == f"order-{order_id}-r1"
    assert stack.get(f"/flow_runs/{run}")["tags"] == [f"order:{order_id}", "sitewright"]
    assert stack.paid_calls() - paid == 1


@pytest.mark.failure(15, 16)
def test_from_a_step_on_and_beginning_again(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place(
        document(BICYCLES, reference="FROM", brief__business__name="Taller Cuatro"), tmp_path
    )
    stack.sitewright("orders", "build", str(order_id), "--wait")
    first, paid = stack.show(order_id), stack.paid_calls()

    stack.sitewright("orders", "build", str(order_id), "--from", "page:home", "--wait")
    from_home = stack.show(order_id)
    assert stack.paid_calls() - paid == 1
    done_before = {step["name"] for step in from_home["steps"] if step in first["steps"] or step["resumed"]}
    assert done_before == {"load", "plan", "page:services", "page:contact"}

    run = stack.quick_run(order_id, resume=False)
    assert stack.until_final(run)["type"] == "COMPLETED"
    assert stack.paid_calls() - paid == 1 + 4
    assert {step["flow_run_id"] for step in stack.show(order_id)["steps"]} == {run}


@pytest.mark.failure(11)
def test_the_dispatcher_starts_what_was_placed(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place(
        document(BICYCLES, reference="PLACED", brief__business__name="Taller Cinco"), tmp_path
    )
    # Where the schedule's own run is at it just now, this one is cancelled and that one dispatches.
    dispatch = stack.quick_run(None, deployment="dispatch-orders/dispatch-orders")
    assert stack.until_final(dispatch)["type"] in {"COMPLETED", "CANCELLED"}
    run = stack.run_of(order_id)
    assert run["name"] == f"order-{order_id}-r1"
    assert run["parameters"] == {"order_id": order_id, "revision": 1, "resume": True}
    assert stack.until_final(run["id"])["type"] == "COMPLETED"
    assert stack.show(order_id)["state"] == "published"
    artifacts = stack.post("/artifacts/filter", artifacts={"flow_run_id": {"any_": [run["id"]]}})
    assert {artifact["key"] for artifact in artifacts} == {
        f"order-{order_id}-{what}"
        for what in ("brief", "pages", "ai-usage", "check-report", "checked-pages", "live-site")
    }
