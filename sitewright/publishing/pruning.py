"""Removing releases from the disk so that no reader sees half of one.

A release directory is moved into a staging directory by one rename and removed there. Which may go, the
caller says; the one that `current` leads to never goes, whatever anybody says. What a process that was killed
in between left behind is a leftover of staging, which every later one sweeps.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from sitewright.orders.models.base import Value
from sitewright.publishing.paths import CURRENT, RELEASES, is_release_hash, site_directory
from sitewright.publishing.site_lock import locked_site
from sitewright.publishing.storage import storage_errors

STRAY_SECONDS = 24 * 60 * 60
"""A release directory that no record knows is a run's that is about to record it, unless it is older."""

_WRITABLE = 0o755


class Removable(Value):
    """A release directory that may go: `stray` when no record knows it; `size` in bytes."""

    hash: str
    size: int
    stray: bool


def removable(
    root: Path, slug: str, *, removed: frozenset[str], kept: frozenset[str]
) -> tuple[Removable, ...]:
    """Return the release directories of the site `slug` that may go; nothing is changed.

    They are those in `removed`, and those in neither set that are older than a day; never the live one. What
    is not a release's directory is left alone. Raises PublishingError.
    """
    with storage_errors(root):
        return tuple(_removable(root, slug, removed, kept))


def take_away(
    root: Path, slug: str, aside: Path, *, removed: frozenset[str], kept: frozenset[str]
) -> tuple[Removable, ...]:
    """Move what `removable` names into the directory `aside`, which is on the same disk, and return it.

    Raises PublishingError; what was moved before is aside then.
    """
    site = site_directory(root, slug)
    with storage_errors(root):
        if not (site / RELEASES).is_dir():
            return ()
        with locked_site(site):
            going = tuple(_removable(root, slug, removed, kept))
            for one in going:
                directory = site / RELEASES / one.hash
                # Moving a directory rewrites its `..`, which its own mode must allow.
                directory.chmod(_WRITABLE)
                directory.rename(aside / f"{slug}.{one.hash}")
    return going


def live_hash(root: Path, slug: str) -> str | None:
    """Return the name of the release directory that `current` leads to, by whatever way; None if to none."""
    site = site_directory(root, slug)
    releases, live = (site / RELEASES).resolve(), (site / CURRENT).resolve()
    return live.relative_to(releases).parts[0] if releases in live.parents else None


def tree_size(directory: Path) -> int:
    """Return the bytes of all files below `directory`; what vanishes meanwhile counts nothing."""
    total = 0
    for parent, _, files in os.walk(directory):
        for name in files:
            try:
                total += (Path(parent) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total


def _removable(root: Path, slug: str, removed: frozenset[str], kept: frozenset[str]) -> Iterator[Removable]:
    live, releases = live_hash(root, slug), site_directory(root, slug) / RELEASES
    for path in sorted(releases.iterdir()) if releases.is_dir() else []:
        if not is_release_hash(path.name) or path.is_symlink() or not path.is_dir():
            continue
        stray = path.name not in removed
        if path.name in kept or path.name == live or (stray and not _is_old(path)):
            continue
        yield Removable(hash=path.name, size=tree_size(path), stray=stray)


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < time.time() - STRAY_SECONDS
