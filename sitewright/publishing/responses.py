"""How a file of a release is answered: its type, how long it may be kept, and what protects its readers."""

import gzip
import hashlib
import re
from pathlib import PurePosixPath

from starlette.datastructures import Headers
from starlette.responses import Response

from sitewright.publishing.live_files import LiveFile

# Our own table: the machine's `mime.types` differs between machines.
_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    # The rest of the policy is in each page's meta element, where frame-ancestors has no effect (CSP 3, 3.3).
    "content-security-policy": "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
}

_HASHED = re.compile(r"[.-][0-9a-f]{8,64}\.[a-z0-9]+$")
_WORTH_COMPRESSING = 512
_REFUSED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")


def file_response(file: LiveFile, request: Headers, *, status: int = 200) -> Response:
    """Answer a request with a file of a release.

    Pages are asked for again every time, which costs little by their ETag; assets with a hash in their name
    are kept for a year, others for an hour. Text goes compressed to those who accept it: as it lies beside
    the file, else compressed on the way.
    """
    path, content = file.path, file.content
    media_type = _TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
    tag = hashlib.sha256(content).hexdigest()[:32]
    headers = {**SECURITY_HEADERS, "cache-control": _cache_control(path), "content-type": media_type}
    if "charset" in media_type:
        headers["vary"] = "accept-encoding"
        if file.coding:
            content, tag = file.coded, f"{tag}-{file.coding}"
            headers["content-encoding"] = file.coding
        elif len(content) >= _WORTH_COMPRESSING and "gzip" in accepted_codings(request):
            # A time stamp of 0 keeps equal content equal on the wire; so the ETag can stay a strong one.
            content, tag = gzip.compress(content, 6, mtime=0), f"{tag}-gzip"
            headers["content-encoding"] = "gzip"
    headers["etag"] = f'"{tag}"'
    if status == 200 and _already_held(headers["etag"], request):
        for name in ("content-type", "content-encoding"):
            headers.pop(name, None)
        return Response(status_code=304, headers=headers)
    return Response(content, status_code=status, headers=headers)


def not_found() -> Response:
    """Answer for an address below which there is no site; it names none of those that there are."""
    return plain("There is no page at this address.\n", status=404)


def plain(text: str, *, status: int = 200) -> Response:
    """Answer with a few words that nobody keeps."""
    headers = {**SECURITY_HEADERS, "cache-control": "no-store", "content-type": "text/plain; charset=utf-8"}
    return Response(text, status_code=status, headers=headers)


def moved_to_directory(path: str) -> Response:
    """Answer for a directory asked for without its last slash; `path` is the address with it, quoted."""
    headers = {**SECURITY_HEADERS, "cache-control": "no-cache", "location": path}
    return Response(status_code=301, headers=headers)


def _cache_control(path: str) -> str:
    if path.endswith(".html"):
        return "no-cache"
    return "public, max-age=31536000, immutable" if _HASHED.search(path) else "public, max-age=3600"


def accepted_codings(request: Headers) -> tuple[str, ...]:
    """Return which of `br` and `gzip` the reader accepts, the smaller first (RFC 9110, section 12.5.3)."""
    weights: dict[str, str] = {}
    for offer in request.get("accept-encoding", "").lower().split(","):
        coding, _, weight = offer.partition(";")
        weights[coding.strip()] = weight
    return tuple(
        coding
        for coding in ("br", "gzip")
        if coding in weights or "*" in weights
        if not _REFUSED.fullmatch(weights.get(coding, weights.get("*", "")))
    )


def _already_held(etag: str, request: Headers) -> bool:
    held = [tag.strip().removeprefix("W/") for tag in request.get("if-none-match", "").split(",")]
    return etag in held or "*" in held
