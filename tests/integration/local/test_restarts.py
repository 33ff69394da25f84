"""`sitewright up` outlives the death of anything it started, and gives up on what cannot run."""

import os
import signal
import time
from urllib.parse import urlsplit

import pytest

from sitewright.local.running import running_stack
from tests.support.orders import document
from tests.support.stack import RunningStack
from tests.support.stack_processes import processes_of
from tests.support.taking_ports import take_port
from tests.support.terminal import Terminal, left_of

CTRL_C = b"\x03"
UP = "Everything is up."
STARTED_AGAIN = "was ended by SIGKILL; it is started again"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def _kill(name, home, terminal):
    """Kill the process when it is there: what was killed just now may not be back yet."""
    end = time.monotonic() + 60
    while not (pid := processes_of(home, terminal.process.pid).get(name)):
        assert time.monotonic() < end, f"{name} did not come back: {terminal.shown}"
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


def test_whatever_is_killed_is_started_again_and_ctrl_c_leaves_nothing(home, tmp_path):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(UP)
        before = processes_of(home, terminal.process.pid)
        for name in before:
            _kill(name, home, terminal)
            known = "PostgreSQL has ended unasked" if name == "postgres" else f"'{name}' {STARTED_AGAIN}"
            terminal.wait_for(known)
        for _ in range(3):  # the Prefect server dies while it starts, and its database with it
            _kill("prefect-server", home, terminal)
            _kill("postgres", home, terminal)
        for name in before:
            _kill(name, home, terminal)

        stack = RunningStack(running_stack(home))
        _until_it_answers(stack)
        order_id = stack.place(document(), tmp_path)
        scheduled = stack.quick_run(None, deployment="dispatch-orders/dispatch-orders")
        assert stack.until_final(scheduled)["type"] in {"COMPLETED", "CANCELLED"}
        stack.sitewright("orders", "build", str(order_id), status=None)
        _until(lambda: stack.show(order_id)["state"] == "published", 120)
        after = processes_of(home, terminal.process.pid)
        stack.close()
        terminal.press(CTRL_C)

        assert terminal.end() == 0
    assert left_of(home) == []
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert (home / "logs" / "worker.log").read_text().count("started!") >= 2, "the log was not kept"


@pytest.mark.long
def test_one_that_cannot_run_any_more_ends_the_stack(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(UP)
        port = urlsplit(running_stack(home).public_url).port
        _kill("sites", home, terminal)
        with take_port(port):
            assert terminal.end(150) == 1
    assert left_of(home) == []
    assert "The process 'sites' ended with status 1; its log is" in " ".join(terminal.shown.split())


def _until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)


def _until_it_answers(stack):
    def answers():
        try:
            return stack.post("/flow_runs/filter", limit=1) is not None
        except Exception:  # whatever a server that is just starting does
            return False

    _until(answers, 60)
