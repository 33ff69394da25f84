"""Processes that carry a mark in their environment: a stack's own, however far down they were started.

A process group is not enough: Prefect starts each flow run in a session of its own. The mark is inherited by
all of them. Only the standard library is used, because the guard is a small process.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

MARK = "SITEWRIGHT_STACK"
"""The environment variable that holds the mark."""

_PROC = Path("/proc")


def marked(mark: str) -> set[int]:
    """Return the pids of this account's living processes whose environment holds `mark`, but not our own."""
    wanted = f"{MARK}={mark}"
    if not (_PROC / "self").exists():
        return _listed_by_ps(wanted)
    found = set()
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:  # it ended meanwhile, or is somebody else's
                continue
            if wanted.encode() in environment.split(b"\0"):
                found.add(int(entry.name))
    return found


def end_marked(mark: str, grace: Callable[[], float], spare: frozenset[int] = frozenset()) -> None:
    """End every marked process but those in `spare`: SIGTERM, and SIGKILL after `grace()` seconds.

    `grace` is asked again while waiting: somebody in a hurry can shorten it. Blocks until none is left.
    """
    left = marked(mark) - spare
    _signal_all(left, signal.SIGTERM)
    began = time.monotonic()
    while left and time.monotonic() - began < grace():
        time.sleep(0.05)
        left = marked(mark) - spare
    while left:
        _signal_all(left, signal.SIGKILL)
        time.sleep(0.02)
        left = marked(mark) - spare


def _signal_all(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _listed_by_ps(wanted: str) -> set[int]:
    listed = subprocess.run(["ps", "-xEwwo", "pid=,command="], capture_output=True, text=True, check=False)
    lines = (line.split() for line in listed.stdout.splitlines())
    return {int(words[0]) for words in lines if wanted in words} - {os.getpid()}
