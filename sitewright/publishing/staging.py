"""Directories to prepare things in, aside from what is served but on the same file system.

Each is locked by its owner. The kernel drops a dead process's lock, whatever killed it, so a directory whose
lock can be had is a leftover; no process id, clock or age is asked.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sitewright.publishing.paths import STAGING
from sitewright.publishing.storage import make_directory, remove_tree

_LOCK = "lock"


@contextmanager
def staging_directory(root: Path) -> Iterator[Path]:
    """Make a directory below `root` for this block, removed at its end with all that is left in it.

    It is empty but for the file `lock`. Leftovers of dead processes are removed first. Raises OSError.
    """
    remove_leftovers(root)
    path, lock = _make_locked(root)
    try:
        yield path
    finally:
        # A name that another sweep put back just now makes it a leftover; the release is made all the same.
        with suppress(OSError):
            remove_tree(path)
        os.close(lock)


def remove_leftovers(root: Path) -> int:
    """Remove the staging directories whose owner is gone; returns how many there were."""
    removed = 0
    staging = root / STAGING
    for path in list(staging.iterdir()) if staging.is_dir() else []:
        try:
            lock = _open_lock(path)
        except OSError:
            # Gone by now, or another account's: that account removes it.
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove_tree(path)
            removed += 1
        except OSError:
            # In use, another account's, or being swept by another at this moment.
            continue
        finally:
            os.close(lock)
    return removed


def leftovers(root: Path) -> list[Path]:
    """Return the staging directories whose owner is gone; nothing is changed."""
    staging = root / STAGING
    return [path for path in staging.iterdir() if _is_free(path)] if staging.is_dir() else []


def _is_free(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(lock)


def _make_locked(root: Path) -> tuple[Path, int]:
    make_directory(root / STAGING)
    while True:
        path = root / STAGING / secrets.token_hex(8)
        path.mkdir(mode=0o700)
        try:
            lock = _open_lock(path)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Whoever swept before it was locked has taken the directory away: make another.
            with suppress(FileNotFoundError):
                if (path / _LOCK).stat().st_ino == os.fstat(lock).st_ino:
                    return path, lock
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)


def _open_lock(path: Path) -> int:
    # A file, and open for writing: network file systems lock nothing else.
    return os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
