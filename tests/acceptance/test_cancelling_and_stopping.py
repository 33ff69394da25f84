"""A run that is cancelled in Prefect, a worker that is stopped: nothing is paid twice, nothing is lost."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from tests.support.breakpoints import breakpoint_at, plain_url
from tests.support.stack import RunningStack

pytestmark = pytest.mark.timeout(240)


def test_cancelling_a_run_in_prefect_stops_before_the_next_paid_call_and_waits_for_a_word(
    stack: RunningStack, tmp_path: Path
) -> None:
    order_id = stack.place_small("UI-CANCEL", tmp_path)
    paid = stack.paid_calls()
    with breakpoint_at(stack.database_url, order_id, "plan", "after record") as stop:
        run = stack.quick_run(order_id)
        stop.wait()
        stack.cancel_in_ui(run)
    assert stack.until_final(run)["type"] == "CANCELLED"
    stack.run_scheduled("recover-orders")
    shown = stack.show(order_id)
    assert shown["state"] == "blocked"
    assert f"Flow run {run} was cancelled in Prefect." in shown["reason"]
    assert "`sitewright orders build ID` goes on where it was" in shown["reason"]
    assert stack.paid_calls() - paid == 1
    assert not list(Path(stack.addresses.site_root).glob("taller-ui-cancel/current"))

    stack.sitewright("orders", "build", str(order_id), "--wait")
    assert stack.show(order_id)["state"] == "published"
    assert stack.paid_calls() - paid == 4


def test_cancelling_a_run_that_has_not_begun_is_found_by_recovery(
    stack: RunningStack, tmp_path: Path
) -> None:
    """As when the queue is long: the run is only scheduled, so Prefect cancels it at once."""
    order_id = stack.place_small("UI-CANCEL-EARLY", tmp_path)
    stack.pause_pool("sitewright")
    try:
        run = stack.json("orders", "build", str(order_id))["flow_run_id"]
        stack.cancel_in_ui(run)
        assert stack.until_final(run)["type"] == "CANCELLED"
    finally:
        stack.resume_pool("sitewright")
    with psycopg.connect(plain_url(stack.database_url)) as connection:  # it was asked for a while ago
        connection.execute(
            "UPDATE orders SET started_at = now() - interval '1 minute' WHERE id = %s", [order_id]
        )
    stack.run_scheduled("recover-orders")
    shown = stack.show(order_id)
    assert shown["state"] == "blocked"
    assert f"Flow run {run} was cancelled in Prefect." in shown["reason"]


@pytest.mark.failure(8)
def test_a_worker_that_is_stopped_lets_answers_be_recorded_and_the_order_goes_on_elsewhere_at_once(
    stack: RunningStack, tmp_path: Path
) -> None:
    order_id = stack.place_small("DEPLOY", tmp_path)
    paid = stack.paid_calls()
    stack.fault("site_plan", delay_seconds=3)
    run = stack.json("orders", "build", str(order_id))["flow_run_id"]
    stack.until_building(order_id)
    os.kill(stack.worker("sitewright"), signal.SIGTERM)
    state = stack.until_final(run)
    assert (state["type"], state["name"]) == ("CANCELLED", "HandedOn")
    assert "goes on" in state["message"]
    # Recovery has no part in this: its schedule is switched off here, and the next run was started at once.
    end = time.monotonic() + 90
    while (shown := stack.show(order_id))["state"] != "published" and time.monotonic() < end:
        time.sleep(0.5)
    assert shown["state"] == "published"
    assert shown["attempts"] == 2
    events = [entry["event"] for entry in shown["timeline"]]
    assert "handed on" in events
    assert "resumed" not in events
    assert stack.paid_calls() - paid == 4
    assert shown["ai"]["calls"] == 4


@pytest.mark.long
def test_orders_cancel_stops_a_run_and_nothing_resumes_it(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place_small("CLI-CANCEL", tmp_path)
    with breakpoint_at(stack.database_url, order_id, "plan", "after record") as stop:
        run = stack.quick_run(order_id)
        stop.wait()
        stack.sitewright("orders", "cancel", str(order_id))
    assert stack.until_final(run)["type"] == "CANCELLED"
    stack.run_scheduled("recover-orders")
    stack.run_scheduled("dispatch-orders")
    shown = stack.show(order_id)
    assert shown["state"] == "cancelled"
    assert shown["attempts"] == 1
