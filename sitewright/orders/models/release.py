"""What a run makes of the words: a release, the report on it, and its publication."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from sitewright.orders.models.base import Value
from sitewright.orders.models.site import Honesty

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


class WordsReport(Value):
    """What was found in the AI's words for `where` (`plan`, or a page) that the brief does not hold."""

    where: str
    honesty: Honesty

    @property
    def summary(self) -> str:
        """How much was found, whether the AI was asked again, and how much was cut."""
        told = self.honesty
        again = ", asked again" if told.asked_again else ""
        plain = f", plain words in {len(told.replaced)} places" if told.replaced else ""
        return f"{len(told.found)} found{again}, {len(told.cut)} cut{plain}"

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each finding, each cut, and each place of which nothing was left."""
        told = self.honesty
        return (
            *(f"found: {finding}" for finding in told.found),
            *(f"cut: {finding}" for finding in told.cut),
            *(f"plain words stand in {place}" for place in told.replaced),
        )


class CheckedPage(Value):
    """A page that was examined: its path below the release, its address, and that of its Open Graph image."""

    path: str
    url: str
    image: str = ""


class Report(Value):
    """What `check_site` found about a release, and what was found before in the words that it is made of."""

    release: Sha256
    checks: tuple[Check, ...]
    written_without_ai: bool
    words: tuple[WordsReport, ...] = ()
    pages: tuple[CheckedPage, ...] = ()

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
