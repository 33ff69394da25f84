"""Files that stay written, and what the operating system's refusals mean for an order."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sitewright.errors import PublishingError, SiteRootUnwritable, StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_UNWRITABLE = frozenset(
    {
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EEXIST,
        errno.ELOOP,
        errno.ENOLCK,
        errno.ENOTSUP,
    }
)

_READ_ONLY_FILE = 0o444
_READ_ONLY_DIRECTORY = 0o555
_DIRECTORY = 0o755


@contextmanager
def storage_errors(root: Path) -> Iterator[None]:
    """Turn the operating system's errors in this block into sentences that name the path.

    Raises StorageFull when there is no room (or a quota or file size limit is reached), SiteRootUnwritable
    when the path may not be written or is not there, PublishingError for every other fault of the disk.
    """
    try:
        yield
    except OSError as cause:
        path = cause.filename or root
        why = f"{path}: {(cause.strerror or type(cause).__name__).lower()}"
        if cause.errno in _FULL:
            raise StorageFull(f"The disk of the site root is full ({why}).") from cause
        if cause.errno in _UNWRITABLE:
            raise SiteRootUnwritable(f"The site root {root} cannot be written ({why}).") from cause
        raise PublishingError(f"The disk of the site root {root} failed ({why}).") from cause


def write_file(path: Path, content: bytes) -> None:
    """Write a new read-only file and wait until it is on the disk."""
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), _READ_ONLY_FILE)
            os.fsync(file.fileno())
    except OSError as cause:
        # The error of a write by descriptor does not name its file.
        raise OSError(cause.errno, cause.strerror, str(path)) from cause


def write_tree(directory: Path, files: dict[str, bytes]) -> None:
    """Write `files` (POSIX paths and contents) below the empty `directory` and wait until all is on the disk.

    Files end up read-only, and the directories below `directory` too; `directory` itself stays writable so
    that it can still be moved.
    """
    for path, content in files.items():
        where = directory / path
        where.parent.mkdir(parents=True, exist_ok=True)
        write_file(where, content)
    for parent, _, _ in os.walk(directory, topdown=False):
        if Path(parent) != directory:
            Path(parent).chmod(_READ_ONLY_DIRECTORY)
        sync_directory(Path(parent))


def make_directory(path: Path) -> None:
    """Make `path` and its parents, readable by whoever serves them, and wait until it is on the disk."""
    if path.is_dir():
        return
    make_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir()
        path.chmod(_DIRECTORY)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Wait until the names in the directory `path` are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seal_directory(path: Path) -> None:
    """Take everyone's right to change the names in `path`."""
    path.chmod(_READ_ONLY_DIRECTORY)


@contextmanager
def unsealed(directory: Path) -> Iterator[None]:
    """Allow changes to the names in `directory` inside this block."""
    directory.chmod(_DIRECTORY)
    try:
        yield
    finally:
        directory.chmod(_READ_ONLY_DIRECTORY)


def remove_tree(path: Path) -> None:
    """Remove `path` and all below it, read-only directories too; symbolic links are not followed."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(mode):
        path.unlink(missing_ok=True)
        return
    path.chmod(_DIRECTORY)
    for child in list(path.iterdir()):
        remove_tree(child)
    with suppress(FileNotFoundError):
        path.rmdir()
