"""At most one stack a home: a lock that is held until the last of a stack is gone, even after a kill."""

import os
from pathlib import Path

from sitewright.errors import LocalStackError, StackRunning
from sitewright.local.file_lock import FileLock
from sitewright.local.running import LOCK
from sitewright.orders.holders import lives

_PATIENCE_SECONDS = 0.3
"""Others look whether the lock is taken by taking it for a moment."""


class StackLock:
    """The lock of one home; its file names the pid of the stack that has it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = FileLock(home / LOCK)

    @property
    def descriptor(self) -> int:
        """The open file, for the guard to keep the lock by; only while held."""
        return self._lock.descriptor

    @property
    def held(self) -> bool:
        """Whether it was taken and not let go of."""
        return self._lock.held

    def take(self) -> bool:
        """Take the lock, making the home if need be; False while the remains of a killed stack are cleared.

        Raises StackRunning, which names the pid, when a living stack has it.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            taken = self._lock.wait(_PATIENCE_SECONDS)
        except OSError as cause:
            raise LocalStackError(f"The home {self._home} cannot be used: {cause.strerror}.") from cause
        if taken:
            self._lock.write(f"{os.getpid()}\n")
        elif (pid := self._holder()) and lives(pid):
            raise StackRunning(f"A stack is already running in {self._home}: process {pid} has it.")
        return taken

    def release(self) -> None:
        """Let go of the home."""
        self._lock.release()

    def _holder(self) -> int:
        note = self._lock.read().strip()
        return int(note) if note.isdigit() else 0
