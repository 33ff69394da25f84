"""Every address that a page names: those a visitor may follow, and those a browser loads by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sitewright.rendering.checks.page import SVG, XLINK, Page

_LINK_KINDS_NOT_LOADED = frozenset(
    {"canonical", "alternate", "author", "license", "help", "me", "next", "prev"}
)
_LOADED_ATTRIBUTES = ("src", "poster", "data", "background")
_SVG_LOADING = frozenset(f"{SVG}{name}" for name in ("image", "use", "feImage", "script"))

_URL = re.compile(
    r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')"""
    r"""|["']((?:[a-z][a-z0-9+.-]*:)?//[^"'\s]+)["']""",
    re.I,
)
_ESCAPE = re.compile(r"\\0{0,4}([2-7][0-9a-f])(?![0-9a-f])\s?", re.I)


@dataclass(frozen=True)
class Reference:
    """An address as it is written on a page, and the element that names it."""

    element: Element
    address: str


def followed(page: Page) -> Iterator[Reference]:
    """Yield where a visitor may go from `page`: links, and where forms go."""
    for element in page.all("a", "area", "form", f"{SVG}a"):
        for name in ("href", f"{XLINK}href", "action"):
            if name in element.attrib:
                yield Reference(element, element.attrib[name])


def named(page: Page) -> Iterator[Reference]:
    """Yield what `page` tells machines of: canonical and alternate addresses, images to share."""
    for element in page.all("link"):
        if not _is_loaded(element) and "href" in element.attrib:
            yield Reference(element, element.attrib["href"])
    for element in page.all("meta"):
        if element.get("property", element.get("name")) in {"og:image", "og:url", "twitter:image"}:
            yield Reference(element, element.get("content", ""))


def loaded(page: Page) -> Iterator[Reference]:
    """Yield what a browser loads with `page` without being asked."""
    for element in page.all():
        yield from (Reference(element, address) for address in _loaded_by(element))
        if element.tag in {"style", f"{SVG}style"}:
            yield from (Reference(element, address) for address in css_addresses(element.text or ""))
        for name in ("style", "fill", "stroke", "filter", "mask", "clip-path"):
            yield from (Reference(element, address) for address in css_addresses(element.get(name, "")))


def css_addresses(css: str) -> Iterator[str]:
    """Yield the addresses of every `url()` and `@import` in a style sheet, and each string that is one.

    `image-set()` and `src()` load strings too; letters may be escaped (CSS Syntax 3, section 4.3.7).
    """
    for match in _URL.finditer(_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), css)):
        yield next(group for group in match.groups() if group is not None)


def _is_loaded(link: Element) -> bool:
    return not _LINK_KINDS_NOT_LOADED.issuperset(link.get("rel", "").lower().split() or {"canonical"})


def _loaded_by(element: Element) -> Iterator[str]:
    if element.tag == "link" and _is_loaded(element):
        yield element.get("href", "")
        yield from _candidates(element.get("imagesrcset", ""))
    if element.tag in _SVG_LOADING:
        yield from (element.attrib[name] for name in ("href", f"{XLINK}href") if name in element.attrib)
    yield from (element.attrib[name] for name in _LOADED_ATTRIBUTES if name in element.attrib)
    yield from _candidates(element.get("srcset", ""))


def _candidates(srcset: str) -> Iterator[str]:
    yield from (candidate.split()[0] for candidate in srcset.split(", ") if candidate.strip())
