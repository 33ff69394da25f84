"""The business's facts from the brief, written for the reader: nothing is added to what the brief says."""

import unicodedata
from urllib.parse import quote, urlencode

from sitewright.orders.models.brief import Brief, CallToAction, PageKind
from sitewright.orders.models.business import Address, Business
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import FaqTopic
from sitewright.rendering.addresses import address_lines
from sitewright.rendering.business_view import (
    BusinessView,
    ContactWay,
    Link,
    PersonView,
    PostalAddress,
    card_widths,
)
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.open_now import open_now
from sitewright.rendering.pictures.photos import FACE, Album
from sitewright.rendering.section_views import FactLine, PriceLine

_SMALL_WORDS = frozenset(
    {"a", "am", "and", "au", "aux", "da", "das", "de", "dei", "del", "della", "der", "des", "di", "die"}
    | {"do", "dos", "du", "e", "el", "et", "für", "i", "il", "im", "in", "la", "le", "les", "lo", "los", "of"}
    | {"the", "und", "von", "y", "zum", "zur", "في", "من", "و"}
)
_TITLES = frozenset(
    {"dott", "dr", "dra", "fr", "hr", "me", "mme", "mr", "mrs", "ms", "prof", "sig", "sr", "sra"}
)
_KINDS = {"whatsapp": CallToAction.WHATSAPP, "phone": CallToAction.CALL, "email": CallToAction.EMAIL}
_NETWORKS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
}


def initials(name: str) -> str:
    """Return one or two letters that stand for `name`, without titles and small words.

    Arabic letters join where they stand together, and would make a word: there it is one, past the article.
    """
    words = ["".join(letter for letter in word if letter.isalnum()) for word in name.split()]
    telling = [word for word in words if word and word.casefold() not in _SMALL_WORDS | _TITLES]
    chosen = (telling or [word for word in words if word] or ["•"])[:2]
    if "ARABIC" in unicodedata.name(chosen[0][0], ""):
        return chosen[0].removeprefix("ال")[:1] or chosen[0][0]
    return unicodedata.normalize("NFC", "".join(word[0] for word in chosen)).upper()


def contact_ways(brief: Brief, formats: Formats) -> tuple[ContactWay, ...]:
    """Return the ways to reach the business, its preferred way first; schemes are tel, https and mailto."""
    business, words = brief.business, formats.words
    ways: dict[CallToAction, ContactWay] = {}
    if business.whatsapp:
        href = f"https://wa.me/{business.whatsapp.removeprefix('+')}"
        text = formats.phone(business.whatsapp)
        ways[CallToAction.WHATSAPP] = ContactWay("whatsapp", words.whatsapp, text, href)
    if business.phone:
        href = f"tel:{business.phone}"
        ways[CallToAction.CALL] = ContactWay("phone", words.phone, formats.phone(business.phone), href)
    if business.email:
        href = f"mailto:{quote(business.email, safe='@')}"
        ways[CallToAction.EMAIL] = ContactWay("email", words.email, business.email, href)
    preferred = brief.site.primary_cta
    return tuple(way for key, way in sorted(ways.items(), key=lambda item: item[0] is not preferred))


def main_action(brief: Brief, formats: Formats) -> Link:
    """Return the button of the site: the brief's own words for it, and the preferred way behind it."""
    way = contact_ways(brief, formats)[0]
    return Link(brief.site.cta_text or formats.words.call_to_action[_KINDS[way.kind]], way.href)


def service_action(service: str, brief: Brief, formats: Formats) -> Link:
    """Return how to ask about `service`: the preferred way, with its name where words can go along."""
    way = contact_ways(brief, formats)[0]
    kind = _KINDS[way.kind]
    words = {CallToAction.WHATSAPP: "text", CallToAction.EMAIL: "subject"}.get(kind)
    return Link(formats.words.ask[kind], f"{way.href}?{words}={quote(service)}" if words else way.href)


