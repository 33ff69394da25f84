"""Prefect's process worker, able to drain: it asks its runs to end, waits, and kills only what is left."""

import asyncio
import os
import shlex
import signal
import sys
import time
from abc import ABC
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
import httpx
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_logger
from prefect.states import Scheduled
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker, ProcessWorkerResult

_LOOK_SECONDS = 0.1
_POLL_SECONDS = 10.0
"""A poll may take this long. Prefect's client waits longer and longer for a server that is away; asked anew,
it hears within seconds that the server is back."""
_SETTLE_SECONDS = 3.0
"""How long killed runs may take to be reported as crashed before the worker goes."""

_APART = "import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])"

_log = get_logger("worker")


class DrainingWorker(ProcessWorker, ABC):
    """Prefect's process worker, able to drain; it overrides public methods only.

    As an ABC it does not take the place of Prefect's own in the registry of worker types.
    """

    def __init__(self, *, pool: str, name: str, limit: int) -> None:
        super().__init__(work_pool_name=pool, name=name, limit=limit)
        self._draining = False
        self._away = False
        self._runs: set[int] = set()

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Take what is due; nothing once draining, and nothing while the Prefect API is away."""
        if not self._draining:
            with self._waiting_out(), anyio.fail_after(_POLL_SECONDS):
                return await super().get_and_submit_flow_runs()
        return []

    async def sync_with_backend(self) -> None:
        """Report that this worker lives; an API that is away is tried again with the next heartbeat."""
        with self._waiting_out():
            await super().sync_with_backend()

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """Run it in a process of its own session; one that comes while draining goes back to its queue."""
        told = task_status or anyio.TASK_STATUS_IGNORED
        if self._draining:
            handed_back: State[Any] = Scheduled(
                message=f"The worker {self.name} stops; another takes this run."
            )
            await self.client.set_flow_run_state(flow_run.id, handed_back)
            told.started(0)  # Prefect takes no pid for: nothing was started
            return ProcessWorkerResult(status_code=0, identifier="handed back")
        if configuration.command:
            configuration.command = apart(configuration.command)
        process = _Noted(told, self._runs)
        try:
            return await super().run(flow_run, configuration, process)
        finally:
            process.forget()

    async def drain(self, seconds: float) -> None:
        """Take no new run, ask those under way to end, and wait until they have; kill what is left then."""
        self._draining = True
        running = len(self._runs)
        _log.info("Stopping: no new runs; %d under way have %.0f seconds to end.", running, seconds)
        asked: set[int] = set()
        if not await self._until_idle(seconds, asked):
            _log.warning("%d runs did not end in %.0f seconds; they are killed.", len(self._runs), seconds)
            self.kill()
            await self._until_idle(_SETTLE_SECONDS, asked)
        _log.info("Every run has ended.")

    def kill(self) -> None:
        """Kill every run, and what it started."""
        for pid in self._runs:
            with suppress(ProcessLookupError):
                if os.getpgid(pid) == pid:
                    os.killpg(pid, signal.SIGKILL)
                else:
                    os.kill(pid, signal.SIGKILL)

    async def _until_idle(self, seconds: float, asked: set[int]) -> bool:
        """Wait until nothing is under way; each run is asked to end as soon as it can hear that."""
        deadline = time.monotonic() + seconds
        while self.is_setup and self.limiter.borrowed_tokens:
            for pid in self._runs - asked:
                if _listens(pid):
                    asked.add(pid)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGTERM)
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True

    @contextmanager
    def _waiting_out(self) -> Iterator[None]:
        """Let an API that is away, or out of order, be no reason to end; say so once."""
        try:
            yield
        except (httpx.TransportError, TimeoutError, httpx.HTTPStatusError) as cause:
            if isinstance(cause, httpx.HTTPStatusError) and not cause.response.is_server_error:
                raise
            if not self._away:
                _log.warning("The Prefect API does not answer; this worker goes on asking.")
            self._away = True
        else:
            if self._away:
                _log.info("The Prefect API answers again.")
            self._away = False


class _Noted(anyio.abc.TaskStatus[int]):
    """Keeps the pid of a run's process among `pids` from its start on, and passes it on."""

    def __init__(self, told: anyio.abc.TaskStatus[int], pids: set[int]) -> None:
        self._told = told
        self._pids = pids
        self._pid: int | None = None

    def started(self, value: int | None = None) -> None:
        self._pid = value
        if value:
            self._pids.add(value)
            self._told.started(value)

    def forget(self) -> None:
        if self._pid:
            self._pids.discard(self._pid)


def apart(command: str) -> str:
    """Return `command` as one that leads a session: a Ctrl-C at the worker's terminal is not its to see.

    The process stays the same one, pid and all; the Python before it takes some milliseconds.
    """
    return shlex.join([sys.executable, "-I", "-S", "-c", _APART, *shlex.split(command)])


def _listens(pid: int) -> bool:
    """Whether the process would hear a SIGTERM; one that still starts would die of it.

    Where the system does not tell (no /proc), it is taken to.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    caught = next((line for line in status.splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
