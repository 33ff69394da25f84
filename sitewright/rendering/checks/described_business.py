"""Is the business in a page's structured data the brief's, fact by fact?"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from sitewright.orders.models.brief import Brief, PageKind
from sitewright.rendering.checks.examined import ExaminedSite
from sitewright.rendering.checks.graph import Graph, Node, listed
from sitewright.rendering.checks.page import Page
from sitewright.rendering.machines.business_data import BUSINESS_TYPES, DAY_NAMES

_ON_EVERY_PAGE = frozenset({"name", "telephone", "email", "sameAs"})
_ON_HOME = _ON_EVERY_PAGE | {"foundingDate", "areaServed", "makesOffer"}
"""What must be told; what is told beyond it must be the brief's too."""

_KNOWN = _ON_HOME | {
    *("@type", "@id", "additionalType", "url", "image", "logo", "keywords", "address", "description"),
    *("openingHoursSpecification", "contactPoint", "legalName", "taxID", "employee"),
}
"""What a business may have: each is held to the brief here, or to the page."""

_Hours = set[tuple[str, str, str]]


def business_problems(site: ExaminedSite, page: Page, graph: Graph) -> Iterator[str]:
    """Yield where the business in `graph`, which `page` has, differs from the order's brief."""
    brief, business = site.order.brief, graph.business
    if not business:
        yield "does not have the business"
        return
    if business.get("@type") not in {BUSINESS_TYPES[brief.business.niche], "Organization"}:
        yield f"has the business as {business.get('@type')!r}"
    told = _ON_HOME if page.path == site.path_of(PageKind.HOME) else _ON_EVERY_PAGE
    expected = {name: value for name, value in _said(brief).items() if name in told or name in business}
    yield from _differences({**business, "makesOffer": _offers(business)}, expected)
    yield from (f"has {name}, which nothing holds to the brief" for name in business if name not in _KNOWN)
    yield from _differences(_inner(business, "address"), _address(brief))
    if point := _inner(business, "contactPoint"):
        yield from _differences(point, {name: _said(brief)[name] for name in ("telephone", "email")})
    yield from _unsaid(brief, business)
    people = {each.name for each in (brief.business.owner, *brief.business.team) if each}
    for someone in listed(business.get("employee")):
        if someone.get("name") not in people:
            yield f"has the employee {someone.get('name')!r}, who is not in the brief"
    if _opened(business) != _opening(brief):
        yield "has other openingHoursSpecification than the brief"
    for name in ("image", "logo"):
        given = business.get(name)
        for image in given if isinstance(given, list) else [given]:
            if not isinstance(image, str) or not site.is_own(image) or site.file_at(image) is None:
                yield f"names the {name} {image!r}, where there is nothing"


def _unsaid(brief: Brief, business: Node) -> Iterator[str]:
    """Yield what is told of people, services, prices and the registration that the brief does not say."""
    said = set(_strings(brief.model_dump(mode="json")))
    offers = listed(business.get("makesOffer"))
    details = [
        *((business, name) for name in ("legalName", "taxID")),
        *((each, name) for each in listed(business.get("employee")) for name in ("jobTitle", "description")),
        *((_inner(each, "itemOffered"), "description") for each in offers),
        *((_inner(each, "priceSpecification"), "unitText") for each in offers),
    ]
    for node, name in details:
        if node.get(name, "") not in {"", *said}:
            yield f"has {name} {node[name]!r}, which is not in the brief"
    for each in offers:
        unit = _inner(each, "priceSpecification")
        if unit and any(unit.get(name) != each.get(name) for name in ("price", "priceCurrency")):
            yield f"has {unit.get('price')!r} as the price of a unit, the offer has {each.get('price')!r}"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


def _differences(given: Node, expected: Mapping[str, object]) -> Iterator[str]:
    for name, value in expected.items():
        if given.get(name) != value:
            yield f"has {name} {given.get(name)!r}, the brief has {value!r}"


def _said(brief: Brief) -> Mapping[str, object]:
    business, offer = brief.business, brief.offer
    return {
        "name": business.name,
        "telephone": business.phone or business.whatsapp,
        "email": business.email,
        "sameAs": [address for address in business.social.model_dump().values() if address] or None,
        "foundingDate": str(business.founded) if business.founded else None,
        "areaServed": list(offer.service_areas) or None,
        "makesOffer": [
            (each.name, each.price and each.price.amount, each.price and each.price.currency)
            for each in offer.services
        ],
    }


def _offers(business: Node) -> list[tuple[object, Decimal | None, object]]:
    return [
        (_inner(each, "itemOffered").get("name"), _amount(each.get("price")), each.get("priceCurrency"))
        for each in listed(business.get("makesOffer"))
    ]


def _amount(price: object) -> Decimal | None:
    try:
        return None if price is None else Decimal(str(price))
    except InvalidOperation:
        return Decimal(-1)


def _address(brief: Brief) -> Mapping[str, object]:
    address = brief.business.address
    return {
        "streetAddress": address and address.street,
        "addressLocality": address and address.city,
        "addressRegion": address and address.region,
        "postalCode": address and address.postal_code,
        "addressCountry": address and address.country,
    }


def _opening(brief: Brief) -> _Hours:
    """Return the brief's hours; all day is 00:00 to 23:59 (Google, "Local business structured data")."""
    spans = [
        (each.days, each.opens.isoformat("minutes"), each.closes.isoformat("minutes"))
        for each in brief.business.hours
    ]
    return {
        (DAY_NAMES[day], *(("00:00", "23:59") if opens == closes else (opens, closes)))
        for days, opens, closes in spans
        for day in days
    }


def _opened(business: Node) -> _Hours:
    """Return the hours of a place, or of the contact point of a business without an address."""
    point = _inner(business, "contactPoint")
    given = listed(business.get("openingHoursSpecification")) or listed(point.get("hoursAvailable"))
    return {
        (str(day), str(each.get("opens")), str(each.get("closes")))
        for each in given
        for day in each.get("dayOfWeek") or ["no day"]
    }


def _inner(node: Node, name: str) -> Node:
    value = node.get(name)
    return value if isinstance(value, dict) else {}
