"""The whole stack for acceptance tests: `sitewright up` as anybody starts it, and its servers' HTTP."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from sitewright.local.running import StackAddresses, running_stack
from tests.support.breakpoints import Breakpoint
from tests.support.orders import BICYCLES, document

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

_BIN = Path(sys.executable).parent


class RunningStack:
    """A running stack: its command line, its Prefect API, its offline copywriter."""

    def __init__(self, addresses: StackAddresses) -> None:
        self.addresses = addresses
        self.database_url = addresses.database_url.get_secret_value()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.environment = {**inherited, **addresses.environment(), "COLUMNS": "200"}
        self._prefect = httpx.Client(base_url=addresses.prefect_api, trust_env=False, timeout=30)
        ai = addresses.routes[0].base_url.removesuffix("/v1")
        self._ai = httpx.Client(base_url=ai, trust_env=False, timeout=30)

    def close(self) -> None:
        self._prefect.close()
        self._ai.close()

    # The command line

    def sitewright(self, *arguments: str | Path, status: int | None = 0) -> str:
        """Run the command and return what it printed; `status` is what it must exit with (None: anything)."""
        done = subprocess.run(
            [_BIN / "sitewright", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert status is None or done.returncode == status, f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def python(self, program: str) -> str:
        """Run a line of Python as a CRM on this stack would, and return what it printed."""
        return subprocess.run(
            [sys.executable, "-c", program], env=self.environment, capture_output=True, text=True, timeout=60
        ).stderr

    def json(self, *arguments: str | Path, status: int | None = 0) -> Any:
        return json.loads(self.sitewright(*arguments, "--json", status=status))

    def place(self, document: dict[str, Any], folder: Path) -> int:
        """Place an order document and return the order's id."""
        file = folder / f"{document['reference']}.json"
        file.write_text(json.dumps(document))
        return int(self.json("orders", "place", file)["orders"][0]["order_id"])

    def place_small(self, reference: str, folder: Path) -> int:
        """Place an order of three pages, a site of its own by that reference, and return the order's id."""
        made = document(BICYCLES, reference=reference, brief__business__name=f"Taller {reference}")
        return self.place(made, folder)

    def show(self, order_id: int) -> dict[str, Any]:
        shown: dict[str, Any] = self.json("orders", "show", str(order_id))
        return shown

    # Prefect's API, as its UI uses it

    def post(self, path: str, **body: Any) -> Any:
        answer = self._prefect.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self._prefect.get(path)
        answer.raise_for_status()
        return answer.json()

    def run_state(self, flow_run_id: str) -> dict[str, Any]:
        state: dict[str, Any] = self.get(f"/flow_runs/{flow_run_id}")["state"]
        return state

    def run_of(self, order_id: int, seconds: float = 90, other_than: str = "") -> dict[str, Any]:
        """Wait until a run was started for the order, another one than that, and return it."""
        tagged = {"tags": {"all_": [f"order:{order_id}"]}}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found: list[dict[str, Any]] = self.post("/flow_runs/filter", flow_runs=tagged)
            runs = [run for run in found if run["id"] != other_than]
            if runs:
                return runs[0]
            time.sleep(0.5)
        raise AssertionError(f"no run was started for order {order_id} in {seconds:.0f} s")

    def until_final(self, flow_run_id: str, seconds: float = 120, run_count: int = 0) -> dict[str, Any]:
        """Wait until the run has ended, for at least the `run_count`-th time, and return its state."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            run = self.get(f"/flow_runs/{flow_run_id}")
            if run["state"]["type"] in FINAL and run["run_count"] >= run_count:
                state: dict[str, Any] = run["state"]
                return state
            time.sleep(0.2)
        raise AssertionError(f"run {flow_run_id} is {self.run_state(flow_run_id)} after {seconds:.0f} s")

    def quick_run(
        self, order_id: int | None, *, resume: bool = True, deployment: str = "build-site/build-site"
    ) -> str:
        """Do what Quick run does in the UI; return the flow run's id."""
        found = self.get(f"/deployments/name/{deployment}")["id"]
        parameters = {} if order_id is None else {"order_id": order_id, "resume": resume}
        run = self.post(f"/deployments/{found}/create_flow_run", parameters=parameters)
        return str(run["id"])

    def run_scheduled(self, name: str) -> None:
        """Run a scheduled flow now, to its end."""
        state = self.until_final(self.quick_run(None, deployment=f"{name}/{name}"))
        assert state["type"] == "COMPLETED", state

    def cancel_in_ui(self, flow_run_id: str) -> None:
        """Do what the Cancel button does."""
        self.post(f"/flow_runs/{flow_run_id}/set_state", state={"type": "CANCELLING", "name": "Cancelling"})

    def pause_pool(self, name: str) -> None:
        self._change_pool(name, is_paused=True)

    def resume_pool(self, name: str) -> None:
        self._change_pool(name, is_paused=False)

    def limit_pool(self, name: str, runs: int | None) -> None:
        self._change_pool(name, concurrency_limit=runs)

    def _change_pool(self, name: str, **changes: Any) -> None:
        self._prefect.patch(f"/work_pools/{name}", json=changes).raise_for_status()

    def pause_schedule(self, name: str) -> None:
        """Switch the schedule of a deployment off; it can be run by hand."""
        deployment = self.get(f"/deployments/name/{name}/{name}")["id"]
        for schedule in self.get(f"/deployments/{deployment}/schedules"):
            changed = self._prefect.patch(
                f"/deployments/{deployment}/schedules/{schedule['id']}", json={"active": False}
            )
            changed.raise_for_status()

    def pause_rounds(self) -> None:
        """Let nothing be dispatched or recovered but by hand; return once no such round is under way."""
        names = ("dispatch-orders", "recover-orders")
        unended = {"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}}
        end = time.monotonic() + 60
        while True:
            for name in names:
                self.pause_schedule(name)
            if not (
                runs := self.post("/flow_runs/filter", flows={"name": {"any_": names}}, flow_runs=unended)
            ):
                return
            assert time.monotonic() < end, runs
            time.sleep(0.5)

    def first_final(self, flow_run_ids: list[str], seconds: float = 60) -> str:
        """Wait until one of the runs has ended, and return its id."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for flow_run_id in flow_run_ids:
                if self.run_state(flow_run_id)["type"] in FINAL:
                    return flow_run_id
            time.sleep(0.2)
        raise AssertionError(f"none of {flow_run_ids} ended in {seconds:.0f} s")

    def retry_in_ui(self, flow_run_id: str) -> int:
        """Do what the Retry button does; return the run count that the retry will have."""
        before: int = self.get(f"/flow_runs/{flow_run_id}")["run_count"]
        state = {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "Retry from the UI"}
        self.post(f"/flow_runs/{flow_run_id}/set_state", state=state, force=True)
        return before + 1

    def task_runs(self, flow_run_id: str) -> list[dict[str, Any]]:
        """Return the run's task runs, oldest first."""
        runs = {"flow_runs": {"id": {"any_": [flow_run_id]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 200}
        found: list[dict[str, Any]] = self.post("/task_runs/filter", **runs)
        return found

    def logged(self, flow_run_id: str) -> list[str]:
        """Return the log lines of the run that have come so far, at most 200; they come in batches."""
        runs = {"flow_run_id": {"any_": [flow_run_id]}}
        found = self.post("/logs/filter", logs=runs, sort="TIMESTAMP_ASC", limit=200)
        return [line["message"] for line in found]

    def until_logged(self, flow_run_id: str, words: str, seconds: float = 30) -> list[str]:
        """Wait until a log line of the run holds `words`; return all lines."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            lines = self.logged(flow_run_id)
            if any(words in line for line in lines):
                return lines
            time.sleep(0.3)
        raise AssertionError(f"no line of run {flow_run_id} says {words!r}: {self.logged(flow_run_id)}")

    # Its processes

    def worker(self, pool: str) -> int:
        """Return the pid of the worker of a work pool."""
        wanted = ["deployments.worker", "--pool", pool]
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    words = (entry / "cmdline").read_bytes().decode().split("\0")
                    home = f"SITEWRIGHT_HOME={self.addresses.home}".encode()
                    its_own = home in (entry / "environ").read_bytes().split(b"\0")
                    if its_own and any(words[at : at + 3] == wanted for at in range(len(words))):
                        return int(entry.name)
        raise AssertionError(f"no worker of {pool} is alive")

    def kill_worker_with_run(self, dying: Breakpoint) -> None:
        """Kill -9 the builders' worker, so that it cannot report, and then the run that stands still."""
        os.kill(self.worker("sitewright"), signal.SIGKILL)
        dying.kill()

    def until_building(self, order_id: int, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while self.show(order_id)["state"] != "building":
            assert time.monotonic() < end, self.show(order_id)
            time.sleep(0.2)

    # The offline copywriter

    def fault(self, schema: str | None, **fault: Any) -> None:
        """Let the copywriter fail its next answers to requests with this schema name (None: to all)."""
        self._ai.post("/faults", json={"match": {"name": schema}, **fault}).raise_for_status()

    def no_faults(self) -> None:
        self._ai.delete("/faults").raise_for_status()

    def requests(self) -> dict[str, Any]:
        """Return what the copywriter was asked: counts by name and by reference, and the newest requests."""
        seen: dict[str, Any] = self._ai.get("/requests").raise_for_status().json()
        return seen

    def paid_calls(self) -> int:
        """Return how many requests the copywriter has answered with 200, that is: what is paid for."""
        counts = self.requests()["by_name"]
        counts.pop("probe", None)  # the watching tries the route; no order asks for that
        return sum(counted["statuses"].get("200", 0) for counted in counts.values())


@contextmanager
def started(home: Path, log: Path, *, own_session: bool = False) -> Iterator[RunningStack]:
    """Start `sitewright up` in `home`; Ctrl-C ends it, with `own_session` only once the block is left."""
    environment = {**os.environ, "SITEWRIGHT_HOME": str(home)}
    for name in ("SITEWRIGHT_DATABASE_URL", "PREFECT_API_URL", "SITEWRIGHT_ROUTES", "SITEWRIGHT_SITE_ROOT"):
        environment.pop(name, None)
    with log.open("wb") as output:
        up = subprocess.Popen(
            [_BIN / "sitewright", "up"],
            env=environment,
            cwd=home.parent,
            stdout=output,
            stderr=output,
            start_new_session=own_session,
        )
    try:
        stack = RunningStack(_addresses(home, up, log))
        yield stack
        stack.close()
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def _addresses(home: Path, up: subprocess.Popen[bytes], log: Path) -> StackAddresses:
    for _ in range(1800):
        addresses = running_stack(home)
        if addresses is not None:
            return addresses
        if up.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the stack did not start: {log.read_text()}")
