"""Fetching a site from its live address and comparing every byte with what was rendered."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from sitewright.errors import VerificationFailed
from sitewright.orders.models.release import Publication, Release

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds between tries while the server does not answer: it may be starting."""

_AT_ONCE = 8
_STARTING = frozenset({502, 503, 504})
_TIMEOUT = httpx.Timeout(10, connect=5)
_SECONDS_PER_FILE = 30
"""For all tries of one file together, so that a server that trickles cannot hold a run up."""


async def verify_live(
    release: Release, files: Mapping[str, bytes], *, target: str, url: str, pauses: Sequence[float] = PAUSES
) -> Publication:
    """Fetch each of `files` from below `url` (which ends with a slash) and compare its bytes.

    An `index.html` is asked for at its directory's address, as visitors do. A server that cannot be reached
    or says that it is starting is asked again after each of `pauses`; other answers are final, redirects too.

    Raises VerificationFailed naming the address and the difference: no answer, the status, the length, or
    the first byte that differs.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    limits = httpx.Limits(max_connections=_AT_ONCE)
    async with httpx.AsyncClient(
        trust_env=False,
        timeout=_TIMEOUT,
        limits=limits,
        verify=_tls(url),
        headers={"cache-control": "no-cache"},
    ) as client:

        async def compare(path: str, content: bytes) -> None:
            async with gate:
                address = url + quote(_address(path))
                try:
                    async with asyncio.timeout(_SECONDS_PER_FILE):
                        await _compare(client, address, content, pauses)
                except TimeoutError as cause:
                    late = f"{address} was not there within {_SECONDS_PER_FILE} seconds."
                    raise VerificationFailed(late) from cause

        try:
            async with asyncio.TaskGroup() as group:
                for path, content in files.items():
                    group.create_task(compare(path, content))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
    return Publication(
        release=release.hash, target=target, url=url, files_verified=len(files), at=datetime.now(UTC)
    )


def _address(path: str) -> str:
    directory, _, name = path.rpartition("/")
    if name != "index.html":
        return path
    return f"{directory}/" if directory else ""


def _tls(url: str) -> ssl.SSLContext | bool:
    # Over plain http no certificate is ever asked for, and loading the bundle of authorities costs more than
    # fetching a site. A context that trusts none is the strictest there is.
    return True if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _compare(client: httpx.AsyncClient, address: str, expected: bytes, pauses: Sequence[float]) -> None:
    for pause in (*pauses, None):
        try:
            status, location, content = await _fetch(client, address, len(expected))
        except httpx.HTTPError as cause:
            if pause is None:
                why = str(cause) or type(cause).__name__
                raise VerificationFailed(f"{address} did not answer: {why}.") from cause
        else:
            if pause is None or status not in _STARTING:
                difference = _difference(status, location, content, expected)
                if difference is None:
                    return
                raise VerificationFailed(f"{address} {difference}.")
        await asyncio.sleep(pause)


async def _fetch(client: httpx.AsyncClient, address: str, size: int) -> tuple[int, str, bytes]:
    """Return status, Location and the body; of a body longer than `size` the rest is left."""
    content = bytearray()
    async with client.stream("GET", address) as response:
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > size:
                break
        return response.status_code, response.headers.get("location", ""), bytes(content)


def _difference(status: int, location: str, content: bytes, expected: bytes) -> str | None:
    if status != httpx.codes.OK:
        return f"answered {status}" + (f" to {location}" if location else "") + ", not 200"
    if content == expected:
        return None
    first = next(
        (at for at, (seen, right) in enumerate(zip(content, expected, strict=False)) if seen != right),
        min(len(content), len(expected)),
    )
    length = f"more than {len(expected)}" if len(content) > len(expected) else str(len(content))
    return f"has {length} bytes, was rendered with {len(expected)}, and differs from byte {first} on"
