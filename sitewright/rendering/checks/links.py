"""Does every address on every page lead somewhere? Pages, anchors, images, styles, canonical addresses."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import MISSING, ExaminedSite, concluded
from sitewright.rendering.checks.page import Page
from sitewright.rendering.checks.references import Reference, css_addresses, followed, loaded, named

_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_TOP = frozenset({"", "top"})
"""Fragments that every page has (HTML, section 7.4.6.4)."""


def check_links(site: ExaminedSite) -> Check:
    """Follow every reference inside the site to a file, and its fragment to an id there."""
    references = [
        (page, reference)
        for page in site.pages.values()
        for reference in (*followed(page), *named(page), *loaded(page))
    ]
    findings = [finding for page, reference in references for finding in _followed_up(site, page, reference)]
    findings += _styles(site)
    findings += _canonical(site)
    return concluded("links", findings, f"{len(references)} references")


def _followed_up(site: ExaminedSite, page: Page, reference: Reference) -> Iterator[str]:
    element, written = reference.element, reference.address
    address = site.resolve(page.path, written)
    parts = urlsplit(address)
    if written.startswith("data:"):
        return
    if not written.strip():
        yield page.finding(element, "names no address")
    elif parts.scheme not in _SCHEMES:
        yield page.finding(element, f"has the scheme {parts.scheme!r}, which is not one of the allowed")
    elif not site.is_same_host(address):
        return
    elif not site.is_own(address):
        yield page.finding(element, f"leads out of the site, to {address}")
    elif written.startswith("#"):
        yield from _anchor(page, page, reference, parts.fragment)
    elif (path := site.file_at(address)) is None:
        yield page.finding(element, f"leads to {address}, where there is nothing")
    elif parts.fragment and path in site.pages:
        yield from _anchor(page, site.pages[path], reference, parts.fragment)


def _anchor(page: Page, target: Page, reference: Reference, fragment: str) -> Iterator[str]:
    if unquote(fragment) not in target.ids | _TOP:
        yield page.finding(reference.element, f"leads to #{fragment}, which {target.path} does not have")


def _styles(site: ExaminedSite) -> Iterator[str]:
    for path, content in site.files.items():
        if path.endswith(".css"):
            for written in css_addresses(content.decode("utf-8", "replace")):
                address = site.resolve(path, written)
                if not written.startswith("data:") and site.is_own(address) and not site.file_at(address):
                    yield f"{path}: loads {address}, where there is nothing"


def _canonical(site: ExaminedSite) -> Iterator[str]:
    for page in site.pages.values():
        links = [link for link in page.all("link") if link.get("rel") == "canonical"]
        if page.path == MISSING:
            yield from (page.finding(link, "claims an address for the missing page") for link in links)
        elif [link.get("href") for link in links] != [site.address(page.path)]:
            yield page.finding(None, f'does not have one <link rel="canonical"> to {site.address(page.path)}')
