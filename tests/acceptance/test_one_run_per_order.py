"""At most one live run builds an order; whoever comes second ends at once and says who has it."""

from pathlib import Path

import pytest

from tests.support.breakpoints import breakpoint_at
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack


@pytest.mark.failure(14)
@pytest.mark.timeout(200)
def test_two_runs_at_once_one_builds_and_the_other_says_which(stack: RunningStack, tmp_path: Path) -> None:
    """Started as an operator starts them in the UI: Quick run, twice."""
    order_id = stack.place(
        document(BICYCLES, reference="TWICE", brief__business__name="Taller Dos"), tmp_path
    )
    paid_before = stack.paid_calls()
    with breakpoint_at(stack.database_url, order_id, "plan", "after record") as stop:
        runs = [stack.quick_run(order_id), stack.quick_run(order_id)]
        stop.wait()
        ended = stack.first_final(runs)
        builder = next(run for run in runs if run != ended)
        state = stack.run_state(ended)
        assert stack.run_state(builder)["type"] == "RUNNING"
    assert state["name"] == "AlreadyBuilding"
    assert f"Flow run {builder} has this order since" in state["message"]
    assert stack.until_final(builder)["type"] == "COMPLETED"
    shown = stack.show(order_id)
    assert shown["state"] == "published"
    assert shown["attempts"] == 1
    assert {step["flow_run_id"] for step in shown["steps"]} == {builder}
    assert stack.paid_calls() - paid_before == 4


@pytest.mark.failure(14)
def test_starting_twice_is_starting_once(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place(document(BICYCLES, reference="ONCE", brief__business__name="Taller Uno"), tmp_path)
    stack.pause_pool("sitewright")  # the run is on its way, however long these take
    try:
        first = stack.json("orders", "build", str(order_id))
        second = stack.json("orders", "build", str(order_id))
        refused = stack.python(
            f"from deployments.start_build import *; start_build({order_id}, resume=False)"
        )
    finally:
        stack.resume_pool("sitewright")
    assert first == second
    assert "is on its way for this order and resumes; to begin again" in refused
    assert stack.until_final(first["flow_run_id"])["type"] == "COMPLETED"
