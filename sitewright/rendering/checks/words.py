"""Are the words all there? The plan's titles and descriptions, and every word of the pages' copy."""

from collections.abc import Iterator

from sitewright.orders.models.release import Check
from sitewright.orders.models.site import PageCopy
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.outline import page_description, page_title
from sitewright.rendering.checks.page import fold


def check_words(site: ExaminedSite) -> Check:
    """Look for what was planned and written on the page that it was for; what was paid for is shown."""
    written = [(copy, text) for copy in site.copies for text in _texts(copy)]
    findings = [*_planned(site), *_missing_copies(site), *_unshown(site, written)]
    return concluded("words", findings, f"{len(site.plan.pages)} pages planned, {len(written)} texts written")


def _planned(site: ExaminedSite) -> Iterator[str]:
    for planned in site.plan.pages:
        page = site.pages.get(site.path_of(planned.page))
        if page is None:
            yield f"{site.path_of(planned.page)}: the words of '{planned.page}' are nowhere"
            continue
        if page_title(page) != fold(planned.title):
            yield page.finding(None, f"has the title “{page_title(page)}”, not “{planned.title}”")
        if page_description(page) != fold(planned.description):
            yield page.finding(None, f"does not have the description “{planned.description}”")


def _missing_copies(site: ExaminedSite) -> Iterator[str]:
    written = {copy.page for copy in site.copies}
    for planned in site.plan.pages if written else ():
        if planned.page not in written:
            yield f"{site.path_of(planned.page)}: no words were written for '{planned.page}'"


def _unshown(site: ExaminedSite, written: list[tuple[PageCopy, str]]) -> Iterator[str]:
    for copy, text in written:
        page = site.pages.get(site.path_of(copy.page))
        if page is not None and fold(text) not in page.shown_text:
            yield page.finding(None, f"does not show “{text[:60]}”")


def _texts(copy: PageCopy) -> Iterator[str]:
    for section in copy.sections:
        yield from _strings(
            section.model_dump(mode="json", exclude={"kind": True, "items": {"__all__": {"topic"}}})
        )


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
