"""What was measured of a site, by the hash of its release: what did not change is not measured again."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench.proof.findings import Finding
from sitewright.local.showcase import ShownSite

HERE = Path(__file__).parent


def version_of(*parts: str, files: Iterable[Path] = ()) -> str:
    """Return what tells one way of measuring from another: of the tools' versions and of our own files."""
    digest = hashlib.sha256("\n".join(parts).encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class Kept:
    """The results of one tool below `folder`, as `version` of it measured them."""

    def __init__(self, folder: Path, version: str) -> None:
        self._folder = folder
        self._version = version

    def get(self, site: ShownSite) -> Any:
        """Return what was measured of `site`; None if nothing was."""
        try:
            return json.loads(self._file(site).read_text("utf-8"))
        except FileNotFoundError:
            return None

    def put(self, site: ShownSite, measured: Any) -> None:
        """Keep what was measured of `site`, a JSON value."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file(site).write_text(json.dumps(measured), "utf-8")

    def findings(
        self, sites: Iterable[ShownSite], measure: Callable[[list[ShownSite]], None]
    ) -> list[Finding]:
        """Return the findings of `sites`, after `measure` was given those that nothing is kept of."""
        wanted = list(sites)
        if new := [site for site in wanted if self.get(site) is None]:
            measure(new)
        return [Finding(*each) for site in wanted for each in self.get(site) or ()]

    def _file(self, site: ShownSite) -> Path:
        return self._folder / f"{site.release.hash[:24]}-{self._version}.json"
