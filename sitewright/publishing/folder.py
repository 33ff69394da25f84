"""The folder target: releases on this machine's disk, shown by the built-in server or any other."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from sitewright.errors import ReleaseDamaged, SiteRootUnwritable
from sitewright.orders.models.release import Publication, Release
from sitewright.publishing.paths import (
    CURRENT,
    RELEASES,
    is_release_hash,
    release_directory,
    site_directory,
)
from sitewright.publishing.releases import read_release, verify_release
from sitewright.publishing.root import ensure_site_root
from sitewright.publishing.site_lock import locked_site
from sitewright.publishing.staging import staging_directory
from sitewright.publishing.storage import storage_errors, sync_directory
from sitewright.publishing.target import Promises
from sitewright.publishing.verification import PAUSES, verify_live


class FolderTarget:
    """Releases below the absolute site root `root`, which `public_url` shows at `/<slug>/`.

    `pauses` are the seconds that `verify` waits between tries while the server does not answer.

    Rolling back is activating an earlier release: it is checked on the disk first, as every release is.
    """

    name = "folder"
    promises = Promises(atomic=True, rollback=True, preview=False)

    def __init__(self, root: Path, public_url: str, *, pauses: Sequence[float] = PAUSES) -> None:
        self.root = root
        self.public_url = public_url.rstrip("/")
        self.pauses = pauses

    def url(self, slug: str) -> str:
        """Return the live address of the site `slug`, with a slash at its end."""
        return f"{self.public_url}/{slug}/"

    async def prepare(self) -> None:
        """Make the site root and write-test it.

        Raises SiteRootUnwritable or StorageFull.
        """
        await asyncio.to_thread(ensure_site_root, self.root)

    async def upload(self, release: Release) -> None:
        """Check that `release` is whole where `make_release` put it: below this target's own root.

        Raises ReleaseDamaged.
        """
        await asyncio.to_thread(verify_release, self.root, release)

    async def activate(self, release: Release) -> None:
        """Switch the site's `current` to `release` in one step; nothing happens if it is there already.

        Raises ReleaseDamaged, and then nothing was switched; SiteRootUnwritable or StorageFull.
        """
        await asyncio.to_thread(self._switch, release)

    async def verify(self, release: Release) -> Publication:
        """Fetch every file of `release` from `public_url` and compare the bytes.

        Raises VerificationFailed, or ReleaseDamaged where the disk has other bytes than were rendered.
        """
        files = await asyncio.to_thread(read_release, self.root, release)
        return await verify_live(
            release, files, target=self.name, url=self.url(release.slug), pauses=self.pauses
        )

    def live_release(self, slug: str) -> str | None:
        """Return the hash of the release that is live for `slug`; None if there is none.

        Raises UnsafePath unless `slug` is a slug.
        """
        try:
            directory, _, name = os.readlink(site_directory(self.root, slug) / CURRENT).partition("/")  # noqa: PTH115
        except OSError:
            return None
        return name if directory == RELEASES and is_release_hash(name) else None

    def _switch(self, release: Release) -> None:
        verify_release(self.root, release)
        site = site_directory(self.root, release.slug)
        current = site / CURRENT
        with storage_errors(self.root):
            if current.is_dir() and not current.is_symlink():
                raise SiteRootUnwritable(f"{current} is a directory in the place of a link; move it away.")
            with locked_site(site):
                if not release_directory(self.root, release.slug, release.hash).is_dir():
                    raise ReleaseDamaged(f"Release {release.hash[:12]} of {release.slug} was just removed.")
                if self.live_release(release.slug) != release.hash:
                    with staging_directory(self.root) as staging:
                        (staging / CURRENT).symlink_to(f"{RELEASES}/{release.hash}")
                        (staging / CURRENT).replace(current)
            sync_directory(site)
