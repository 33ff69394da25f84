"""The killer finds the processes of its own stack by their mark, tells them apart, and touches no other."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.chaos.processes import StackProcesses, kill
from sitewright.errors import LocalStackError
from sitewright.local.marked import MARK

Start = Callable[..., subprocess.Popen[bytes]]

SLEEP = "import time; print(flush=True); time.sleep(60)"


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that bears `mark` and has these words in its command line."""
    started = []

    def begin(*words: str, mark: str = "own") -> subprocess.Popen[bytes]:
        environment = {**os.environ, MARK: mark}
        command = [sys.executable, "-c", SLEEP, *words]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout
        process.stdout.readline()
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_each_is_told_by_its_words(start: Start, tmp_path: Path) -> None:
    worker = start("deployments.worker", "--pool", "sitewright")
    watch_worker = start("deployments.worker", "--pool", "sitewright-watch")
    server = start("-m", "prefect", "server", "start", "--port", "1")
    run = start("-m", "prefect.engine")
    start("-m", "sitewright.local.copywriter")
    start("serve", "--port", "1")
    processes = StackProcesses(tmp_path, os.getpid())
    assert processes.worker() == [worker.pid]
    assert processes.watch_worker() == [watch_worker.pid]
    assert processes.server() == [server.pid]
    assert processes.runs() == [run.pid]
    assert processes.runs_of([os.getpid()]) == [run.pid]
    assert processes.runs_of([worker.pid]) == []


def test_another_stacks_process_is_not_ours(start: Start, tmp_path: Path) -> None:
    own, other = start("prefect.engine"), start("prefect.engine", mark="other")
    processes = StackProcesses(tmp_path, os.getpid())
    assert processes.runs() == [own.pid]
    assert processes.is_ours(own.pid)
    assert not processes.is_ours(other.pid)


def test_what_is_dead_is_neither_found_nor_killed_again(start: Start, tmp_path: Path) -> None:
    run = start("prefect.engine")
    start("serve")
    processes = StackProcesses(tmp_path, os.getpid())
    assert kill(processes.runs()) == [run.pid]
    assert run.wait(10) == -9
    assert processes.runs() == []
    assert kill([run.pid]) == []


def test_a_process_without_marked_children_is_no_stack(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match="No process"):
        StackProcesses(tmp_path, os.getpid())
