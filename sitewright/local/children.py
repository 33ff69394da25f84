"""The stack's child processes: started with a log each, kept up, and stopped without leaving any behind."""

import asyncio
import json
import math
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NoReturn

from sitewright.errors import ChildFailed
from sitewright.local.guard import ALL_STOPPED
from sitewright.local.marked import MARK, end_marked
from sitewright.local.restarts import Restarts

Say = Callable[[str], None]

LOOK_SECONDS = 0.05
_LAST_LINES = 12


@dataclass(frozen=True)
class Child:
    """One child process; it leads a session of its own, so a Ctrl-C at the terminal is not its to see."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    again: "Callable[[], Child]" = field(repr=False)
    """Starts it once more, with the same command, environment and log."""
    began: float = field(default_factory=time.monotonic)

    def tell(self) -> None:
        """Say to a child that waits for the word that it may begin."""
        if self.process.stdin:
            with suppress(BrokenPipeError):  # it ended; whoever watches it says so
                self.process.stdin.write(b"begin\n")
                self.process.stdin.close()

    @property
    def last_words(self) -> str:
        """The last lines of its log, indented."""
        lines = self.log.read_text(errors="replace").rstrip().splitlines()[-_LAST_LINES:]
        return "\n".join(f"    {line}" for line in lines)

    @property
    def end(self) -> str:
        """How it ended, as a sentence without its full stop."""
        status = self.process.returncode
        how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        return f"The process '{self.name}' {how}"

    def failure(self) -> ChildFailed:
        """Return what is to be said about its unexpected end."""
        said = f" Its last lines:\n{self.last_words}" if self.last_words else ""
        return ChildFailed(f"{self.end}; its log is {self.log}.{said}")


class Children:
    """The processes of one stack, with their logs in `logs`."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._mark = secrets.token_hex(8)
        self._servers: list[Child] = []
        self._workers: list[Child] = []
        self._passing: list[Child] = []
        self._guard: Child | None = None
        self._restarts: dict[str, Restarts] = {}
        self._due: dict[str, float] = {}
        self._away_until = 0.0

    def set_guard(self, postgres: Path | None, lock_descriptor: int) -> None:
        """Start the guard; it comes before all others, so that no kill finds them unguarded.

        `postgres` is the directory of the embedded PostgreSQL to let go of; the guard keeps
        `lock_descriptor` open for as long as it lives.
        """
        self._guard = self._spawn_guard(postgres, lock_descriptor)

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        works: bool = False,
        waits: bool = False,
    ) -> Child:
        """Start a process that is to run until the stack stops.

        One that `works` needs the others while it ends; one that `waits` has to be told to begin.
        """
        child = self._spawn(name, command, environment, waits=waits)
        (self._workers if works else self._servers).append(child)
        return child

    def prepare(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start a process that has to be told to begin, and then runs to its end."""
        child = self._spawn(name, command, environment, waits=True)
        self._passing.append(child)
        return child

    async def finished(self, child: Child) -> None:
        """Wait for the end of a prepared process; raises ChildFailed unless it ends with status 0."""
        await self._ended([child])
        if child.process.returncode != 0:
            raise child.failure()

    async def watch(self, restarting: Callable[[], bool], say: Say) -> NoReturn:
        """Keep running what should be; the guard too, for unguarded a kill would leave all others behind.

        While `restarting()` is false, a process that ends is a ChildFailed; later only one that does so by
        itself again and again, see `Restarts`.
        """
        while True:
            for child in self._all():
                if child.process.poll() is not None:
                    if not restarting():
                        raise child.failure()
                    self._start_again(child, say)
            await asyncio.sleep(LOOK_SECONDS)

    def excuse(self, away: bool) -> None:
        """Say that the database is away, or is back: no end of a process that has lived meanwhile counts."""
        self._away_until = math.inf if away else time.monotonic()

    async def stop(self, hurry: asyncio.Event, patience: float) -> None:
        """Stop all processes, and whatever they started: SIGTERM, and SIGKILL after `patience` seconds.

        The workers and their runs end first, while the servers still answer: so a run can hand its order
        back. Once `hurry` is set nobody is waited for. The guard stays until it is dismissed.
        """

        def grace() -> float:
            return 0.0 if hurry.is_set() else patience

        for child in self._workers:
            child.process.terminate()
        serving = frozenset(child.process.pid for child in self._servers)
        await self._ended(self._workers, grace)
        await asyncio.to_thread(end_marked, self._mark, grace, serving)
        await asyncio.to_thread(end_marked, self._mark, grace)
        for child in (*self._workers, *self._servers, *self._passing):
            child.process.communicate()
        self._workers, self._servers, self._passing = [], [], []

    def dismiss_guard(self) -> None:
        """Tell the guard that all was stopped in order, and wait for it."""
        if self._guard is not None:
            _tell(self._guard, ALL_STOPPED)
            with suppress(BrokenPipeError):  # killed just now, it has nothing left to do
                if self._guard.process.stdin:
                    self._guard.process.stdin.close()
            self._guard.process.wait()
            self._guard = None

    def _all(self) -> tuple[Child, ...]:
        return (*self._servers, *self._workers, *([self._guard] if self._guard else []))

    def _start_again(self, child: Child, say: Say) -> None:
        """Start a process that has ended again, if the pause before that is over."""
        now = time.monotonic()
        if child.name not in self._due:
            restarts = self._restarts.setdefault(child.name, Restarts())
            excused = child.began <= self._away_until
            pause = restarts.ended(child.began, now, child.process.returncode, excused=excused)
            if pause is None:
                raise child.failure()
            say(f"{child.end}; it is started again{f' in {pause:g} seconds' if pause else ''}.")
            self._due[child.name] = now + pause
        if now >= self._due[child.name]:
            del self._due[child.name]
            self._replace(child, child.again())

    def _replace(self, child: Child, successor: Child) -> None:
        if child is self._guard:
            self._guard = successor
        for group in (self._servers, self._workers):
            group[:] = [successor if each is child else each for each in group]

    async def _ended(self, children: Sequence[Child], grace: Callable[[], float] | None = None) -> None:
        began = time.monotonic()
        while any(child.process.poll() is None for child in children):
            if grace and time.monotonic() - began > grace():
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _spawn(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        waits: bool,
        again: bool = False,
    ) -> Child:
        log = self._logs / f"{name}.log"
        with log.open("ab" if again else "wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._logs.parent,  # not among the files of whoever called: Prefect would read some
                env={**environment, MARK: self._mark},
                start_new_session=True,
            )
        child = Child(
            name,
            process,
            log,
            partial(self._spawn, name, command, environment, waits=waits, again=True),
        )
        if again:
            child.tell()  # what it would wait for has long been there
        return child

    def _spawn_guard(self, postgres: Path | None, lock_descriptor: int) -> Child:
        log = self._logs / "guard.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "sitewright.local.guard"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd="/",
                env=os.environ | {"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
                pass_fds=[lock_descriptor],
                start_new_session=True,
            )
        guard = Child("guard", process, log, partial(self._spawn_guard, postgres, lock_descriptor))
        told = {"mark": self._mark, "postgres": str(postgres) if postgres else None}
        _tell(guard, json.dumps(told))
        return guard


def _tell(guard: Child, line: str) -> None:
    if guard.process.stdin:
        with suppress(BrokenPipeError):  # it was killed; the watch says so
            guard.process.stdin.write(f"{line}\n".encode())
            guard.process.stdin.flush()
