"""Releases on disk: made aside, named by their content, moved into place by one rename, never modified.

A release directory that does not hold what its name promises (a disk fault, a hand in the wrong place) is
mended in place, file by file: the right bytes are written aside and renamed over the wrong ones. So a reader
sees each file either as it was found or as it was rendered, also while the release is live, and no file that
was right is touched. A copy beside it, switched in, would do worse: two directories would claim one content.
"""

import errno
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from sitewright.errors import ReleaseDamaged, UnsafePath
from sitewright.orders.models.base import fingerprint
from sitewright.orders.models.release import Release, ReleaseFile
from sitewright.publishing import storage
from sitewright.publishing.paths import check_release_paths, release_directory
from sitewright.publishing.staging import staging_directory


def describe_release(
    *,
    slug: str,
    base_url: str,
    files: Mapping[str, bytes],
    theme: str,
    theme_version: str,
    code_version: str,
) -> Release:
    """Return the release that `files` (POSIX path to content) make; nothing is written.

    Its hash is the SHA-256 of the manifest (each file's path, SHA-256 and size, sorted by path), so equal
    content has an equal hash whatever theme or code version made it.

    Raises UnsafePath for a path that may not be in a release.
    """
    check_release_paths(list(files))
    manifest = tuple(
        ReleaseFile(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        for path, content in sorted(files.items())
    )
    return Release(
        hash=fingerprint(*manifest),
        slug=slug,
        base_url=base_url,
        files=manifest,
        code_version=code_version,
        theme=theme,
        theme_version=theme_version,
    )


def make_release(
    root: Path,
    *,
    slug: str,
    base_url: str,
    files: Mapping[str, bytes],
    theme: str,
    theme_version: str,
    code_version: str,
) -> Release:
    """Put `files` below the site root as a release of the site `slug` and return it; it is not live yet.

    Made twice, it is one release: an intact one is used as it is, a damaged one is mended (see the module).

    Raises UnsafePath, StorageFull or SiteRootUnwritable; then nothing is left behind.
    """
    release = describe_release(
        slug=slug,
        base_url=base_url,
        files=files,
        theme=theme,
        theme_version=theme_version,
        code_version=code_version,
    )
    directory = release_directory(root, slug, release.hash)
    if _is_whole(root, release):
        return release
    with storage.storage_errors(root):
        storage.make_directory(directory.parent)
        with staging_directory(root) as staging:
            staged = staging / "release"
            staged.mkdir(mode=0o755)
            storage.write_tree(staged, dict(files))
            if not _moved(staged, directory):
                _mend(directory, release, staging)
    verify_release(root, release)
    return release


def verify_release(root: Path, release: Release) -> None:
    """Read every file of `release` on the disk and compare it with the manifest.

    Raises ReleaseDamaged naming the first file that is missing, different or not of the release.
    """
    read_release(root, release)


def read_release(root: Path, release: Release) -> dict[str, bytes]:
    """Return the files of `release`, path to content, compared with the manifest as they are read.

    Raises ReleaseDamaged naming the first file that is missing, different or not of the release.
    """
    directory = release_directory(root, release.slug, release.hash)
    with storage.storage_errors(root):
        if directory.is_symlink() or not directory.is_dir():
            raise _damaged(release, f"{directory} is not there")
        contents = {file.path: _read_file(directory, release, file) for file in release.files}
        extra = [path for path in _paths_below(directory) if path not in contents]
    if extra:
        raise _damaged(release, f"{extra[0]} is not of this release")
    return contents


def _read_file(directory: Path, release: Release, file: ReleaseFile) -> bytes:
    path = directory / file.path
    try:
        if path.resolve() != directory.resolve() / file.path or not path.is_file():
            raise _damaged(release, f"{file.path} is missing")
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as cause:
        raise _damaged(release, f"{file.path} is missing") from cause
    if len(content) != file.size:
        raise _damaged(release, f"{file.path} has {len(content)} bytes in place of {file.size}")
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise _damaged(release, f"{file.path} has other bytes than were rendered")
    return content


def _damaged(release: Release, difference: str) -> ReleaseDamaged:
    return ReleaseDamaged(f"Release {release.hash[:12]} of {release.slug} is damaged: {difference}.")


def _is_whole(root: Path, release: Release) -> bool:
    try:
        verify_release(root, release)
    except ReleaseDamaged:
        return False
    return True


def _paths_below(directory: Path) -> list[str]:
    found: list[str] = []
    for parent, directories, files in os.walk(directory):
        links = [name for name in directories if (Path(parent) / name).is_symlink()]
        found += [(Path(parent) / name).relative_to(directory).as_posix() for name in (*files, *links)]
    return sorted(found)


def _moved(staged: Path, directory: Path) -> bool:
    """Move `staged` to `directory` in one step; False if something is there already."""
    try:
        staged.rename(directory)
    except OSError as cause:
        if cause.errno in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}:
            return False
        raise
    storage.seal_directory(directory)
    storage.sync_directory(directory.parent)
    return True


def _mend(directory: Path, release: Release, staging: Path) -> None:
    """Rename staged files over wrong ones of `directory`; what does not belong there goes to `staging`."""
    if directory.is_symlink() or not directory.is_dir():
        raise UnsafePath(f"{directory} is not a directory; remove it.")
    expected = {file.path for file in release.files}
    aside = staging / "aside"
    aside.mkdir()
    for path in _paths_below(directory):
        if path not in expected or (directory / path).is_symlink():
            _put_aside(directory / path, aside)
    for file in release.files:
        try:
            _read_file(directory, release, file)
        except ReleaseDamaged:
            _restore(staging / "release" / file.path, directory / file.path, aside)


def _put_aside(path: Path, aside: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # Moving a directory rewrites its `..`, which its own mode must allow.
        path.chmod(0o755)
    with storage.unsealed(path.parent):
        path.rename(aside / str(len(list(aside.iterdir()))))


def _restore(staged: Path, path: Path, aside: Path) -> None:
    _make_parents(path.parent)
    if path.is_dir():
        _put_aside(path, aside)
    with storage.unsealed(staged.parent), storage.unsealed(path.parent):
        staged.replace(path)
    storage.sync_directory(path.parent)


def _make_parents(directory: Path) -> None:
    if not directory.is_dir():
        _make_parents(directory.parent)
        with storage.unsealed(directory.parent):
            directory.mkdir()
