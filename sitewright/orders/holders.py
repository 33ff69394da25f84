"""Who holds a lease: one process, named so that another process of the same machine can tell that it died.

A pid alone names nobody: it is given again after a reboot, in every container, and when the numbers wrap
around. Boot, pid namespace, pid and the process's start time together name one process for ever. Where
there is no Linux `/proc`, or where it shows another namespace, holders have no name: only the heartbeat
counts there.
"""

import os
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str:
    """Return the name of this process, `boot:namespace:pid:start`; empty where it has none."""
    try:
        if os.readlink(_PROC / "self") != str(os.getpid()):  # noqa: PTH115 - a pid, not a path
            return ""
        return f"{_machine()}:{os.getpid()}:{_start_and_state(os.getpid())[0]}"
    except (OSError, IndexError):
        return ""


def is_dead(holder: str) -> bool:
    """Return whether `holder` was a process of this machine and namespace that no longer runs.

    False whenever that cannot be known: another machine, another container, no `/proc`.
    """
    machine, _, process = holder.rpartition(":")[0].rpartition(":")
    start = holder.rpartition(":")[2]
    here = this_process()
    if not here or not process.isdigit() or here.rpartition(":")[0].rpartition(":")[0] != machine:
        return False
    return not _runs(int(process), start)


def _machine() -> str:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    namespace = os.readlink(_PROC / "self/ns/pid")  # noqa: PTH115 - an identity, not a path
    return f"{boot}:{namespace}"


def lives(pid: int) -> bool:
    """Return whether a process `pid` runs here: one that ended and was not waited for does not."""
    return _runs(pid, None)


def _runs(pid: int, start: str | None) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it is there, and someone else's
    try:
        started, state = _start_and_state(pid)
    except (OSError, IndexError):
        return True  # no `/proc`, or mounted with hidepid: it is there, no more is known
    return start in {None, started} and state not in {"Z", "X"}


def _start_and_state(pid: int) -> tuple[str, str]:
    # The second field is the command in brackets and may itself hold brackets and spaces: proc_pid_stat(5).
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return fields[19], fields[0]
