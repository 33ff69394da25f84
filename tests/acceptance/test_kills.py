"""kill -9 on the flow's process at every boundary of every step: recovery finishes the order, paid once.

A run is stopped at an exact place by PostgreSQL itself (tests/support/breakpoints.py) and its process killed.
Orders are started by the dispatching flow and resumed by the recovering one, and by nobody else.
"""

import time
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.breakpoints import Breakpoint, When, breakpoint_at, plain_url
from tests.support.stack import RunningStack

Boundary = tuple[str, When]

STEPS = ("load", "plan", "page:home", "page:services", "page:contact", "render", "check", "publish")
WHENS: tuple[When, ...] = ("before work", "before record", "after record")
CALLS = 4
"""A plan and three pages."""

IN_FLIGHT_SECONDS = 3
"""Longer than the offline copywriter takes to answer, and its answer to be recorded."""

ONE_RUN: list[Boundary] = [("load", "before work"), ("publish", "after record")]
"""Of the two runs one never had the order, or none was needed: it was published."""

SOME: list[Boundary] = [
    ("plan", "before record"),
    ("render", "after record"),
    ("publish", "before record"),
]


@pytest.mark.failure(8, 12, 15, 16)
@pytest.mark.timeout(900)
def test_killed_at_a_boundary_every_order_is_published_once_and_paid_once(
    stack: RunningStack, tmp_path: Path
) -> None:
    _killed_at(SOME, stack, tmp_path)


@pytest.mark.long
@pytest.mark.failure(8, 12, 15, 16)
@pytest.mark.timeout(1500)
def test_killed_before_and_after_work_and_record_of_every_step(stack: RunningStack, tmp_path: Path) -> None:
    _killed_at(list(product(STEPS, WHENS)), stack, tmp_path)


def _killed_at(boundaries: list[Boundary], stack: RunningStack, folder: Path) -> None:
    began = time.time()
    # Another test may have placed orders for the same boundaries on this stack.
    batch = f"KILLED-{len(boundaries)}"
    orders = [stack.place_small(f"{batch}-{number}", folder) for number, _ in enumerate(boundaries)]
    _kill_each(stack, dict(zip(orders, boundaries, strict=True)))
    for boundary, shown in zip(boundaries, _recovered(stack, orders), strict=True):
        assert {step["name"] for step in shown["steps"]} == set(STEPS)
        assert shown["ai"]["calls"] == CALLS
        assert shown["attempts"] == (1 if boundary in ONE_RUN else 2)
        assert httpx.get(shown["url"], trust_env=False).status_code == 200
    assert _publications(stack, orders) == dict.fromkeys(orders, 1)
    assert _answers_nobody_recorded(stack, since=began) == []


def _kill_each(stack: RunningStack, orders: dict[int, Boundary]) -> None:
    """Kill the run of each order as soon as it stands at its boundary."""
    with ExitStack() as held:
        stops = {
            order_id: held.enter_context(breakpoint_at(stack.database_url, order_id, step, when))
            for order_id, (step, when) in orders.items()
        }
        stack.quick_run(None, deployment="dispatch-orders/dispatch-orders")
        end = time.monotonic() + 20 * len(orders) + 60
        while stops:
            assert time.monotonic() < end, f"no run came to {[orders[order_id] for order_id in stops]}"
            for order_id, stop in list(stops.items()):
                if stop.standing():
                    _kill(stack, stop, order_id, orders[order_id][0])
                    del stops[order_id]
            time.sleep(0.05)


def _kill(stack: RunningStack, stop: Breakpoint, order_id: int, step: str) -> None:
    """Kill the run that stands still, and free the order from what its connection has locked."""
    if step.startswith("page:") and _calls(stack, order_id) > 1:
        # One page stands still and the others write: an answer that is in flight may be paid for again. A
        # page that has not begun yet waits for the lock that the standing one holds, and asks nothing.
        end = time.monotonic() + IN_FLIGHT_SECONDS
        while _calls(stack, order_id) < CALLS and time.monotonic() < end:
            time.sleep(0.05)
    stop.kill()
    stop.close()


def _recovered(stack: RunningStack, orders: list[int]) -> list[dict[str, Any]]:
    """Run the recovering flow until the orders are published, and return how they are shown then."""
    end = time.monotonic() + 20 * len(orders) + 240
    while time.monotonic() < end:
        stack.until_final(stack.quick_run(None, deployment="recover-orders/recover-orders"))
        round_ends = time.monotonic() + 15
        while time.monotonic() < round_ends:
            if not _rows(stack, "SELECT id FROM orders WHERE id = ANY(%s) AND state <> 'published'", orders):
                return [stack.show(order_id) for order_id in orders]
            time.sleep(0.5)
    left = _rows(stack, "SELECT reference, state, reason FROM orders WHERE id = ANY(%s)", orders)
    raise AssertionError(f"not all were published: {left}")


def _calls(stack: RunningStack, order_id: int) -> int:
    return int(_rows(stack, "SELECT count(*) FROM ai_calls WHERE order_id = %s", order_id)[0][0])


def _publications(stack: RunningStack, orders: list[int]) -> dict[int, int]:
    counted = "SELECT order_id, count(*) FROM publications WHERE order_id = ANY(%s) GROUP BY order_id"
    return dict(_rows(stack, counted, orders))


def _answers_nobody_recorded(stack: RunningStack, since: float) -> list[dict[str, Any]]:
    """Return the answers about orders that the AI server sent, and charged, and that no row holds."""
    recorded = {row[0] for row in _rows(stack, "SELECT request_id FROM ai_calls WHERE %s", True)}
    sent = [each for each in stack.requests()["log"] if each["at"] > since and each["status"] == "200"]
    # A probe asks whether a route answers, and is about no order.
    return [each for each in sent if each["name"] != "probe" and each["request_id"] not in recorded]


def _rows(stack: RunningStack, query: str, value: Any) -> list[Any]:
    with psycopg.connect(plain_url(stack.database_url)) as connection:
        return connection.execute(query.encode(), [value]).fetchall()
