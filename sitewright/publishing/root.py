"""The site root: made, and tried out, before anything is paid for."""

from collections.abc import Iterable
from pathlib import Path

from sitewright.errors import SiteRootUnwritable
from sitewright.publishing.paths import CURRENT, site_directory
from sitewright.publishing.staging import staging_directory
from sitewright.publishing.storage import make_directory, storage_errors, sync_directory, write_file


def ensure_site_root(root: Path) -> None:
    """Make the site root if it is not there, and do once in it all that publishing does.

    A probe file is created, synced, renamed and removed, a symbolic link is made and replaced, a lock is
    taken; nothing is left behind.

    Raises SiteRootUnwritable (not absolute, a file in its place, no right to write, read-only, no symbolic
    links) or StorageFull, each naming the path.
    """
    if not root.is_absolute():
        raise SiteRootUnwritable(f"The site root {root} is not an absolute path.")
    with storage_errors(root):
        make_directory(root)
        with staging_directory(root) as staging:
            write_file(staging / "probe", b"Sitewright can write here.\n")
            (staging / "probe").rename(staging / "renamed")
            (staging / "current").symlink_to("probe")
            (staging / "next").symlink_to("renamed")
            (staging / "next").replace(staging / "current")
            (staging / "current").read_bytes()
            sync_directory(staging)
        # Sites are directories beside the staging directory: the root itself must take names too.
        probe = root / f".{staging.name}"
        probe.mkdir()
        probe.rmdir()


def look_at_site_root(root: Path, slugs: Iterable[str]) -> tuple[str, ...]:
    """Try the site root without making it; return those of `slugs` that have no live site.

    Where all of them are missing another disk lies there: it was emptied, or is not mounted.

    Raises SiteRootUnwritable when it is gone or cannot be written or looked at, StorageFull when it is full.
    """
    with storage_errors(root):
        if not root.is_dir():
            raise SiteRootUnwritable(f"The site root {root} is not there: no published site can be reached.")
        ensure_site_root(root)
        return tuple(slug for slug in slugs if not (site_directory(root, slug) / CURRENT).is_symlink())
