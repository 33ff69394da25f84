"""The business as schema.org data (JSON-LD), from the brief alone, written so that no markup can end it."""

import json
from typing import Any

from sitewright.orders.models.brief import Brief, Business, Niche, Service, Weekday

_TYPES = {
    Niche.ACCOUNTING: "AccountingService",
    Niche.AUTO_REPAIR: "AutoRepair",
    Niche.BAKERY: "Bakery",
    Niche.CONSTRUCTION: "GeneralContractor",
    Niche.DENTIST: "Dentist",
    Niche.ELECTRICIAN: "Electrician",
    Niche.FITNESS: "HealthClub",
    Niche.HAIR_SALON: "HairSalon",
    Niche.LANDSCAPING: "HomeAndConstructionBusiness",
    Niche.LAW_FIRM: "LegalService",
    Niche.MEDICAL: "MedicalBusiness",
    Niche.PLUMBING: "Plumber",
    Niche.REAL_ESTATE: "RealEstateAgent",
    Niche.RESTAURANT: "Restaurant",
    Niche.RETAIL: "Store",
}
"""The closest type below schema.org's LocalBusiness; a trade without one is a LocalBusiness."""

_DAYS = {
    Weekday.MO: "Monday",
    Weekday.TU: "Tuesday",
    Weekday.WE: "Wednesday",
    Weekday.TH: "Thursday",
    Weekday.FR: "Friday",
    Weekday.SA: "Saturday",
    Weekday.SU: "Sunday",
}


def business_data(brief: Brief, *, home_url: str, image_url: str) -> dict[str, Any]:
    """Return the brief's business as a schema.org LocalBusiness, without what the brief does not say."""
    business = brief.business
    profiles = [address for address in business.social.model_dump().values() if address]
    data = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(business.niche, "LocalBusiness"),
        "@id": f"{home_url}#business",
        "name": business.name,
        "url": home_url,
        "image": image_url,
        "telephone": business.phone or business.whatsapp,
        "email": business.email,
        "address": _address(business),
        "foundingDate": str(business.founded) if business.founded else None,
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [_DAYS[day] for day in each.days],
                "opens": each.opens.isoformat("minutes"),
                "closes": "23:59" if each.opens == each.closes else each.closes.isoformat("minutes"),
            }
            for each in business.hours
        ],
        "areaServed": list(brief.offer.service_areas),
        "makesOffer": [_offer(service) for service in brief.offer.services],
        "sameAs": profiles,
    }
    return _present(data)


def _address(business: Business) -> dict[str, Any] | None:
    address = business.address
    if address is None:
        return None
    return _present(
        {
            "@type": "PostalAddress",
            "streetAddress": address.street,
            "addressLocality": address.city,
            "addressRegion": address.region,
            "postalCode": address.postal_code,
            "addressCountry": address.country,
        }
    )


def _offer(service: Service) -> dict[str, Any]:
    offered = {"@type": "Service", "name": service.name, "description": service.description}
    price = (
        {"price": str(service.price.amount), "priceCurrency": service.price.currency} if service.price else {}
    )
    return {"@type": "Offer", "itemOffered": _present(offered), **price}


def _present(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def script_json(data: dict[str, Any]) -> str:
    """Return `data` as JSON that may stand inside a script element.

    `<`, `>` and `&` are written as escapes of JSON strings, so the text holds no character that HTML's
    script states react to (HTML, section 4.12.1.3 "Restrictions for contents of script elements").
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
