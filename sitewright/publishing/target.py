"""What every place that sites are published to must do, and what it says it can promise."""

from typing import Protocol

from sitewright.orders.models.base import Value
from sitewright.orders.models.release import Publication, Release


class Promises(Value):
    """What a target can do beyond showing a site."""

    atomic: bool
    """Visitors see the old release or the new one, never a part of either."""
    rollback: bool
    """An earlier release can be made live again without rendering it."""
    preview: bool
    """A release can be looked at before it is live."""


class Target(Protocol):
    """A place that releases are published to; every step may be repeated and then changes nothing."""

    @property
    def name(self) -> str:
        """The target's name, as publications record it."""

    @property
    def promises(self) -> Promises:
        """What this target can promise."""

    def url(self, slug: str) -> str:
        """Return the live address of the site `slug`, with a slash at its end."""

    async def prepare(self) -> None:
        """Find out whether the target can be written, before anything is paid for.

        Raises SiteRootUnwritable, StorageFull or another PublishingError.
        """

    async def upload(self, release: Release) -> None:
        """Bring every file of `release` to the target; visitors notice nothing.

        Raises ReleaseDamaged where the files are not those of the release, or another PublishingError.
        """

    async def activate(self, release: Release) -> None:
        """Make the uploaded `release` the live one.

        Raises ReleaseDamaged or another PublishingError; the release that was live then stays live.
        """

    async def verify(self, release: Release) -> Publication:
        """Fetch every file of `release` from its live address and compare the bytes.

        Raises VerificationFailed naming the address and the difference.
        """
