"""`sitewright` at a terminal of its own, as somebody types it: Ctrl-C reaches it as it reaches anybody."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_AT_A_TERMINAL = "import os, sys; os.login_tty(0); os.execv(sys.argv[1], sys.argv[1:])"
_SITEWRIGHT = ["-c", "from sitewright.cli import main; main()"]
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command that runs at a pseudo-terminal, in the `home` given to it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.shown = ""
        self._master, slave = pty.openpty()
        environment = {**os.environ, "SITEWRIGHT_HOME": str(home), "TERM": "xterm", "COLUMNS": "200"}
        for name in (
            "SITEWRIGHT_DATABASE_URL",
            "PREFECT_API_URL",
            "SITEWRIGHT_ROUTES",
            "SITEWRIGHT_SITE_ROOT",
        ):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _AT_A_TERMINAL, sys.executable, *_SITEWRIGHT, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            cwd=home.parent,
        )
        os.close(slave)

    def wait_for(self, text: str, seconds: float = 120) -> None:
        """Return once `text` is shown."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} was not shown in {seconds:.0f} s:\n{self.shown}"
            assert self._read(), f"it ended before it showed {text!r}:\n{self.shown}"

    def press(self, key: bytes) -> None:
        """Press a key, like Ctrl-C."""
        os.write(self._master, key)

    def end(self, seconds: float = 60) -> int:
        """Wait for the end of the command, and return its exit status."""
        end = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < end, f"it did not end in {seconds:.0f} s:\n{self.shown}"
        return self.process.wait(10)

    def hang_up(self) -> None:
        """Close the terminal, as a window or a connection closes."""
        os.close(self._master)
        self._master = -1

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 0.2)
        if not ready:
            return True
        try:
            read = os.read(self._master, 65536)
        except OSError:  # EIO: no process has the terminal open any more
            return False
        self.shown += _CONTROLS.sub("", read.decode(errors="replace"))
        return bool(read)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        if self._master >= 0:
            os.close(self._master)


def left_of(home: Path) -> list[str]:
    """Return the command lines of all living processes that belong to `home`."""
    wanted = [str(home).encode(), _place_of(home).encode()]
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if any(each in command or b"=" + each in environment for each in filter(None, wanted)):
                found.append(command.replace(b"\0", b" ").decode())
    return found


def _place_of(home: Path) -> str:
    note = home / "postgres" / "place.txt"
    return note.read_text().split()[4] if note.exists() else ""


def until_nothing_is_left(home: Path, seconds: float = 30) -> None:
    """Return once no process of `home` lives."""
    end = time.monotonic() + seconds
    while left := left_of(home):
        assert time.monotonic() < end, "\n".join(left)
        time.sleep(0.1)
