"""Does all that can be operated or seen have a name? Links, buttons, fields, images (WCAG 1.1.1, 4.1.2)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import SVG, Page, fold, is_comment

_CONTROLS = ("a", "button", "input", "select", "summary", "textarea")
_FIELDS = frozenset({"input", "select", "textarea"})


def check_names(site: ExaminedSite) -> Check:
    """Compute the name of each control and image, by the parts of the accname standard that pages use."""
    findings: list[str] = []
    seen = 0
    for page in site.pages.values():
        for element in page.all(*_CONTROLS, "img", f"{SVG}svg", f"{SVG}a"):
            if not _is_hidden(page, element):
                seen += 1
                findings += _unnamed(page, element)
    return concluded("names", findings, f"{seen} controls and images")


def _unnamed(page: Page, element: Element) -> Iterator[str]:
    if element.tag == "img" and "alt" not in element.attrib:
        yield page.finding(element, "has no alt")
    elif element.tag == f"{SVG}svg":
        if element.get("role") == "img" and not _name(page, element):
            yield page.finding(element, "is an image without a name")
    elif _is_control(element) and not _name(page, element):
        yield page.finding(element, "has no name")


def _is_control(element: Element) -> bool:
    if element.tag == "a":
        return "href" in element.attrib
    return element.tag != "img" and element.get("type") != "hidden"


def _is_hidden(page: Page, element: Element) -> bool:
    around = (element, *page.above(element))
    return any("hidden" in each.attrib or each.get("aria-hidden") == "true" for each in around)


def _name(page: Page, element: Element) -> str:
    if references := element.get("aria-labelledby", "").split():
        named = (each for each in page.all() if each.get("id") in references)
        return fold(" ".join(_content(each) for each in named))
    if label := fold(element.get("aria-label", "")):
        return label
    if element.tag in _FIELDS:
        if element.get("type") in {"submit", "reset", "button"} and element.get("value"):
            return element.attrib["value"]
        return _label(page, element)
    return _content(element) or fold(element.get("title", ""))


def _label(page: Page, field: Element) -> str:
    wrapping = [each for each in page.above(field) if each.tag == "label"]
    pointing = [each for each in page.all("label") if field.get("id") and each.get("for") == field.get("id")]
    return fold(" ".join(_content(label) for label in (*pointing, *wrapping)))


def _content(element: Element) -> str:
    if is_comment(element) or element.get("aria-hidden") == "true" or "hidden" in element.attrib:
        return ""
    own = element.get("aria-label") or (element.get("alt") if element.tag == "img" else element.text) or ""
    inner = (f"{_content(child)} {child.tail or ''}" for child in element)
    return fold(" ".join((own, *inner)))
