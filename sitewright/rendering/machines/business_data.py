"""The business in schema.org's words, from the brief alone: what the brief lacks is left out."""

from collections.abc import Iterable
from typing import Any

from sitewright.orders.models.brief import Brief, Price, Service
from sitewright.orders.models.business import (
    Address,
    Business,
    Niche,
    OpeningHours,
    Person,
    TeamMember,
    Weekday,
)

LOCAL_BUSINESS = "LocalBusiness"

BUSINESS_TYPES = {
    Niche.ACCOUNTING: "AccountingService",
    Niche.AUTO_REPAIR: "AutoRepair",
    Niche.BAKERY: "Bakery",
    Niche.CLEANING: "HomeAndConstructionBusiness",
    Niche.CONSTRUCTION: "GeneralContractor",
    Niche.DENTIST: "Dentist",
    Niche.ELECTRICIAN: "Electrician",
    Niche.FITNESS: "HealthClub",
    Niche.HAIR_SALON: "HairSalon",
    Niche.LANDSCAPING: "HomeAndConstructionBusiness",
    Niche.LAW_FIRM: "LegalService",
    Niche.MEDICAL: "MedicalBusiness",
    Niche.OTHER: LOCAL_BUSINESS,
    Niche.PET_CARE: LOCAL_BUSINESS,
    Niche.PHOTOGRAPHY: LOCAL_BUSINESS,
    Niche.PLUMBING: "Plumber",
    Niche.REAL_ESTATE: "RealEstateAgent",
    Niche.RESTAURANT: "Restaurant",
    Niche.RETAIL: "Store",
    Niche.TUTORING: LOCAL_BUSINESS,
}
"""The closest type at or below schema.org's LocalBusiness (release 30.0).

`HomeAndConstructionBusiness` is there for services around homes and buildings. Not used:
`ProfessionalService` and `Attorney` are deprecated, `EducationalOrganization` and `VeterinaryCare` are no
LocalBusiness, and the brief does not say enough for `MedicalClinic`, `PetStore` or `ExerciseGym`.
"""

DAY_NAMES = {
    Weekday.MO: "Monday",
    Weekday.TU: "Tuesday",
    Weekday.WE: "Wednesday",
    Weekday.TH: "Thursday",
    Weekday.FR: "Friday",
    Weekday.SA: "Saturday",
    Weekday.SU: "Sunday",
}

Node = dict[str, Any]


def business_node(brief: Brief, *, home_url: str, images: list[str], logo_url: str, trade: str) -> Node:
    """Return what every page says of the business: how to reach it, where it is, when it is open.

    `trade` is what it does, in the reader's words; it is told where schema.org has no type for it.
    A business without an address is an `Organization`: Google asks a LocalBusiness for one ("Local business
    structured data"), and so the type of its trade is an additional one.
    """
    business = brief.business
    kind = BUSINESS_TYPES[business.niche]
    placed = business.address is not None
    hours = [_hours(each) for each in business.hours]
    return present(
        {
            "@type": kind if placed else "Organization",
            "@id": business_id(home_url),
            "additionalType": None if placed else f"https://schema.org/{kind}",
            "name": business.name,
            "url": home_url,
            "image": images,
            "logo": logo_url,
            "keywords": trade if kind == LOCAL_BUSINESS else None,
            "telephone": business.phone or business.whatsapp,
            "email": business.email,
            "address": _address(business.address),
            "openingHoursSpecification": hours if placed else None,
            "contactPoint": _contact_point(business, hours) if hours and not placed else None,
            "sameAs": [address for address in business.social.model_dump().values() if address],
        }
    )


def business_id(home_url: str) -> str:
    """Return the name that the business has in the data of every page."""
    return f"{home_url}#business"


def offers(services: Iterable[Service]) -> list[Node]:
    """Return an offer for each service, with its price where it has one."""
    return [
        present(
            {
                "@type": "Offer",
                "itemOffered": present(
                    {"@type": "Service", "name": service.name, "description": service.description}
                ),
                **_price(service.price),
            }
        )
        for service in services
    ]


def person(someone: Person | TeamMember) -> Node:
    """Return somebody of the business: a name with the role, or with what the brief says about the owner."""
    told = {"jobTitle": someone.role} if isinstance(someone, TeamMember) else {"description": someone.about}
    return present({"@type": "Person", "name": someone.name, **told})


def present(node: Node) -> Node:
    """Return `node` without the properties that have no value."""
    return {name: value for name, value in node.items() if value}


def _price(price: Price | None) -> Node:
    if price is None:
        return {}
    amount = {"price": str(price.amount), "priceCurrency": price.currency}
    if not price.unit:
        return amount
    unit = {"@type": "UnitPriceSpecification", **amount, "unitText": price.unit}
    return {**amount, "priceSpecification": unit}


def _address(address: Address | None) -> Node | None:
    if address is None:
        return None
    return present(
        {
            "@type": "PostalAddress",
            "streetAddress": address.street,
            "addressLocality": address.city,
            "addressRegion": address.region,
            "postalCode": address.postal_code,
            "addressCountry": address.country,
        }
    )


def _hours(hours: OpeningHours) -> Node:
    """Return days with their times as Google reads them ("Local business structured data").

    Closing before opening is the next day. All day is 00:00 to 23:59; equal times would be closed all day.
    """
    opens, closes = (each.isoformat("minutes") for each in (hours.opens, hours.closes))
    if opens == closes:
        opens, closes = "00:00", "23:59"
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [DAY_NAMES[day] for day in hours.days],
        "opens": opens,
        "closes": closes,
    }


def _contact_point(business: Business, hours: list[Node]) -> Node:
    return present(
        {
            "@type": "ContactPoint",
            "telephone": business.phone or business.whatsapp,
            "email": business.email,
            "hoursAvailable": hours,
        }
    )
