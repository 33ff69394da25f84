"""The disk, PostgreSQL or Prefect is away in the middle: named, waited out, resumed; nothing is paid twice.

Orders stand still at the moment that matters while the fault is made, and go on into it. What was paid is
counted at the copywriter.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.breakpoints import breakpoint_at
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack
from tests.support.stack_processes import processes_of

pytestmark = [pytest.mark.failure(26, 27), pytest.mark.timeout(400)]

PAGES = 3
NECESSARY = 1 + PAGES
AWAY_SECONDS = 40


def place(stack: RunningStack, reference: str, folder: Path) -> int:
    return stack.place(
        document(BICYCLES, reference=reference, brief__business__name=f"Taller {reference}"), folder
    )


@contextmanager
def a_file_in_its_place(root: Path) -> Iterator[None]:
    aside = root.with_name("sites.aside")
    root.rename(aside)
    root.write_text("in the way")
    yield
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
    yield
    (root / "filler").unlink()


class Standing:
    """An order whose run stands before a step until it is let go."""

    def __init__(self, stack: RunningStack, order_id: int, step: str) -> None:
        self.order_id, self.step = order_id, step
        self._held = ExitStack()
        stop = self._held.enter_context(breakpoint_at(stack.database_url, order_id, step, "before work"))
        self.run = stack.quick_run(order_id)
        stop.wait()

    def go(self) -> None:
        self._held.close()


def is_told(stack: RunningStack, order_id: int, run: str, step: str, words: str) -> None:
    """The run has failed at the step, and it and the order say `words` in a sentence, and what to do."""
    state, shown = stack.until_final(run), stack.show(order_id)
    assert state["type"] == "FAILED"
    assert shown["state"] == "blocked"
    for said in (state["message"], shown["reason"]):
        assert f"Order {order_id}, step {step}: " in said
        assert words in said
        assert "the order then goes on by itself" in said


def it_lasts(stack: RunningStack, *orders: int) -> None:
    """Recovery comes by and leaves the orders as they are: no run is wasted on a fault that lasts."""
    before = [stack.show(order_id)["attempts"] for order_id in orders]
    stack.run_scheduled("recover-orders")
    after = [stack.show(order_id) for order_id in orders]
    assert [shown["attempts"] for shown in after] == before
    assert {shown["state"] for shown in after} == {"blocked"}


def all_go_on(stack: RunningStack, *orders: int) -> None:
    """Recovery comes by and every order is published, live, once, and paid for once."""
    stack.run_scheduled("recover-orders")
    for order_id in orders:
        assert_published(stack, order_id)


def assert_published(stack: RunningStack, order_id: int) -> None:
    end = time.monotonic() + 120
    while (shown := stack.show(order_id))["state"] != "published":
        assert time.monotonic() < end, shown
        time.sleep(0.5)
    assert httpx.get(shown["url"], trust_env=False).status_code == 200
    assert [entry["event"] for entry in shown["timeline"]].count("published") == 1
    paid = stack.requests()["by_reference"][shown["reference"]]
    assert paid == {"count": NECESSARY, "statuses": {"200": NECESSARY}}
    assert shown["ai"]["calls"] == NECESSARY


def test_a_site_root_that_is_taken_away_at_any_moment_is_named_and_waited_for(
    stack: RunningStack, tmp_path: Path
) -> None:
    first, second, third = (place(stack, f"ROOT-{number}", tmp_path) for number in (1, 2, 3))
    standing = [Standing(stack, first, "render"), Standing(stack, second, "publish")]
    with a_file_in_its_place(stack.addresses.site_root):
        for each in standing:
            each.go()
        for each in standing:
            is_told(stack, each.order_id, each.run, each.step, "cannot be written")
        is_told(stack, third, stack.quick_run(third), "load", "cannot be written")
        assert stack.show(third)["ai"]["calls"] == 0
        it_lasts(stack, first, second, third)
    all_go_on(stack, first, second, third)


def test_a_disk_that_is_full_is_named_and_waited_for(stack: RunningStack, tmp_path: Path) -> None:
    first, second = place(stack, "FULL-1", tmp_path), place(stack, "FULL-2", tmp_path)
    root = stack.addresses.site_root
    with small_disk(root):
        standing = [Standing(stack, first, "render"), Standing(stack, second, "publish")]
        with filled(root):
            for each in standing:
                each.go()
            for each in standing:
                is_told(stack, each.order_id, each.run, each.step, "The disk of the site root is full")
            it_lasts(stack, first, second)
        all_go_on(stack, first, second)


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
    order_id = place(stack, f"AWAY-{server}", tmp_path)
    stack.fault("site_plan", delay_seconds=5)
    run = stack.quick_run(order_id)
    stack.until_building(order_id)
    time.sleep(1)
    pid = processes_of(stack.addresses.home, stack.addresses.pid)[server]
    with stopped(with_children(pid)):
        time.sleep(AWAY_SECONDS)
    assert stack.until_final(run)["type"] == "COMPLETED"
    assert_published(stack, order_id)
    assert stack.show(order_id)["attempts"] == 1
