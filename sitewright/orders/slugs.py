"""Slugs: an order's folder and address, made from the business's name and never taken as given."""

import re
from collections.abc import Collection

from anyascii import anyascii

LONGEST = 48
FALLBACK = "site"

RESERVED = frozenset(
    {
        *("admin", "api", "assets", "current", "health", "index", "localhost", "mail", "releases", "root"),
        *("sitewright", "staging", "static", "status", "tmp", "well-known", "www"),
        # Devices on Windows, whatever the extension.
        *("aux", "con", "nul", "prn", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))),
    }
)
"""Names that an address or a folder keeps for itself; a business of that name gets a number."""


def slug_of(name: str) -> str:
    """Return `name` as 1 to 48 characters of `a-z`, `0-9` and inner single `-`; `site` if nothing is left.

    Other letters are written as Latin ones: `Straße` is `strasse`, an Arabic name its consonants.
    """
    plain = anyascii(name).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-") or FALLBACK


def stem_of(name: str) -> str:
    """Return what every slug begins with that `free_slug` may give to `name`."""
    return slug_of(name)[: LONGEST - 10].rstrip("-")


def free_slug(name: str, taken: Collection[str]) -> str:
    """Return the slug of `name`, with `-2`, `-3` and so on when it is reserved or among `taken`."""
    slug = slug_of(name)
    candidate, number = slug, 1
    while candidate in RESERVED or candidate in taken:
        number += 1
        suffix = f"-{number}"
        candidate = slug[: LONGEST - len(suffix)].rstrip("-") + suffix
    return candidate
