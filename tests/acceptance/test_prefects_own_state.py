"""What Prefect shows is kept true: runs whose process is gone do not stay Running, Pending or Cancelling."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.breakpoints import breakpoint_at, plain_url
from tests.support.stack import RunningStack

pytestmark = pytest.mark.timeout(300)


def made_up_run(stack: RunningStack, order_id: int, state: str, *, minutes_ago: int) -> str:
    """Make a run that no worker knows, and let Prefect show it in `state` since then."""
    stack.pause_pool("sitewright")
    try:
        run = stack.quick_run(order_id)
        for step in dict.fromkeys(("RUNNING", state)):  # Prefect cancels what never ran by itself
            stack.post(f"/flow_runs/{run}/set_state", state={"type": step}, force=True)
    finally:
        stack.resume_pool("sitewright")
    prefect = plain_url(stack.database_url).rpartition("/")[0] + "/prefect"
    with psycopg.connect(prefect) as connection:
        connection.execute(
            "UPDATE flow_run_state SET timestamp = timestamp - %s WHERE flow_run_id = %s",
            [timedelta(minutes=minutes_ago), run],
        )
    return run


ENDS = {
    "PENDING": ("CRASHED", "no process was started for it"),
    "CANCELLING": ("CANCELLED", "no worker stopped it"),
    "RUNNING": ("CRASHED", "it never took its order"),
}
"""What recovery makes of a run that Prefect has shown in a state for long and that nobody runs, and why."""


@pytest.mark.failure(12)
def test_a_run_that_nobody_runs_is_brought_to_its_end_and_the_timeline_says_so(
    stack: RunningStack, tmp_path: Path
) -> None:
    orders = {shown: stack.place_small(f"NOBODY-{shown}", tmp_path) for shown in ENDS}
    for order_id in orders.values():
        stack.sitewright("orders", "cancel", str(order_id))
    runs = {shown: made_up_run(stack, orders[shown], shown, minutes_ago=10) for shown in ENDS}
    stack.run_scheduled("recover-orders")
    for shown, (end, why) in ENDS.items():
        state = stack.run_state(runs[shown])
        assert state["type"] == end
        assert why in state["message"]
        events = stack.show(orders[shown])["timeline"]
        told = [entry["detail"] for entry in events if entry["event"] == "run settled"]
        assert told
        assert all(runs[shown] in detail for detail in told)


@pytest.mark.failure(12)
def test_a_run_whose_process_died_with_its_worker_is_crashed_and_one_that_lives_is_not(
    stack: RunningStack, tmp_path: Path
) -> None:
    dead, alive = stack.place_small("DEAD", tmp_path), stack.place_small("ALIVE", tmp_path)
    stack.fault("site_plan", delay_seconds=30)
    living_run = stack.quick_run(alive)
    stack.until_building(alive)
    with breakpoint_at(stack.database_url, dead, "plan", "after record") as dying:
        run = stack.quick_run(dead)
        dying.wait()
        stack.kill_worker_with_run(dying)
    stack.run_scheduled("recover-orders")
    assert stack.run_state(living_run)["type"] == "RUNNING"
    state = stack.run_state(run)
    assert state["type"] == "CRASHED"
    assert "its process is gone" in state["message"]
    assert stack.until_final(living_run)["type"] == "COMPLETED"
    resumed = stack.run_of(dead, other_than=run)
    assert stack.until_final(resumed["id"])["type"] == "COMPLETED"
    assert stack.show(dead)["state"] == "published"


@pytest.mark.long
def test_a_slot_of_the_pool_that_a_dead_run_held_is_given_back(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place_small("SLOT", tmp_path)
    stack.limit_pool("sitewright", 1)
    try:
        with breakpoint_at(stack.database_url, order_id, "plan", "after record") as dying:
            run = stack.quick_run(order_id)
            dying.wait()
            stack.kill_worker_with_run(dying)
        stack.run_scheduled("recover-orders")
        resumed = stack.run_of(order_id, seconds=30, other_than=run)
        assert stack.until_final(resumed["id"])["type"] == "COMPLETED"
    finally:
        stack.limit_pool("sitewright", None)


def test_rounds_that_were_missed_while_no_worker_lived_are_removed(stack: RunningStack) -> None:
    deployment = stack.get("/deployments/name/watch-pipeline/watch-pipeline")["id"]
    yesterday, evening = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) - timedelta(hours=23)
    stack.pause_pool("sitewright-watch")
    try:
        stack.post(
            f"/deployments/{deployment}/schedule",
            start_time=yesterday.isoformat(),
            end_time=evening.isoformat(),
            max_runs=60,
        )
        assert len(missed(stack)) > 30
    finally:
        stack.resume_pool("sitewright-watch")
    stack.run_scheduled("recover-orders")
    assert missed(stack) == []


def missed(stack: RunningStack) -> list[dict[str, Any]]:
    before = {"before_": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    late = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": before}
    runs: list[dict[str, Any]] = stack.post("/flow_runs/filter", flow_runs=late, limit=200)
    return runs


@pytest.mark.long
@pytest.mark.failure(12)
def test_the_automation_crashes_a_silent_run_and_neither_a_long_nor_a_suspended_one(
    stack: RunningStack, tmp_path: Path
) -> None:
    """A silent one: its process is killed with its worker. All within Prefect, without recovery."""
    silent, long = stack.place_small("SILENT", tmp_path), stack.place_small("LONG", tmp_path)
    suspended = stack.place_small("SUSPENDED", tmp_path)
    for schema in ("site_plan", "page_home"):
        stack.fault(schema, delay_seconds=100)
    long_run = stack.quick_run(long)
    stack.until_building(long)
    with breakpoint_at(stack.database_url, silent, "plan", "after record") as dying:
        silent_run = stack.quick_run(silent)
        dying.wait()
        stack.kill_worker_with_run(dying)
    suspended_run = made_up_run(stack, suspended, "RUNNING", minutes_ago=0)
    state = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_reschedule": True}}
    stack.post(f"/flow_runs/{suspended_run}/set_state", state=state, force=True)
    crashed = stack.until_final(silent_run, seconds=180)
    time.sleep(30)
    assert crashed["type"] == "CRASHED"
    assert "No sign of life for 90 seconds" in crashed["message"]
    assert stack.run_state(suspended_run)["name"] == "Suspended"
    assert stack.run_state(long_run)["type"] == "RUNNING"
    stack.sitewright("orders", "cancel", str(suspended))
    assert stack.until_final(long_run)["type"] == "COMPLETED"
