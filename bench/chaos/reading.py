"""The reader: fetches every live page all the time, and knows of each byte whether some release holds it.

A release names its content: what lies on the disk is hashed anew here and must add up to the release's name.
So neither the database nor the publishing code has to be believed.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

import httpx

from sitewright.orders.models.base import fingerprint
from sitewright.orders.models.release import ReleaseFile
from sitewright.publishing.live_files import live_sites
from sitewright.publishing.paths import CURRENT, RELEASES

PAUSE_SECONDS = 0.01
"""Between two reads: the processor is the stack's too."""
NEWEST = 5
"""So many of the sites that went live last are read as often as all others together."""
ASSET_EVERY = 7
"""Of so many reads one is of a file that is no page."""


@dataclass(frozen=True)
class Fault:
    """One read that showed what no visitor may see."""

    at: float
    url: str
    what: str


@dataclass
class SiteReader:
    """Reads the sites below `root` as `address` serves them, one file at a time."""

    root: Path
    address: str
    client: httpx.Client
    reads: int = 0
    missing: list[Fault] = field(default_factory=list)
    torn: list[Fault] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    _releases: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    _damaged: set[str] = field(default_factory=set)

    def discover(self) -> None:
        """Find the sites that went live since; each stays to be read from then on."""
        self.sites += [slug for slug in live_sites(self.root) if slug not in self.sites]

    def files(self, slug: str) -> dict[str, str]:
        """Return the files of the site's live release, path to hash."""
        name = (self.root / slug / CURRENT).resolve().name
        files = self._known(slug).get(name) or self._read_releases(slug).get(name, {})
        if not files and name not in self._damaged:
            self._damaged.add(name)
            self.torn.append(Fault(time.time(), f"{self.address}/{slug}/", "the disk holds no such release"))
        return files

    def read(self, slug: str, path: str) -> None:
        """Fetch one file as a visitor does, and keep what is wrong with what came back."""
        url = f"{self.address}/{slug}/{quote(path.removesuffix('index.html'))}"
        self.reads += 1
        try:
            answer = self.client.get(url)
        except httpx.HTTPError as error:
            self.missing.append(Fault(time.time(), url, f"{type(error).__name__}: {error}"))
            return
        if answer.status_code != 200:
            # The file of a release that was switched out meanwhile may go; the live one's may not.
            live = self.files(slug)
            if path in live or not live:
                self.missing.append(Fault(time.time(), url, f"status {answer.status_code}"))
        elif not self._is_of_a_release(slug, path, hashlib.sha256(answer.content).hexdigest()):
            self.torn.append(Fault(time.time(), url, f"{len(answer.content)} bytes of no release"))

    def _is_of_a_release(self, slug: str, path: str, digest: str) -> bool:
        if any(files.get(path) == digest for files in self._known(slug).values()):
            return True
        return any(files.get(path) == digest for files in self._read_releases(slug).values())

    def _known(self, slug: str) -> dict[str, dict[str, str]]:
        return self._releases.setdefault(slug, {})

    def _read_releases(self, slug: str) -> dict[str, dict[str, str]]:
        """Hash the releases that are new on the disk; one that is not what its name says is left out."""
        known = self._known(slug)
        for directory in (self.root / slug / RELEASES).iterdir():
            if directory.name not in known and (files := _whole(directory)) is not None:
                known[directory.name] = files
        return known


def _whole(release: Path) -> dict[str, str] | None:
    """Return the files of a release, path to hash; None when they do not add up to its name."""
    try:
        contents = {
            file.relative_to(release).as_posix(): file.read_bytes()
            for file in release.rglob("*")
            if file.is_file()
        }
    except OSError:
        return None
    found = [
        ReleaseFile(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        for path, content in sorted(contents.items())
    ]
    return {each.path: each.sha256 for each in found} if fingerprint(*found) == release.name else None


class Reading:
    """A thread that reads all that is live until it is stopped."""

    def __init__(self, root: Path, address: str) -> None:
        client = httpx.Client(trust_env=False, timeout=15, follow_redirects=False)
        self.reader = SiteReader(root, address.rstrip("/"), client)
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End after one more lap around every page of every site, so that each is read when all is done."""
        if self._thread.is_alive():
            self._stop.set()
            self._thread.join()
            self.reader.discover()
            for slug in self.reader.sites:
                for path in self.reader.files(slug):
                    self.reader.read(slug, path)
        self.reader.client.close()

    def _run(self) -> None:
        try:
            while not self._stop.wait(PAUSE_SECONDS):
                self.reader.discover()
                for slug, path in self._lap():
                    self.reader.read(slug, path)
                    if self._stop.wait(PAUSE_SECONDS):
                        return
        except BaseException as error:
            self.error = error

    def _lap(self) -> Iterator[tuple[str, str]]:
        """Yield every page of every site once, after each one of the newest sites'; now and then an asset."""
        newest = cycle(self._pages(self.reader.sites[-NEWEST:]))
        for number, each in enumerate(self._pages(self.reader.sites)):
            yield each
            yield from islice(newest, 1)
            if number % ASSET_EVERY == 0:
                assets = [path for path in self.reader.files(each[0]) if not path.endswith(".html")]
                yield from ((each[0], path) for path in islice(cycle(assets), number, number + 1))
            if number % 100 == 99:
                self.reader.discover()

    def _pages(self, slugs: list[str]) -> list[tuple[str, str]]:
        files = ((slug, path) for slug in list(slugs) for path in self.reader.files(slug))
        return [(slug, path) for slug, path in files if path.endswith(".html")]
