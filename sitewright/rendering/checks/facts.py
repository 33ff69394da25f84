"""Does every fact that a visitor could act on come from the brief? Numbers to call, links, prices."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

from babel.numbers import NumberFormatError, parse_decimal

from sitewright.orders.models.brief import Brief
from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import Page
from sitewright.rendering.checks.references import Reference, followed

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{6,}\d")
_SHORTEST_PHONE = 8
"""Digits; shorter runs are years, postal codes and times."""

_SIGN = r"(?:R\$|US\$|S/|[$\u20a0-\u20c0£¥]|\b(?:USD|EUR|GBP|BRL|MXN|ARS|CLP|COP|PEN|CAD|AUD|CHF)\b)"
_AMOUNT = r"\d[\d.,]*\d|\d"
_PRICE = re.compile(rf"{_SIGN}\s?({_AMOUNT})|({_AMOUNT})\s?{_SIGN}")
_MAPS = ("www.google.com", "/maps/search/")


def check_facts(site: ExaminedSite) -> Check:
    """Hold every link out of the site, and every phone number, e-mail and price shown, to the brief."""
    told = _Told(site.order.brief)
    findings: list[str] = []
    seen = 0
    for page in site.pages.values():
        links = [each for each in followed(page) if not site.is_own(site.resolve(page.path, each.address))]
        findings += [finding for link in links for finding in _link(page, link, told)]
        texts = list(_texts(page, site.order.locale, told))
        findings += [page.finding(None, problem) for _, problem in texts if problem]
        seen += len(links) + len(texts)
    return concluded("facts", findings, f"{seen} facts on {len(site.pages)} pages")


class _Told:
    """What the brief says, in the forms that pages may repeat it in."""

    def __init__(self, brief: Brief) -> None:
        business = brief.business
        self.phones = {number for number in (business.phone, business.whatsapp) if number}
        self.whatsapp = f"/{(business.whatsapp or '').removeprefix('+')}"
        self.email = business.email
        self.profiles = {address for address in business.social.model_dump().values() if address}
        self.amounts = {service.price.amount for service in brief.offer.services if service.price}
        address = business.address
        self.place = tuple(part for part in (address.street, address.city) if part) if address else ()
        self._brief = brief

    @cached_property
    def text(self) -> str:
        """All that the customer wrote, in one string: what they say themselves may be repeated."""
        return self._brief.model_dump_json()

    @cached_property
    def digits(self) -> tuple[str, ...]:
        """The digits of every string of the brief."""
        return tuple(re.sub(r"\D", "", part) for part in self.text.split('"'))


def _link(page: Page, link: Reference, told: _Told) -> Iterator[str]:
    parts = urlsplit(link.address)
    known = {
        "tel": parts.path in told.phones,
        "mailto": told.email is not None and unquote(parts.path) == told.email,
        "https": _is_known_address(link.address, told),
        "http": link.address in told.profiles,
    }.get(parts.scheme, False)
    if not known:
        yield page.finding(link.element, f"leads to {link.address}, which is not in the brief")


def _is_known_address(address: str, told: _Told) -> bool:
    parts = urlsplit(address)
    if parts.netloc == "wa.me":
        return len(told.whatsapp) > 1 and parts.path == told.whatsapp
    if (parts.netloc, parts.path) == _MAPS:
        place = "".join(parse_qs(parts.query).get("query", ()))
        return bool(told.place) and all(part in place for part in told.place)
    return address in told.profiles


def _texts(page: Page, locale: str, told: _Told) -> Iterator[tuple[str, str]]:
    """Yield each phone number, e-mail address and price that is read on `page`, and what is wrong with it."""
    for text in page.shown_texts:
        yield from _facts_in(text, locale, told)


def _facts_in(text: str, locale: str, told: _Told) -> Iterator[tuple[str, str]]:
    for address in _EMAIL.findall(text):
        known = address == told.email or address in told.text
        yield address, "" if known else f"shows the e-mail address {address}, which is not in the brief"
    for written in _PHONE.findall(text):
        digits = re.sub(r"\D", "", written).lstrip("0")
        known = len(digits) < _SHORTEST_PHONE or any(digits in number for number in told.digits)
        yield written, "" if known else f"shows the number {written}, which is not in the brief"
    for before, after in _PRICE.findall(text):
        written = before or after
        known = _decimal(written, locale) in told.amounts or written in told.text
        yield written, "" if known else f"shows the price {written}, which is not in the brief"


def _decimal(written: str, locale: str) -> Decimal | None:
    try:
        return parse_decimal(written, locale=locale.replace("-", "_"))
    except NumberFormatError:
        return None
