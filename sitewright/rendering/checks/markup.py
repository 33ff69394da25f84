"""Is the markup what it seems? No parse errors, ids that are unique, references to ids that are there."""

from collections import Counter
from collections.abc import Iterator

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import Page

_NAMING_IDS = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list")
_OBSOLETE = frozenset({"acronym", "big", "center", "dir", "font", "marquee", "strike", "tt"})
"""The obsolete elements that are still met with (HTML, section 16.2)."""


def check_markup(site: ExaminedSite) -> Check:
    """Report what the HTML standard calls a parse error, and ids that are double or lead nowhere."""
    findings = [finding for page in site.pages.values() for finding in _page(page)]
    elements = sum(1 for page in site.pages.values() for _ in page.all())
    return concluded("markup", findings, f"{elements} elements on {len(site.pages)} pages")


def _page(page: Page) -> Iterator[str]:
    yield from (page.finding(None, f"parse error, {error}") for error in page.errors)
    ids = Counter(element.attrib["id"] for element in page.all() if "id" in element.attrib)
    yield from (
        page.finding(None, f'id="{name}" is there {count} times') for name, count in ids.items() if count > 1
    )
    yield from (
        page.finding(None, f'id="{name}" is empty or has a space') for name in ids if name.split() != [name]
    )
    for element in page.all():
        if element.tag in _OBSOLETE:
            yield page.finding(element, "is obsolete")
        for attribute in _NAMING_IDS:
            for name in element.get(attribute, "").split():
                if name not in ids:
                    yield page.finding(element, f'has {attribute}="{name}", and there is no such id')
