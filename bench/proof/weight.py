"""What a visitor's first page weighs on the way: the home page with its styles."""

import gzip
import re
from pathlib import Path
from typing import NamedTuple

import brotli

from bench.proof.findings import Finding
from sitewright.local.showcase import ShownSite

LIMIT = 14 * 1024
"""Bytes: what a server may send before the first answer comes back (RFC 6928: ten segments of 1460 bytes)."""

_STYLE_SHEET = re.compile(rb'<link[^>]*rel="?stylesheet"?[^>]*href="([^"]+)"')


class Weight(NamedTuple):
    """Bytes of the home page and its styles, compressed."""

    gzip: int
    brotli: int


def first_page(root: Path, site: ShownSite) -> Weight:
    """Return the weight of the home page of `site`, which is live below `root`."""
    folder = root / site.order.slug / "current"
    page = (folder / "index.html").read_bytes()
    sheets = [
        folder / name.decode().rpartition(f"/{site.order.slug}/")[2] for name in _STYLE_SHEET.findall(page)
    ]
    parts = [page, *(sheet.read_bytes() for sheet in sheets)]
    return Weight(
        sum(len(gzip.compress(part, 9, mtime=0)) for part in parts),
        sum(len(brotli.compress(part)) for part in parts),
    )


def too_heavy(site: ShownSite, weight: Weight) -> list[Finding]:
    """Return a finding where the page is not below the limit however it is compressed."""
    if weight.gzip < LIMIT:
        return []
    return [Finding("weight", str(site), "home", f"{weight.gzip} bytes by gzip, the limit is {LIMIT}")]
