"""Locks between processes on a file, which the kernel drops with their holder, however it ends."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """A `flock(2)` on `path`: held by any number of shared holders, or by one exclusive holder.

    Every instance is a holder of its own, within one process too. The file itself is never removed: a
    second file of the same name would be a second lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this instance holds the lock."""
        return self._descriptor is not None

    @property
    def descriptor(self) -> int:
        """The open file, only while held: a process that inherits it keeps the lock too."""
        if self._descriptor is None:
            raise ValueError("the lock is not held")
        return self._descriptor

    def share(self) -> bool:
        """Take the lock beside other shared holders; False when somebody holds it exclusively."""
        return self._take(fcntl.LOCK_SH)

    def claim(self) -> bool:
        """Take the lock alone, or turn a shared hold into one; False when somebody else holds it.

        A shared hold that could not be turned is gone, as flock(2) says of conversions.
        """
        return self._take(fcntl.LOCK_EX)

    def wait(self, seconds: float) -> bool:
        """Take the lock alone, waiting up to `seconds`; False when it stayed taken."""
        deadline = time.monotonic() + seconds
        while not self.claim():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def release(self) -> None:
        """Let go, if held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def read(self) -> str:
        """Return what the last exclusive holder wrote about itself, or an empty string."""
        return self._path.read_text() if self._path.exists() else ""

    def write(self, note: str) -> None:
        """Say in the file who holds it; only while held exclusively."""
        self._path.write_text(note)

    def _take(self, kind: int) -> bool:
        descriptor = self._descriptor
        if descriptor is None:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            self._descriptor = None
            return False
        self._descriptor = descriptor
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
