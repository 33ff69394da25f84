"""Does every fact that a visitor could act on come from the brief? Numbers to call, links, prices."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

from babel import Locale
from babel.numbers import NumberFormatError, parse_decimal

from sitewright.orders.models.brief import Brief
from sitewright.orders.models.picture import pictures_in
from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.graph import data_blocks, read_graph
from sitewright.rendering.checks.page import Page, parse_page
from sitewright.rendering.checks.references import Reference, followed
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.locales.legal_rules import business_country

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{6,}\d")
_SHORTEST_PHONE = 8
"""Digits; shorter runs are years, postal codes and times."""

_CODES = (
    "USD|EUR|GBP|BRL|MXN|ARS|CLP|COP|PEN|UYU|CAD|AUD|NZD|CHF|AED|SAR|QAR|KWD|BHD|OMR|JOD|EGP|MAD|TND|DZD|SEK"
    "|NOK|DKK|PLN|INR|ZAR"
)
_SIGN = rf"(?:R\$|US\$|S/|[$\u20a0-\u20c0£¥]|[ء-ي]\.[ء-ي]\.?\u200f?|\b(?:{_CODES})\b)"
_AMOUNT = r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d[\d.,٫٬’]*\d|\d"
_PRICE = re.compile(rf"{_SIGN}\s?({_AMOUNT})|({_AMOUNT})\s?{_SIGN}")
_MAPS = ("www.google.com", "/maps/search/")
_HYPHENS = str.maketrans("\u2010\u2011", "--")

_READ_OUT = ("alt", "aria-label", "aria-description", "placeholder", "title")
"""Attributes that are read to a visitor, or shown where something else is not."""

_ADDRESSES = frozenset({"og:url", "og:image", "twitter:image"})
"""Metadata that is an address of the site; the check of links follows it."""

_TARGET = re.compile(r"(?<!\\)\]\(([^\s)]*)\)")
_ESCAPED = re.compile(r"\\(.)")


def check_facts(site: ExaminedSite) -> Check:
    """Hold every link out of the site, and every phone number, e-mail and price told, to the brief.

    Told is what a visitor reads, and what is read out or given to machines instead: names, alternatives,
    metadata, structured data, the summary for assistants.
    """
    told = _Told(site.order.brief)
    formats = Formats.of(site.order.locale, business_country(site.order) or None)
    findings: list[str] = []
    seen = 0
    for page in site.pages.values():
        links = [each for each in followed(page) if not site.is_own(site.resolve(page.path, each.address))]
        findings += [finding for link in links for finding in _link(page, link, told)]
        texts = [each for text in _texts(site, page) for each in _facts_in(text, formats.locale, told)]
        findings += [page.finding(None, problem) for _, problem in texts if problem]
        seen += len(links) + len(texts)
    beside = list(_beside_pages(site, formats.locale, told))
    findings += [problem for _, problem in beside if problem]
    return concluded("facts", findings, f"{seen + len(beside)} facts on {len(site.pages)} pages")


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
        text = self._brief.model_dump_json()
        # Nobody said what a picture's name and hash happen to hold.
        for _, picture in pictures_in(self._brief):
            text = text.replace(picture.model_dump_json(), json.dumps(picture.alt or ""))
        return text

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


def _texts(site: ExaminedSite, page: Page) -> Iterator[str]:
    """Yield every text of `page`: what is shown, what is read out, and what machines are told."""
    yield from page.shown_texts
    for element in page.all():
        yield from (element.attrib[name] for name in _READ_OUT if name in element.attrib)
        if element.tag == "title":
            yield element.text or ""
        kind = element.get("property", element.get("name"))
        if element.tag == "meta" and "http-equiv" not in element.attrib and kind not in _ADDRESSES:
            yield element.attrib.get("content", "")
    for block in data_blocks(page):
        graph = read_graph(block)
        for node in graph.all() if graph else ():
            values = [
                each for value in node.values() for each in (value if isinstance(value, list) else [value])
            ]
            yield from (each for each in values if isinstance(each, str) and not site.is_own(each))


def _beside_pages(site: ExaminedSite, locale: Locale, told: _Told) -> Iterator[tuple[str, str]]:
    """Yield each fact of the files for assistants and home screens and of drawings, and what is wrong."""
    summary = f"{site.order.folder}llms.txt"
    lines = site.files.get(summary, b"").decode("utf-8", "replace").splitlines()
    for address in (each for line in lines for each in _TARGET.findall(line)):
        known = site.is_own(address) or address in told.profiles
        yield address, "" if known else f"{summary}: leads to {address}, which is not in the brief"
    texts = [(summary, _ESCAPED.sub(r"\1", _TARGET.sub("]", line))) for line in lines]
    for path, content in site.files.items():
        if path.endswith(".svg"):
            texts += [(path, text) for text in parse_page(path, content).shown_texts]
        elif path.endswith(".webmanifest"):
            texts += [(path, line) for line in content.decode("utf-8", "replace").splitlines()]
    for path, text in texts:
        for fact, problem in _facts_in(text, locale, told):
            yield fact, problem and f"{path}: {problem}"


def _facts_in(text: str, locale: Locale, told: _Told) -> Iterator[tuple[str, str]]:
    """Yield each phone number, e-mail address and price in `text`, and what is wrong with it."""
    text = text.translate(_HYPHENS)
    for address in _EMAIL.findall(text):
        known = address == told.email or address in told.text
        yield address, "" if known else f"shows the e-mail address {address}, which is not in the brief"
    for written in _PHONE.findall(text):
        digits = re.sub(r"\D", "", written).lstrip("0")
        known = len(digits) < _SHORTEST_PHONE or any(digits in number for number in told.digits)
        yield written, "" if known else f"shows the number {written}, which is not in the brief"
    for before, after in _PRICE.findall(text):
        written = before or after
        amounts = {_decimal(each, locale) for each in (written.replace(" ", ""), written.rpartition(" ")[2])}
        known = bool(amounts & told.amounts) or written in told.text
        yield written, "" if known else f"shows the price {written}, which is not in the brief"


def _decimal(written: str, locale: Locale) -> Decimal | None:
    try:
        return parse_decimal(written, locale=locale, numbering_system="default")
    except NumberFormatError:
        return None
