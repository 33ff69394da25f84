"""The processes of the stack that may be killed: found by its mark in their environment, told by their words.

The site server, the offline copywriter and the guard are never among them: the first serves the reader, the
second counts what is paid.
"""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sitewright.errors import LocalStackError
from sitewright.local import postmaster
from sitewright.local.cluster_place import find_binaries, find_place
from sitewright.local.marked import MARK, marked

_PROC = Path("/proc")
_POOL, _WATCH_POOL = "sitewright", "sitewright-watch"


@dataclass(frozen=True)
class Process:
    """A process, by its pid and that of its parent; `words` are its command line."""

    pid: int
    parent: int
    words: tuple[str, ...]


class StackProcesses:
    """What the stack in `home`, which process `up` started, is made of at this moment."""

    def __init__(self, home: Path, up: int) -> None:
        self._mark = _mark_of_children(up)
        self._postgres = (home / "postgres").resolve()

    def runs(self) -> list[int]:
        """Return the processes of flow runs, oldest first."""
        return [process.pid for process in self._own() if "prefect.engine" in process.words]

    def worker(self) -> list[int]:
        """Return the process of the worker that builds."""
        return self._workers(_POOL)

    def watch_worker(self) -> list[int]:
        """Return the process of the worker that runs what is scheduled."""
        return self._workers(_WATCH_POOL)

    def runs_of(self, worker: Iterable[int]) -> list[int]:
        """Return the flow runs that these workers started."""
        parents = set(worker)
        return [
            process.pid
            for process in self._own()
            if "prefect.engine" in process.words and process.parent in parents
        ]

    def server(self) -> list[int]:
        """Return the process, or the processes, of the Prefect server."""
        return [process.pid for process in self._own() if {"server", "start"} <= set(process.words)]

    def postgres(self) -> list[int]:
        """Return PostgreSQL's postmaster and all its children; it bears no mark, its pid file is checked."""
        postmaster_pid = postmaster.pid(find_place(self._postgres, find_binaries()))
        if not postmaster_pid:
            return []
        children = (process.pid for process in _processes(_pids()) if process.parent == postmaster_pid)
        return [postmaster_pid, *children]

    def is_ours(self, pid: int) -> bool:
        """Return whether a process bears the stack's mark."""
        return pid in marked(self._mark)

    def _workers(self, pool: str) -> list[int]:
        return [
            process.pid
            for process in self._own()
            if pool in process.words and any("worker" in word for word in process.words)
        ]

    def _own(self) -> list[Process]:
        return sorted(_processes(marked(self._mark)), key=lambda process: process.pid)


def kill(pids: Iterable[int]) -> list[int]:
    """Kill -9 these processes, and return those that were there."""
    killed = []
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed.append(pid)
    return killed


def _mark_of_children(up: int) -> str:
    for process in _processes(_pids()):
        if process.parent == up:
            try:
                environment = (_PROC / str(process.pid) / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            for variable in environment:
                if variable.startswith(f"{MARK}=".encode()):
                    return variable.partition(b"=")[2].decode()
    raise LocalStackError(f"No process that {up} started bears a stack's mark.")


def _pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def _processes(pids: Iterable[int]) -> Iterable[Process]:
    for pid in pids:
        try:
            state, parent = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[:2]
            words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it ended meanwhile
            continue
        if state not in "ZX":
            yield Process(pid, int(parent), tuple(filter(None, words)))
