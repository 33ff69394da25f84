"""What a run makes of the words: a release, the report on it, and its publication."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from sitewright.orders.models.base import Value

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class ReleaseFile(Value):
    """One file of a release: its path below the release (POSIX, relative), content hash and size in bytes."""

    path: str
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]


class Release(Value):
    """One rendered site. `hash` is the hash of its manifest: equal content, equal release."""

    hash: Sha256
    slug: str
    base_url: str
    files: tuple[ReleaseFile, ...]
    code_version: str
    theme: str
    theme_version: str

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


class Check(Value):
    """One thing that was checked: what, whether it held, and where it did not (one line a finding)."""

    name: str
    passed: bool
    findings: tuple[str, ...] = ()
    measured: str = ""


class Report(Value):
    """What `check_site` found about a release."""

    release: Sha256
    checks: tuple[Check, ...]
    written_without_ai: bool

    @property
    def passed(self) -> bool:
        """True when every check held."""
        return all(check.passed for check in self.checks)


class Publication(Value):
    """A release that is live: its address was fetched and every byte was as rendered."""

    release: Sha256
    target: str
    url: str
    files_verified: int
    at: datetime
