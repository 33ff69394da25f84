"""Do the languages of a site find each other? Alternate addresses both ways, and a switch on every page."""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import MISSING, ExaminedSite, concluded
from sitewright.rendering.checks.page import Page

DEFAULT = "x-default"
"""The language of those who speak none of the site's (Google, "Tell Google about localized versions")."""


def check_languages(site: ExaminedSite) -> Check:
    """Hold each page's `hreflang` addresses to the same page in the other language; follow its switch."""
    languages = site.languages
    paired = _planned(languages)
    findings = [
        finding
        for language in languages
        for path, page in language.pages.items()
        for finding in (
            *(_alternates(site, language, page, paired.get(path)) if path != MISSING else ()),
            *_switch(languages, language, page),
        )
    ]
    spoken = ", ".join(each.order.locale for each in languages)
    return concluded("languages", findings, f"{len(site.pages)} pages in {spoken}")


def _planned(languages: tuple[ExaminedSite, ...]) -> Mapping[str, Mapping[str, str]]:
    """Return, by a planned page's file, the address of the same page in each language."""
    pages: dict[str, dict[str, str]] = {}
    for kind in (page.page for page in languages[0].plan.pages):
        addresses = {each.order.locale: each.address(each.path_of(kind)) for each in languages}
        pages |= {each.path_of(kind): addresses for each in languages}
    return pages


def _told(page: Page) -> dict[str, str]:
    links = (link for link in page.all("link") if "alternate" in link.get("rel", "").split())
    return {link.get("hreflang", ""): link.get("href", "") for link in links if link.get("hreflang")}


def _alternates(
    site: ExaminedSite, language: ExaminedSite, page: Page, planned: Mapping[str, str] | None
) -> Iterator[str]:
    told, own = _told(page), language.order.locale
    locales = [each.order.locale for each in site.languages]
    for locale in locales:
        if locale not in told:
            yield page.finding(None, f'names no <link rel="alternate" hreflang="{locale}">')
        elif planned and told[locale] != planned[locale]:
            yield page.finding(None, f"names {told[locale]} as itself in {locale}, not {planned[locale]}")
        else:
            yield from _points_back(site, page, own, locale, told[locale])
    if told.get(DEFAULT) != told.get(locales[0]):
        yield page.finding(None, f"names {told.get(DEFAULT)} for {DEFAULT}, not its address in {locales[0]}")
    yield from (page.finding(None, f"names itself in {more}") for more in told.keys() - {*locales, DEFAULT})


def _points_back(site: ExaminedSite, page: Page, own: str, locale: str, address: str) -> Iterator[str]:
    other = site.pages.get(site.file_at(address) or "") if site.is_own(address) else None
    if other is None:
        yield page.finding(None, f"names {address} as itself in {locale}, where there is no page")
    elif other.root.get("lang") != locale:
        yield page.finding(
            None, f"names {address} as itself in {locale}, which is in {other.root.get('lang')}"
        )
    elif _told(other).get(own) != site.address(page.path):
        yield page.finding(None, f"names {address} as itself in {locale}, which does not name it")


def _switch(languages: tuple[ExaminedSite, ...], language: ExaminedSite, page: Page) -> Iterator[str]:
    """Look for a link to the page in each other language; the missing page's leads to the home page."""
    told = _told(page)
    for other in languages:
        locale = other.order.locale
        if other is language:
            continue
        wanted = (
            told.get(locale) if page.path != MISSING else other.address(f"{other.order.folder}index.html")
        )
        links = [link for link in page.all("a") if link.get("hreflang") == locale]
        led = {language.resolve(page.path, link.get("href", "")) for link in links}
        if led != {wanted}:
            yield page.finding(None, f"leads to {sorted(led)} for {locale}, not to {wanted or 'itself'}")
        if any(_said_in(page, link) != locale for link in links):
            yield page.finding(None, f"has a link to {locale} whose name is not marked as {locale}")


def _said_in(page: Page, element: Element) -> str | None:
    return next((each.get("lang") for each in (element, *page.above(element)) if "lang" in each.attrib), None)
