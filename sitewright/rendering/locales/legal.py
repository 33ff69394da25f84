"""Imprint and privacy: pages that every site has, from the brief's facts and the rules of its country.

No AI has a part in them. They say what the brief gives and what is true of every site by the way it is made.
What the law asks for and the brief does not give is left out, and told to the operator by a check.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from sitewright.orders.models.base import Value
from sitewright.orders.models.order import Order
from sitewright.rendering.business_view import BusinessView
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.locales.interface import read_catalog
from sitewright.rendering.locales.legal_rules import Rights, business_country, rules_of
from sitewright.rendering.section_views import FactLine, NoticePart, NoticeView

_CATALOGS = Path(__file__).parent / "catalogs" / "notices"
_MAPS = "Google Maps"


class Notice(StrEnum):
    """The legal pages."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"


class NoticeTitles(Value):
    """What both notices have: their address below the site, their title, and what they are about."""

    path: str
    title: str
    lead: str


class ImprintWords(NoticeTitles):
    """The words of an imprint."""

    who: str
    name: str
    known_as: str
    responsible: str
    address: str
    register_entry: str
    tax_id: str
    authority: str


class PrivacyWords(NoticeTitles):
    """The sentences of a privacy notice."""

    controller: str
    controller_text: str
    site: str
    site_texts: tuple[str, ...]
    script_text: str
    log: str
    log_texts: tuple[str, ...]
    log_basis: str
    contact: str
    contact_text: str
    elsewhere: str
    elsewhere_text: str
    rights: str
    law: str
    complaint: str
    complaint_open: str
    rights_texts: dict[Rights, str]


class NoticeWords(Value):
    """All words of the legal pages in one language; every catalog has every one."""

    imprint: ImprintWords
    privacy: PrivacyWords

    def of(self, notice: Notice) -> NoticeTitles:
        """Return the title, address and subject of `notice`."""
        return self.imprint if notice is Notice.IMPRINT else self.privacy


@cache
def notice_words(locale: str) -> NoticeWords:
    """Return the words of the legal pages for a BCP 47 `locale`."""
    return NoticeWords.model_validate(read_catalog(_CATALOGS, locale))


def notice_path(notice: Notice, locale: str) -> str:
    """Return where `notice` lies below the site, in the order's language: `impressum/`."""
    return f"{notice_words(locale).of(notice).path}/"


def notice_view(notice: Notice, order: Order, business: BusinessView, formats: Formats) -> NoticeView:
    """Return what `notice` says about `order`'s business, whose facts are written in `business`."""
    words = notice_words(order.locale)
    parts = {Notice.IMPRINT: _imprint, Notice.PRIVACY: _privacy}[notice](order, business, formats)
    titles = words.of(notice)
    return NoticeView(heading=titles.title, lead=titles.lead, parts=tuple(parts))


def _imprint(order: Order, business: BusinessView, formats: Formats) -> Iterator[NoticePart]:
    words, legal = notice_words(order.locale).imprint, order.brief.business.legal
    country = business_country(order)
    yield NoticePart(words.who, entries=(*_who(order, business, formats), *_responsible(order)))
    yield NoticePart(formats.words.contact, entries=_ways(business))
    registered = [
        (words.register_entry, legal.register_entry),
        (rules_of(country).tax_label(legal.tax_id or "") or words.tax_id, legal.tax_id),
        (words.authority, legal.authority),
    ]
    if entries := tuple(FactLine(term, detail) for term, detail in registered if detail):
        yield NoticePart(formats.words.legal, entries=entries)


def _who(order: Order, business: BusinessView, formats: Formats) -> Iterator[FactLine]:
    words, given = notice_words(order.locale).imprint, order.brief.business
    yield FactLine(words.name, given.legal.name or given.name)
    if given.legal.name not in {None, given.name}:
        yield FactLine(words.known_as, given.name)
    if business.address:
        yield FactLine(words.address, formats.in_line(business.address.lines))


def _responsible(order: Order) -> Iterator[FactLine]:
    words, given = notice_words(order.locale).imprint, order.brief.business
    if responsible := given.legal.responsible or (given.owner and given.owner.name):
        yield FactLine(words.responsible, responsible)


def _ways(business: BusinessView) -> tuple[FactLine, ...]:
    return tuple(FactLine(way.label, way.text, way.href, ltr=True) for way in business.ways)


def _privacy(order: Order, business: BusinessView, formats: Formats) -> Iterator[NoticePart]:
    words, rules = notice_words(order.locale).privacy, rules_of(business_country(order))
    yield NoticePart(
        words.controller, (words.controller_text,), (*_who(order, business, formats), *_ways(business))
    )
    script = (words.script_text,) if business.open_now else ()
    yield NoticePart(words.site, (*words.site_texts, *script))
    basis = (words.log_basis,) if rules.rights == "gdpr" else ()
    yield NoticePart(words.log, (*words.log_texts, *basis))
    yield NoticePart(words.contact, (words.contact_text,))
    if services := _services(business):
        text = words.elsewhere_text.format(services=formats.listed(services))
        yield NoticePart(words.elsewhere, (text,))
    law = (words.law.format(law=rules.privacy),) if rules.privacy else ()
    complaint = (
        words.complaint.format(supervisor=rules.supervisor) if rules.supervisor else words.complaint_open
    )
    complaints = (complaint,) if rules.rights != "us" else ()
    yield NoticePart(words.rights, (*law, words.rights_texts[rules.rights], *complaints))


def _services(business: BusinessView) -> list[str]:
    """Return the names of other companies' services that pages of the site link to."""
    messenger = [way.label for way in business.ways if way.kind == "whatsapp"]
    maps = [_MAPS] if business.address and business.address.map_href else []
    return [*messenger, *maps, *(profile.label for profile in business.profiles)]
