"""The business's facts from the brief, written for the reader: nothing is added to what the brief says."""

import unicodedata
from urllib.parse import quote, urlencode

from sitewright.orders.models.brief import Address, Brief, Business, CallToAction, PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import FaqTopic
from sitewright.rendering.context import (
    BusinessView,
    ContactWay,
    FactLine,
    Link,
    PersonView,
    PostalAddress,
    PriceLine,
    card_widths,
)
from sitewright.rendering.formats import Formats

_SMALL_WORDS = frozenset(
    {"a", "and", "da", "das", "de", "del", "do", "dos", "e", "el", "la", "los", "of", "the", "y"}
)
_TITLES = frozenset({"dr", "dra", "mr", "mrs", "ms", "prof", "sr", "sra"})
_NETWORKS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
}


def initials(name: str) -> str:
    """Return one or two letters that stand for `name`, without titles and small words."""
    words = ["".join(letter for letter in word if letter.isalnum()) for word in name.split()]
    telling = [word for word in words if word and word.casefold() not in _SMALL_WORDS | _TITLES]
    chosen = (telling or [word for word in words if word] or ["•"])[:2]
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
    kind = {"whatsapp": CallToAction.WHATSAPP, "phone": CallToAction.CALL, "email": CallToAction.EMAIL}[
        way.kind
    ]
    return Link(brief.site.cta_text or formats.words.call_to_action[kind], way.href)


def second_action(
    brief: Brief, formats: Formats, pages: dict[PageKind, Link], shown: PageKind | None
) -> Link:
    """Return what stands beside the button: the next way to get in touch, else a page, else the same way."""
    ways = contact_ways(brief, formats)
    if len(ways) > 1:
        way = ways[1]
        # A number that opens a messenger must not pass for one to call.
        return Link(f"{way.label} {way.text}" if way.kind == "whatsapp" else way.text, way.href)
    others = [kind for kind in (PageKind.CONTACT, PageKind.SERVICES) if kind in pages and kind is not shown]
    return pages[others[0]] if others else Link(ways[0].text, ways[0].href)


def business_view(order: Order, formats: Formats) -> BusinessView:
    """Return the facts of `order`'s business as the pages show them."""
    business = order.brief.business
    return BusinessView(
        name=business.name,
        initials=initials(business.name),
        trade=formats.words.trade(business),
        place=_place(business.address),
        founded=str(business.founded) if business.founded else "",
        ways=contact_ways(order.brief, formats),
        address=_postal_address(business.address, formats),
        hours=formats.hours(business.hours),
        areas=order.brief.offer.service_areas,
        team=tuple(
            PersonView(each.name, each.role or "", initials(each.name), width)
            for each, width in zip(business.team, card_widths(len(business.team)), strict=True)
        ),
        profiles=tuple(
            Link(label, address)
            for network, label in _NETWORKS.items()
            if (address := getattr(business.social, network))
        ),
    )


def owner_view(business: Business) -> PersonView | None:
    """Return the owner with what the brief says about them."""
    owner = business.owner
    return PersonView(owner.name, owner.about or "", initials(owner.name)) if owner else None


def _place(address: Address | None) -> str:
    return ", ".join(filter(None, (address.city, address.region))) if address else ""


def _postal_address(address: Address | None, formats: Formats) -> PostalAddress | None:
    """Return the address in its reader's order: the code follows the city in English, leads it elsewhere."""
    if address is None:
        return None
    city = ", ".join(filter(None, (address.city, address.region)))
    parts = (city, address.postal_code) if formats.locale.language == "en" else (address.postal_code, city)
    lines = tuple(filter(None, (address.street, " ".join(filter(None, parts)))))
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
            rows = formats.hours(business.hours)
            # A line may break between two times, not within one.
            kept = [[time.replace(" ", "\u00a0") for time in row.times] for row in rows]
            return tuple(FactLine(row.days, ", ".join(times)) for row, times in zip(rows, kept, strict=True))
        case FaqTopic.LOCATION:
            address = _postal_address(business.address, formats)
            return (FactLine("", ", ".join(address.lines), address.map_href),) if address else ()
        case FaqTopic.AREA:
            return tuple(FactLine("", area) for area in brief.offer.service_areas)
        case FaqTopic.OWNER:
            owner = business.owner
            return (FactLine(owner.name, owner.about or ""),) if owner else ()
        case FaqTopic.CONTACT:
            ways = contact_ways(brief, formats)
            return tuple(FactLine(way.label, way.text, way.href) for way in ways)
