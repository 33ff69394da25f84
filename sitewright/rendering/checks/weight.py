"""How much must a visitor wait for? The first page with its styles, compressed, in one TCP round trip."""

import gzip

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import HOME, ExaminedSite, concluded
from sitewright.rendering.checks.page import Page
from sitewright.rendering.checks.references import loaded

ROUND_TRIP = 14_000
"""Bytes that arrive in the first round trip: ten segments (RFC 6928) of 1460 bytes, less the headers."""


def check_weight(site: ExaminedSite) -> Check:
    """Weigh every page; what the theme adds to a page's words must fit into one round trip.

    A page that is heavier because its words are many is told of and passes: a customer may say much.
    """
    findings: list[str] = []
    advice: list[str] = []
    weights = {page.path: _weight(site, page) for page in site.pages.values()}
    for page in site.pages.values():
        weight = weights[page.path]
        if weight > ROUND_TRIP:
            words = _compressed(page.shown_text.encode())
            told = page.finding(
                None, f"weighs {weight} bytes compressed, {words} of them words; {ROUND_TRIP} fit"
            )
            (findings if weight - words > ROUND_TRIP else advice).append(told)
    heaviest = max(weights.values(), default=0)
    measured = f"{weights.get(HOME, 0)} bytes compressed for the first page, {heaviest} at most"
    return concluded("weight", findings, measured, advice=advice)


def _weight(site: ExaminedSite, page: Page) -> int:
    styles = [
        site.file_at(site.resolve(page.path, reference.address))
        for reference in loaded(page)
        if reference.element.tag == "link" and "stylesheet" in reference.element.get("rel", "")
    ]
    return _compressed(page.content) + sum(_compressed(site.files[path]) for path in styles if path)


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6, mtime=0))
