"""Are imprint and privacy where a visitor looks for them, and what does the law want that the brief lacks?"""

from collections.abc import Iterator
from urllib.parse import unquote

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import Page, fold, text_of
from sitewright.rendering.checks.references import followed
from sitewright.rendering.locales.legal import Notice
from sitewright.rendering.locales.legal_rules import business_country, lacking


def check_legal(site: ExaminedSite) -> Check:
    """Look for both notices on every page, and on them for who answers; what the brief lacks is advice."""
    findings = [finding for page in site.pages.values() for finding in _linked(site, page)]
    findings += [finding for notice in Notice for finding in _named(site, notice)]
    country = business_country(site.order)
    measured = f"{len(Notice)} notices on {len(site.pages)} pages, rules of {country or 'no country'}"
    return concluded("legal", findings, measured, advice=lacking(site.order.brief, country))


def _linked(site: ExaminedSite, page: Page) -> Iterator[str]:
    led_to = {site.file_at(site.resolve(page.path, link.address)) for link in followed(page)}
    for notice in Notice:
        if site.path_of_notice(notice) not in led_to:
            yield page.finding(None, f"has no link to the page '{notice}'")


def _named(site: ExaminedSite, notice: Notice) -> Iterator[str]:
    page, business = site.pages.get(site.path_of_notice(notice)), site.order.brief.business
    main = next(page.all("main"), None) if page else None
    if page is None or main is None:
        return
    if fold(business.legal.name or business.name) not in text_of(main):
        yield page.finding(None, "does not name who is behind the site")
    ways = [way.removeprefix("+") for way in (business.email, business.phone, business.whatsapp) if way]
    reached = [unquote(link.address) for link in followed(page) if main in page.above(link.element)]
    if not any(way in address for way in ways for address in reached):
        yield page.finding(None, "names no way to reach who is behind the site")
