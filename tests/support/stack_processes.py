"""The processes of a running stack by name, found as any operator finds them: by parent and command line."""

import subprocess
from pathlib import Path

from sitewright.local.cluster_place import find_binaries, find_place
from sitewright.local.postmaster import pid as postmaster_pid

_KNOWN_BY = {
    "guard": "sitewright.local.guard",
    "sites": " serve --host",
    "copywriter": "sitewright.local.copywriter",
    "prefect-server": "prefect server start",
    "worker": "--pool sitewright --name",
    "watch-worker": "--pool sitewright-watch --name",
}


def processes_of(home: Path, stack_pid: int) -> dict[str, int]:
    """Return the pids of the stack's living children and of its PostgreSQL (0 while that is away)."""
    place = find_place((home / "postgres").resolve(), find_binaries())
    found = {"postgres": postmaster_pid(place)}
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        pid, parent, command = line.split(None, 2)
        if int(parent) == stack_pid:
            found |= {name: int(pid) for name, mark in _KNOWN_BY.items() if mark in command}
    return found
