import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sitewright.local.marked import MARK
from tests.support.terminal import Terminal, left_of, until_nothing_is_left

CTRL_C = b"\x03"
SERVER = "Starting the Prefect server"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.mark.parametrize("moment", ["Starting PostgreSQL", SERVER, "offline copywriter"])
def test_ctrl_c_while_starting_stops_everything(home, moment):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(moment)
        terminal.press(CTRL_C)

        assert terminal.end() == 130
    assert left_of(home) == []
    assert "Stopping everything" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert not (home / "stack.json").exists()


def test_sigterm_stops_everything_as_ctrl_c_does(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(SERVER)
        terminal.process.send_signal(signal.SIGTERM)

        assert terminal.end() == 128 + signal.SIGTERM
    assert left_of(home) == []


def test_a_second_ctrl_c_hurries_and_leaves_nothing_either(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(SERVER)
        terminal.press(CTRL_C)
        terminal.wait_for("Stopping everything")
        terminal.press(CTRL_C)
        terminal.end()
    assert left_of(home) == []


def test_a_closed_terminal_stops_everything(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(SERVER)
        terminal.hang_up()

        assert terminal.process.wait(60) == 128 + signal.SIGHUP
    assert left_of(home) == []


def test_a_kill_leaves_nothing_and_the_next_start_waits_until_it_is_gone(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(SERVER)
        terminal.process.kill()
        with Terminal(home, "up") as second:
            second.wait_for(SERVER)
            ports = (home / "ports.json").read_text()
            second.press(CTRL_C)
            second.end()
    until_nothing_is_left(home)
    assert '"sites"' in ports


def test_a_dead_child_stops_the_rest_and_is_named_with_its_last_words(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for("offline copywriter")
        copywriter = next(each for each in _children(terminal.process.pid) if "copywriter" in each[1])
        os.kill(copywriter[0], signal.SIGKILL)

        assert terminal.end() == 1
    assert left_of(home) == []
    assert "The process 'copywriter' was ended by SIGKILL; its log is" in " ".join(terminal.shown.split())


def test_what_the_settings_file_says_of_money_reaches_the_processes(home):
    """They run elsewhere and read no settings file of their own."""
    (home.parent / "sitewright.toml").write_text("budget_per_order = 0.25\n")
    with Terminal(home, "up") as terminal:
        terminal.wait_for("offline copywriter")
        pid = next(each[0] for each in _children(terminal.process.pid) if "copywriter" in each[1])
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        terminal.press(CTRL_C)
        terminal.end()
    assert b"SITEWRIGHT_BUDGET_PER_ORDER=0.25" in environment


def test_a_second_stack_in_one_home_says_who_has_it(home):
    with Terminal(home, "up") as terminal:
        terminal.wait_for(SERVER)
        second = subprocess.run(
            [sys.executable, "-c", "from sitewright.cli import main; main()", "up"],
            env={**os.environ, "SITEWRIGHT_HOME": str(home)},
            capture_output=True,
            text=True,
        )
        terminal.press(CTRL_C)
        terminal.end()

    assert second.returncode == 1
    assert f"process {terminal.process.pid} has it" in second.stderr


@pytest.mark.failure(26)
def test_a_site_root_that_cannot_be_written_is_named_before_anything_starts(home, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")
    done = subprocess.run(
        [sys.executable, "-c", "from sitewright.cli import main; main()", "up"],
        env={**os.environ, "SITEWRIGHT_HOME": str(home), "SITEWRIGHT_SITE_ROOT": str(in_the_way)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert str(in_the_way) in done.stderr
    assert not (home / "postgres").exists()
    assert left_of(home) == []


def test_what_a_child_started_in_a_session_of_its_own_ends_with_it(tmp_path):
    """As Prefect's worker starts its flow runs; the parent is killed, so only the guard is left to act."""
    script = """
import asyncio, os, sys, time
from pathlib import Path
from sitewright.local.children import Children
from sitewright.local.file_lock import FileLock
folder = Path(sys.argv[1])
lock = FileLock(folder / "lock")
lock.wait(1)
(folder / "logs").mkdir()
children = Children(folder / "logs")
children.set_guard(None, lock.descriptor)
grandchild = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(600)"
)
child = (
    "import subprocess, sys;"
    f"subprocess.Popen([sys.executable, '-c', {grandchild!r}], start_new_session=True).wait()"
)
children.start("parent", [sys.executable, "-c", child], os.environ)
while "up" not in (folder / "logs" / "parent.log").read_text():
    time.sleep(0.02)
print("ready", flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True
    ) as parent:
        parent.stdout.readline()
        family = [pid for pid, _ in _marked_children()]
        parent.kill()
        parent.wait()
        end = time.monotonic() + 30
        while _marked_children() and time.monotonic() < end:
            time.sleep(0.1)

    assert len(family) >= 2
    assert not {pid for pid, _ in _marked_children()} & set(family)


def _children(parent):
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[1]) == parent:
                yield int(entry.name), command


def _marked_children():
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                marked = f"{MARK}=".encode() in (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if marked and b"SIG_IGN" in command:
                found.append((int(entry.name), command))
    return found
