"""PostgreSQL's own programs on one cluster: initdb, pg_ctl, and what its pid file says.

A pid in a file proves nothing: numbers are given out again. No process is signalled, or waited for, unless
its command line shows that it is the postmaster of this very data directory.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sitewright.errors import PostgresFailed
from sitewright.local.cluster_place import ClusterPlace

_NO_SUCH_PID = 2**31 - 2
"""Beyond every system's largest pid, so never alive."""


def initialise(place: ClusterPlace, data: Path, user: str, password_file: Path, log: Path) -> None:
    """Make a cluster in `data`: UTF-8, one superuser, passwords by SCRAM.

    Raises PostgresFailed with what initdb said.
    """
    done = _run(
        place,
        [
            place.binaries / "initdb",
            f"--pgdata={data}",
            f"--username={user}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8",
        ],
        log,
    )
    if done.returncode != 0:
        remove(data)
        last = " ".join(done.stdout.strip().splitlines()[-3:])
        raise PostgresFailed(f"PostgreSQL's initdb failed in {place.cluster}: {last}")


def start(place: ClusterPlace, port: int, log: Path, seconds: int) -> str:
    """Start the server on `port` and wait until it says that it is ready; returns what it logged."""
    before = log.stat().st_size if log.exists() else 0
    program = place.binaries / "pg_ctl"
    done = _run(
        place, [program, "start", "-w", "-t", str(seconds), "-D", place.data, "-o", f"-p {port}"], log
    )
    with log.open("rb") as file:
        file.seek(before)
        return f"{done.stdout}\n{file.read().decode(errors='replace')}"


def stop(place: ClusterPlace) -> None:
    """Stop the server of this cluster, if there is one: connections are ended, data is written."""
    if not lives(place):
        return
    program = place.binaries / "pg_ctl"
    _run(place, [program, "stop", "-w", "-t", "60", "-m", "fast", "-D", place.data], None)


def announced_port(place: ClusterPlace) -> int:
    """Return the port that the pid file names (its fourth line), or 0."""
    lines = _pid_file(place)
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0


def pid(place: ClusterPlace) -> int:
    """Return the pid of the running postmaster of this cluster, or 0 when there is none."""
    lines = _pid_file(place)
    found = int(lines[0]) if lines and lines[0].isdigit() else 0
    return found if found and str(place.data) in _command_line(found) else 0


def lives(place: ClusterPlace) -> bool:
    """Whether a postmaster of this cluster is running, ready or not."""
    return pid(place) != 0


def disown_stranger(place: ClusterPlace) -> None:
    """Take the pid of a process that is not this cluster's postmaster out of the pid file.

    PostgreSQL would take that process for its predecessor and refuse to start. The rest of the file stays:
    by it PostgreSQL sees whether backends of a killed server still use the cluster.
    """
    lines = _pid_file(place)
    if lines and not lives(place):
        lines[0] = str(_NO_SUCH_PID)
        (place.data / "postmaster.pid").write_text("\n".join(lines) + "\n")


def remove(directory: Path) -> None:
    """Remove `directory` with all it holds, if it exists."""
    if directory.exists():
        shutil.rmtree(directory)


def _pid_file(place: ClusterPlace) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _command_line(process: int) -> list[str]:
    listed = Path(f"/proc/{process}/cmdline")
    if listed.parent.parent.joinpath("self").exists():
        try:
            return listed.read_bytes().decode(errors="surrogateescape").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    done = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    program, _, data = done.stdout.strip().partition(" -D ")
    return [program, data.rpartition(" -p ")[0]]


def _run(
    place: ClusterPlace, command: list[str | Path], log: Path | None
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs under the cluster's account, in a session of its own.

    A Ctrl-C at the terminal is not theirs to see: who called decides when the server stops. The server
    inherits the log as its output, so that nobody waits for a pipe that it keeps open.
    """
    account = place.account
    environment = {"PATH": os.defpath, "LC_ALL": "C"} | {
        name: os.environ[name] for name in ("TZ", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    with tempfile.TemporaryFile("w+") as said, log.open("a") if log else tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=said,
            cwd="/",
            env=environment,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            check=False,
        )
        said.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, said.read())