def second_action(
    brief: Brief, formats: Formats, pages: dict[PageKind, Link], shown: PageKind | None
) -> Link:
    """Return what stands beside the button: the next way to get in touch, else a page, else the same way."""
    ways = contact_ways(brief, formats)
    if len(ways) > 1:
        way = ways[1]
        text = formats.isolated(way.text)
        # A number that opens a messenger must not pass for one to call.
        return Link(f"{way.label} {text}" if way.kind == "whatsapp" else text, way.href)
    others = [kind for kind in (PageKind.CONTACT, PageKind.SERVICES) if kind in pages and kind is not shown]
    return pages[others[0]] if others else Link(formats.isolated(ways[0].text), ways[0].href)


def business_view(order: Order, formats: Formats, album: Album) -> BusinessView:
    """Return the facts of `order`'s business as the pages show them."""
    business = order.brief.business
    return BusinessView(
        name=business.name,
        initials=initials(business.name),
        trade=formats.words.trade(business),
        place=_place(business.address, formats),
        founded=formats.digits(str(business.founded)) if business.founded else "",
        ways=contact_ways(order.brief, formats),
        address=_postal_address(business.address, formats),
        hours=formats.hours(business.hours),
        open_now=open_now(business, formats),
        areas=order.brief.offer.service_areas,
        areas_listed=formats.listed(order.brief.offer.service_areas),
        team=tuple(
            PersonView(
                each.name,
                each.role or "",
                initials(each.name),
                width,
                album.photo(each.photo, FACE, beside=each.name),
            )
            for each, width in zip(business.team, card_widths(len(business.team)), strict=True)
        ),
        profiles=tuple(
            Link(label, address)
            for network, label in _NETWORKS.items()
            if (address := getattr(business.social, network))
        ),
    )


def owner_view(business: Business, album: Album) -> PersonView | None:
    """Return the owner with what the brief says about them."""
    owner = business.owner
    if owner is None:
        return None
    photo = album.photo(owner.photo, FACE, beside=owner.name)
    return PersonView(owner.name, owner.about or "", initials(owner.name), photo=photo)


def _place(address: Address | None, formats: Formats) -> str:
    return formats.in_line(dict.fromkeys((address.city, address.region or ""))) if address else ""


def _postal_address(address: Address | None, formats: Formats) -> PostalAddress | None:
    """Return the address in its country's order; a reader in another country is told which it is."""
    if address is None:
        return None
    lines = address_lines(address)
    country = formats.locale.territories.get(address.country) if address.country != formats.country else None
    if country:
        lines = (*lines, country)
    query = urlencode({"api": "1", "query": ", ".join((*lines, address.country))})
    return PostalAddress(lines, f"https://www.google.com/maps/search/?{query}" if address.street else "")


def price_list(brief: Brief, formats: Formats) -> tuple[PriceLine, ...]:
    """Return the services that have a price, in the brief's order."""
    return tuple(
        PriceLine(service.name, service.description or "", formats.price(service.price))
        for service in brief.offer.services
        if service.price
    )


def topic_facts(topic: FaqTopic, brief: Brief, formats: Formats) -> tuple[FactLine, ...]:
    """Return the brief's facts that a question about `topic` is answered by."""
    business = brief.business
    match topic:
        case FaqTopic.SERVICES:
            return tuple(FactLine("", service.name) for service in brief.offer.services)
        case FaqTopic.PRICES:
            return tuple(FactLine(line.name, line.price) for line in price_list(brief, formats))
        case FaqTopic.HOURS:
            return tuple(FactLine(row.days, row.times_listed) for row in formats.hours(business.hours))
        case FaqTopic.LOCATION:
            address = _postal_address(business.address, formats)
            return (FactLine("", formats.in_line(address.lines), address.map_href),) if address else ()
        case FaqTopic.AREA:
            return tuple(FactLine("", area) for area in brief.offer.service_areas)
        case FaqTopic.OWNER:
            owner = business.owner
            return (FactLine(owner.name, owner.about or ""),) if owner else ()
        case FaqTopic.CONTACT:
            ways = contact_ways(brief, formats)
            return tuple(FactLine(way.label, way.text, way.href, ltr=True) for way in ways)
