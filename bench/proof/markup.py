"""The Nu HTML checker over every page and drawing of the sites."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bench.proof.findings import Finding
from sitewright.local.showcase import ShownSite
from tests.support.html_checker import faults_found

_CHECKED = {".html", ".svg"}

_OF_NO_ORIGIN = "Resource violates Content Security Policy (meta tag)"
"""A warning about a page's own files: read from the disk, a page has no origin that could be 'self'.

What the policy refuses is found in the browser, which reports it.
"""


def check_markup(jar: Path, root: Path, sites: Iterable[ShownSite]) -> list[Finding]:
    """Return each error and each warning of the checker, of the sites that are live below `root`."""
    of_folder = {(root / site.order.slug / "current").resolve(): site for site in sites}
    files = [path for folder in of_folder for path in sorted(folder.rglob("*")) if path.suffix in _CHECKED]
    faults = faults_found(jar, files) if files else []
    return [_finding(fault, of_folder) for fault in faults if _OF_NO_ORIGIN not in fault]


def _finding(fault: str, of_folder: dict[Path, ShownSite]) -> Finding:
    # A fault begins with the file's address, `file:/...`.
    for folder, site in of_folder.items():
        before, here, rest = unquote(fault).partition(f"{folder}/")
        if here and urlsplit(before).scheme in {"file", ""}:
            page, _, what = rest.partition(":")
            return Finding("html", str(site), page, what)
    return Finding("html", "", "", fault)
