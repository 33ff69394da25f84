"""Does a page ask anybody else for anything, or run what is not Sitewright's? Neither may be."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import SVG, Page, parse_page
from sitewright.rendering.checks.references import css_addresses, loaded
from sitewright.rendering.open_now import open_now_script

_EMBEDDING = frozenset(
    {"applet", "base", "embed", "fencedframe", "frame", "frameset", "iframe", "object", "portal"}
)
_DATA_SCRIPT = "application/ld+json"


def check_isolation(site: ExaminedSite) -> Check:
    """Find requests to other hosts, embedded pages, redirects, forms, scripts and handlers, in images too."""
    images = [parse_page(path, site.files[path]) for path in site.files if path.endswith(".svg")]
    documents = [*site.pages.values(), *images]
    findings = [finding for page in documents for finding in (*_requests(site, page), *_active(page))]
    findings += _styles(site)
    requests = sum(1 for page in documents for _ in loaded(page))
    return concluded(
        "isolation", findings, f"{requests} requests by {len(documents)} documents, none to others"
    )


def _requests(site: ExaminedSite, page: Page) -> Iterator[str]:
    for reference in loaded(page):
        if _is_foreign(site, page.path, reference.address):
            yield page.finding(reference.element, f"loads {reference.address[:120]} from elsewhere")


def _styles(site: ExaminedSite) -> Iterator[str]:
    for path, content in site.files.items():
        if path.endswith(".css"):
            for written in css_addresses(content.decode("utf-8", "replace")):
                if _is_foreign(site, path, written):
                    yield f"{path}: loads {written[:120]} from elsewhere"


def _is_foreign(site: ExaminedSite, path: str, written: str) -> bool:
    inline = written.startswith("data:") or written.startswith("#")
    return not inline and not site.is_own(site.resolve(path, written))


def _active(page: Page) -> Iterator[str]:
    for element in page.all():
        for problem in _problems(element):
            yield page.finding(element, problem)


def _is_ours(script: Element) -> bool:
    """Tell whether a script is data, or the one that Sitewright puts there, to the letter."""
    return script.get("type") == _DATA_SCRIPT or (not script.attrib and script.text == open_now_script())


def _problems(element: Element) -> Iterator[str]:
    if element.tag in _EMBEDDING:
        yield "is not allowed on a page"
    if element.tag == "form" or "formaction" in element.attrib or "ping" in element.attrib:
        yield "sends something"
    if element.tag == f"{SVG}script" or (element.tag == "script" and not _is_ours(element)):
        yield "runs a script"
    if element.tag == "script" and "src" in element.attrib:
        yield "loads a script"
    if element.tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
        yield "leads away by itself"
    for name, value in element.attrib.items():
        if name.lower().startswith("on"):
            yield f"has the handler {name}"
        if value.strip().lower().startswith("javascript:"):
            yield f"has a script in its {name}"
