"""The draining worker against a real Prefect server, with real flow runs and real signals."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sitewright.local.free_port import free_port
from tests.support.stack import started
from tests.support.stack_processes import processes_of

FLOWS = """
import os, signal, time
from pathlib import Path
from prefect import flow

def begin(folder, on_sigterm):
    signal.signal(signal.SIGTERM, on_sigterm)
    Path(folder, "began").write_text(str(os.getpid()))

@flow
def polite(folder: str):
    asked = []
    begin(folder, lambda number, frame: asked.append(number))
    while not asked:
        time.sleep(0.05)
    time.sleep(1)
    Path(folder, "finished").touch()

@flow
def deaf(folder: str):
    begin(folder, lambda number, frame: None)
    end = time.monotonic() + 600
    while time.monotonic() < end:
        time.sleep(1)

@flow
def brief(folder: str):
    Path(folder, "finished").touch()
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack")
    with started(folder / "home", folder / "up.log") as running:
        yield running


class Pool:
    """A work pool of the test's own, the flows above deployed to it, and its workers."""

    def __init__(self, stack, folder):
        self.stack = stack
        self.folder = folder
        self.name = folder.name
        (folder / "orderly.py").write_text(FLOWS)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        template = {
            "variables": {"type": "object", "properties": {}},
            "job_configuration": {
                "command": "python -m prefect.engine",
                "stream_output": False,
                "env": {"PYTHONPATH": str(folder), "PATH": path},
            },
        }
        stack.post("/work_pools/", name=self.name, type="process", base_job_template=template)

    def start_run(self, flow):
        flow_id = self.stack.post("/flows/", name=flow)["id"]
        deployment = self.stack.post(
            "/deployments/",
            name=self.name,
            flow_id=flow_id,
            entrypoint=f"orderly.{flow}",
            work_pool_name=self.name,
            parameters={"folder": str(self.folder)},
        )
        return self.stack.post(f"/deployments/{deployment['id']}/create_flow_run")["id"]

    @contextmanager
    def worker(self, *arguments, api=None):
        command = [sys.executable, "-m", "deployments.worker", "--pool", self.name, "--name", "test"]
        environment = {**self.stack.environment, "PREFECT_WORKER_QUERY_SECONDS": "1"}
        if api:
            environment["PREFECT_API_URL"] = api
        with (self.folder / "worker.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, *arguments], env=environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def said(self):
        return (self.folder / "worker.log").read_text()

    def until_said(self, words, seconds=30):
        self._until(lambda: words in self.said, words, seconds)

    def pid_of_run(self, seconds=60):
        """Wait until the run has begun, and return its pid."""
        began = self.folder / "began"
        self._until(lambda: began.exists() and began.read_text(), "the run did not begin", seconds)
        return int(began.read_text())

    def _until(self, holds, what, seconds):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{what}: {self.said}"
            time.sleep(0.05)


@pytest.fixture
def pool(stack, tmp_path):
    return Pool(stack, tmp_path)


def _runs(pid):
    listed = Path(f"/proc/{pid}/cmdline")
    return listed.exists() and bool(listed.read_bytes())


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_lets_a_run_finish_its_step_and_takes_no_other(pool, stack, asked):
    with pool.worker("--drain-seconds", "40") as worker:
        run = pool.start_run("polite")
        pid = pool.pid_of_run()
        session = os.getsid(pid)
        worker.send_signal(asked)
        pool.until_said("Stopping: no new runs; 1 under way have 40 seconds to end.")
        late = pool.start_run("brief")

        assert worker.wait(30) == 0
    assert (pool.folder / "finished").exists()
    assert stack.run_state(run)["type"] == "COMPLETED"
    assert stack.run_state(late)["type"] == "SCHEDULED"
    assert session == pid, "a Ctrl-C at the worker's terminal would reach the run"
    assert "Every run has ended." in pool.said


def test_a_run_that_comes_while_it_stops_is_left_to_the_next_worker(pool, stack):
    with pool.worker("--drain-seconds", "40") as worker:
        pool.until_said("started!")
        run = pool.start_run("brief")
        pool.until_said("submitting flow run")
        worker.terminate()

        assert worker.wait(60) == 0
    taken_back = stack.run_state(run)["type"] == "SCHEDULED"
    with pool.worker():
        assert stack.until_final(run)["type"] == "COMPLETED"
    assert taken_back or (pool.folder / "finished").exists()


def test_a_deaf_run_is_killed_after_the_drain_seconds_and_known_as_crashed(pool, stack):
    with pool.worker("--drain-seconds", "2") as worker:
        run = pool.start_run("deaf")
        pid = pool.pid_of_run()
        worker.terminate()
        began = time.monotonic()

        assert worker.wait(30) == 0
    assert 2 <= time.monotonic() - began < 15
    assert not _runs(pid)
    assert stack.run_state(run)["type"] == "CRASHED"
    assert "1 runs did not end in 2 seconds; they are killed." in pool.said


def test_a_second_signal_ends_it_and_its_runs_at_once(pool):
    with pool.worker("--drain-seconds", "60") as worker:
        pool.start_run("deaf")
        pid = pool.pid_of_run()
        worker.terminate()
        pool.until_said("Stopping:")
        worker.terminate()

        assert worker.wait(10) == 128 + signal.SIGTERM
    assert not _runs(pid)


@pytest.mark.long
def test_it_outlives_a_killed_prefect_server_and_so_does_its_run(pool, stack):
    home = stack.addresses.home
    with pool.worker() as worker:
        run = pool.start_run("polite")
        pid = pool.pid_of_run()
        os.kill(processes_of(home, stack.addresses.pid)["prefect-server"], signal.SIGKILL)
        time.sleep(1)
        os.kill(pid, signal.SIGTERM)

        _until_it_answers(stack)
        assert stack.until_final(run, 90)["type"] == "COMPLETED"
        assert stack.until_final(pool.start_run("brief"))["type"] == "COMPLETED"
        assert worker.poll() is None
    assert "The process 'prefect-server' was ended by SIGKILL" in (home.parent / "up.log").read_text()


def test_it_waits_for_an_api_that_is_not_there_yet_and_ends_when_asked_meanwhile(pool):
    with pool.worker(api=f"http://127.0.0.1:{free_port()}/api") as worker:
        pool.until_said("The Prefect API does not answer yet; this worker waits for it.")
        worker.terminate()

        assert worker.wait(10) == 0


def test_help_says_what_a_signal_does():
    shown = subprocess.run(
        [sys.executable, "-m", "deployments.worker", "--help"], capture_output=True, text=True, check=True
    ).stdout

    assert "SIGTERM or Ctrl-C: no new run is taken" in shown
    assert "--drain-seconds" in shown


def _until_it_answers(stack, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            return stack.get("/health")
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"the Prefect server does not answer after {seconds} s")
