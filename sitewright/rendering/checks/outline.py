"""Can readers and search engines find their way? Language, title, description, headings, landmarks."""

from collections import Counter
from collections.abc import Callable, Iterator

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import MISSING, ExaminedSite, concluded
from sitewright.rendering.checks.page import Page, fold, text_of

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SECTIONING = frozenset({"article", "aside", "main", "nav", "section"})


def check_outline(site: ExaminedSite) -> Check:
    """Look at what each page says about itself, at its headings and at its landmarks."""
    findings = [
        finding
        for page in site.pages.values()
        for finding in (*_head(site, page), *_headings(page), *_landmarks(page))
    ]
    headings = sum(1 for page in site.pages.values() for _ in page.all(*_HEADINGS))
    measured = f"{headings} headings on {len(site.pages)} pages"
    # The AI may say the same of two pages. That is a pity in search results and no reason not to publish.
    advice = [*_shared(site, "title", page_title), *_shared(site, "description", page_description)]
    return concluded("outline", findings, measured, advice=advice)


def page_title(page: Page) -> str:
    """Return the text of the page's `<title>`; empty where there is none."""
    return next((text_of(title) for title in page.all("title")), "")


def page_description(page: Page) -> str:
    """Return what the page's meta description says; empty where there is none."""
    found = (meta for meta in page.all("meta") if meta.get("name", "").lower() == "description")
    return next((fold(meta.get("content", "")) for meta in found), "")


def _head(site: ExaminedSite, page: Page) -> Iterator[str]:
    if page.root.get("lang") != site.order.locale:
        yield page.finding(page.root, f'has lang="{page.root.get("lang", "")}", not {site.order.locale}')
    for name, count in (("title", sum(1 for _ in page.all("title"))), ("h1", sum(1 for _ in page.all("h1")))):
        if count != 1:
            yield page.finding(None, f"has {count} <{name}>, not one")
    if not page_title(page):
        yield page.finding(None, "has no title")
    if not page_description(page) and page.path != MISSING:
        yield page.finding(None, "has no description")
    names = {meta.get("name", "").lower() for meta in page.all("meta")}
    if "viewport" not in names:
        yield page.finding(None, 'has no <meta name="viewport">')
    # A browser looks for it in the first 1024 bytes only (HTML, section 4.2.5.4).
    if b'<meta charset="utf-8">' not in page.content[:1024].lower():
        yield page.finding(None, 'has no <meta charset="utf-8"> in its first 1024 bytes')
    generators = [meta.get("content", "") for meta in page.all("meta") if meta.get("name") == "generator"]
    if site.written_without_ai and not any("without AI" in generator for generator in generators):
        yield page.finding(None, 'does not say in <meta name="generator"> that its words are without AI')


def _headings(page: Page) -> Iterator[str]:
    before = 0
    for heading in page.all(*_HEADINGS):
        level = int(heading.tag[1])
        if level > before + 1:
            yield page.finding(heading, f"“{text_of(heading)[:40]}” follows a heading of level {before}")
        if not text_of(heading):
            yield page.finding(heading, "is empty")
        before = level


def _landmarks(page: Page) -> Iterator[str]:
    for tag in ("main", "header", "footer"):
        of_page = [
            element
            for element in page.all(tag)
            if not _SECTIONING.intersection(each.tag for each in page.above(element))
        ]
        if len(of_page) != 1:
            yield page.finding(None, f"has {len(of_page)} <{tag}> for the whole page, not one")
    navigations = list(page.all("nav"))
    if not navigations:
        yield page.finding(None, "has no <nav>")
    labels = [nav.get("aria-label", nav.get("aria-labelledby", "")) for nav in navigations]
    if len(set(labels)) < len(labels):
        yield page.finding(None, "has several <nav> that no label tells apart")


def _shared(site: ExaminedSite, what: str, read: Callable[[Page], str]) -> Iterator[str]:
    pages = [page for page in site.pages.values() if page.path != MISSING]
    counts = Counter(read(page) for page in pages)
    for page in pages:
        if counts[read(page)] > 1:
            yield page.finding(None, f"shares its {what} with another page")
