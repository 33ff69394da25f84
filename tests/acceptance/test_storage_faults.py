"""The disk, PostgreSQL or Prefect is away in the middle: named, waited out, resumed; nothing is paid twice.

Orders stand still at the moment that matters while the fault is made, and go on into it. What was paid is
counted at the copywriter.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from tests.support.breakpoints import breakpoint_at, plain_url
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack
from tests.support.stack_processes import processes_of

pytestmark = [pytest.mark.failure(26, 27), pytest.mark.timeout(400)]

PAGES = 3
NECESSARY = 1 + PAGES
AWAY_SECONDS = 40
STANDING: LiteralString = "SELECT id, state, attempts FROM orders WHERE id = ANY(%s) ORDER BY id"


def place(stack: RunningStack, folder: Path, *references: str) -> list[int]:
    files = [folder / f"{reference}.json" for reference in references]
    for file, reference in zip(files, references, strict=True):
        made = document(BICYCLES, reference=reference, brief__business__name=f"Taller {reference}")
        file.write_text(json.dumps(made))
    return [each["order_id"] for each in stack.json("orders", "place", *files)["orders"]]


@contextmanager
def a_file_in_its_place(root: Path) -> Iterator[None]:
    aside = root.with_name("sites.aside")
    root.rename(aside)
    root.write_text("in the way")
    try:
        yield
    finally:
        root.unlink()
        aside.rename(root)


@contextmanager
def small_disk(root: Path) -> Iterator[None]:
    """A disk of its own for the site root, as long as the block lasts."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", root], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)


@contextmanager
def filled(root: Path) -> Iterator[None]:
    with (root / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))
    try:
        yield
    finally:
        (root / "filler").unlink()


class Standing:
    """An order whose run stands before a step until it is let go."""

    def __init__(self, stack: RunningStack, order_id: int, step: str) -> None:
        self.order_id, self.step = order_id, step
        self._held = ExitStack()
        self._stop = self._held.enter_context(
            breakpoint_at(stack.database_url, order_id, step, "before work")
        )
        self.run = stack.quick_run(order_id)

    def wait(self) -> None:
        self._stop.wait()

    def go(self) -> None:
        self._held.close()


def stand(stack: RunningStack, *places: tuple[int, str]) -> list[Standing]:
    """Return once every order stands before its step."""
    standing = [Standing(stack, order_id, step) for order_id, step in places]
    for each in standing:
        each.wait()
    return standing


def is_told(stack: RunningStack, order_id: int, run: str, step: str, words: str) -> None:
    """The run has failed at the step, and it and the order say `words` in a sentence, and what to do."""
    state = stack.until_final(run)
    assert state["type"] == "FAILED"
    (blocked,) = asked(stack, "SELECT state, reason FROM orders WHERE id = %s", order_id)
    assert blocked[0] == "blocked"
    for said in (state["message"], blocked[1]):
        assert f"Order {order_id}, step {step}: " in said
        assert words in said
        assert "the order then goes on by itself" in said


def asked(stack: RunningStack, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(plain_url(stack.database_url)) as connection:
        return connection.execute(query, values).fetchall()


def until_all_are(stack: RunningStack, state: str, orders: list[int], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while (found := asked(stack, STANDING, orders)) and any(row[1] != state for row in found):
        assert time.monotonic() < end, found
        time.sleep(0.3)


def it_lasts(stack: RunningStack, orders: list[int]) -> None:
    """Recovery comes by and leaves the orders as they are: no run is wasted on a fault that lasts."""
    before = asked(stack, STANDING, orders)
    stack.run_scheduled("recover-orders")
    assert asked(stack, STANDING, orders) == before
    assert {row[1] for row in before} == {"blocked"}


def all_go_on(stack: RunningStack, orders: list[int], paid_before: int) -> None:
    """Recovery comes by, and every order is published: live, once, and nothing but the necessary was paid."""
    stack.run_scheduled("recover-orders")
    until_all_are(stack, "published", orders)
    for order_id in orders:
        assert_live_once(stack, order_id)
    assert stack.paid_calls() - paid_before == NECESSARY * len(orders)


def assert_live_once(stack: RunningStack, order_id: int) -> None:
    shown = stack.show(order_id)
    assert httpx.get(shown["url"], trust_env=False).status_code == 200
    assert [entry["event"] for entry in shown["timeline"]].count("published") == 1
    assert shown["ai"]["calls"] == NECESSARY


def test_a_site_root_that_is_taken_away_at_any_moment_is_named_and_waited_for(
    stack: RunningStack, tmp_path: Path
) -> None:
    paid = stack.paid_calls()
    first, second = place(stack, tmp_path, "ROOT-1", "ROOT-2")
    standing = stand(stack, (first, "render"), (second, "publish"))
    with a_file_in_its_place(stack.addresses.site_root):
        for each in standing:
            each.go()
        # Placed only now, so that the dispatcher's round does not come before this run.
        (third,) = place(stack, tmp_path, "ROOT-3")
        orders, run = [first, second, third], stack.quick_run(third)
        for each in standing:
            is_told(stack, each.order_id, each.run, each.step, "cannot be written")
        is_told(stack, third, run, "load", "cannot be written")
        assert asked(stack, "SELECT id FROM ai_calls WHERE order_id = %s", third) == []
        it_lasts(stack, orders)
    all_go_on(stack, orders, paid)


@pytest.mark.long
def test_a_disk_that_is_full_is_named_and_waited_for(stack: RunningStack, tmp_path: Path) -> None:
    paid = stack.paid_calls()
    orders = first, second = place(stack, tmp_path, "FULL-1", "FULL-2")
    root = stack.addresses.site_root
    with small_disk(root):
        standing = stand(stack, (first, "render"), (second, "publish"))
        with filled(root):
            for each in standing:
                each.go()
            for each in standing:
                is_told(stack, each.order_id, each.run, each.step, "The disk of the site root is full")
            it_lasts(stack, orders)
        all_go_on(stack, orders, paid)


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Let processes stand still: they are there, take connections, and say nothing."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def with_children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [pid, *map(int, listed.stdout.split())]


@pytest.mark.long
@pytest.mark.parametrize("server", ["postgres", "prefect-server"])
def test_a_server_that_is_away_for_a_while_is_waited_for(
    stack: RunningStack, tmp_path: Path, server: str
) -> None:
    """The plan is asked for before and answered while the server is away: it is paid for all the same."""
    paid = stack.paid_calls()
    [order_id] = place(stack, tmp_path, f"AWAY-{server}")
    stack.fault("site_plan", delay_seconds=5)
    run = stack.quick_run(order_id)
    until_all_are(stack, "building", [order_id])
    time.sleep(1)
    pid = processes_of(stack.addresses.home, stack.addresses.pid)[server]
    with stopped(with_children(pid)):
        time.sleep(AWAY_SECONDS)
    assert stack.until_final(run)["type"] == "COMPLETED"
    assert asked(stack, STANDING, [order_id]) == [(order_id, "published", 1)]
    assert_live_once(stack, order_id)
    assert stack.paid_calls() - paid == NECESSARY
