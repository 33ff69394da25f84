"""Is what goes over the wire what was rendered? Every compressed file against the one beside it."""

import gzip
import zlib
from collections.abc import Iterator

import brotli

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.compression import SUFFIXES

_UNPACK = {".br": brotli.decompress, ".gz": gzip.decompress}


def check_compression(site: ExaminedSite) -> Check:
    """Unpack every `.br` and `.gz`; each page has both."""
    packed = [(path, suffix) for path in site.files for suffix in SUFFIXES if path.endswith(suffix)]
    findings = [finding for path, suffix in packed for finding in _unpacked(site, path, suffix)]
    for page in site.pages:
        findings += [f"{page}{suffix}: is missing" for suffix in SUFFIXES if page + suffix not in site.files]
    return concluded("compression", findings, f"{len(packed)} compressed files")


def _unpacked(site: ExaminedSite, path: str, suffix: str) -> Iterator[str]:
    original = site.files.get(path.removesuffix(suffix))
    try:
        content = _UNPACK[suffix](site.files[path])
    except (brotli.error, OSError, EOFError, zlib.error):
        yield f"{path}: cannot be unpacked"
        return
    if original is None:
        yield f"{path}: there is no file that it is made of"
    elif content != original:
        yield f"{path}: is not the file beside it"
