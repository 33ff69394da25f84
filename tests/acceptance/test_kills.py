"""kill -9 on the flow's process between any two steps and inside them: `orders build` finishes, paid once.

A run is stopped at an exact place by PostgreSQL itself (tests/support/breakpoints.py) and its process killed.
"""

import time
from pathlib import Path
from typing import Literal

import httpx
import pytest

from tests.support.breakpoints import breakpoint_at
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack

STEPS = {"load", "plan", "page:home", "page:services", "page:contact", "render", "check", "publish"}
CALLS = 4
"""A plan and three pages."""

# Pages are written side by side: while one stands still the others get done, so one stands for all.
KILLS: list[tuple[str, Literal["before record", "after record"]]] = [
    ("load", "before record"),
    ("load", "after record"),
    ("plan", "before record"),
    ("plan", "after record"),
    ("page:services", "before record"),
    ("page:services", "after record"),
    ("render", "before record"),
    ("render", "after record"),
    ("check", "before record"),
    ("check", "after record"),
    ("publish", "before record"),
    ("publish", "after record"),
]


@pytest.mark.failure(15, 16)
@pytest.mark.timeout(400)
def test_killed_again_and_again_one_boundary_further_the_order_is_published_and_paid_once(
    stack: RunningStack, tmp_path: Path
) -> None:
    order_id = stack.place(
        document(BICYCLES, reference="KILLED", brief__business__name="Taller Kill"), tmp_path
    )
    paid_before = stack.paid_calls()
    killed = set()
    for step, when in KILLS:
        with breakpoint_at(stack.database_url, order_id, step, when) as stop:
            stack.sitewright("orders", "build", str(order_id))
            stop.wait()
            _all_answers_recorded(stack, order_id, step)
            killed.add(stop.kill())
        assert stack.show(order_id)["state"] in {"building", "published"}
    stack.sitewright("orders", "build", str(order_id), "--wait")
    shown = stack.show(order_id)
    assert len(killed) == len(KILLS)
    assert shown["state"] == "published"
    assert {step["name"] for step in shown["steps"]} == STEPS
    assert httpx.get(shown["url"], trust_env=False).status_code == 200
    assert stack.paid_calls() - paid_before == CALLS
    assert shown["ai"]["calls"] == CALLS


def _all_answers_recorded(stack: RunningStack, order_id: int, step: str) -> None:
    """While one page stands still, wait for the others' answers: one in flight may be paid for again."""
    while step.startswith("page:") and stack.show(order_id)["ai"]["calls"] < CALLS:
        time.sleep(0.1)
