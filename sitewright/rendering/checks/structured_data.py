"""Do search engines read the same business as visitors? The home page's JSON-LD, field by field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sitewright.orders.models.brief import Brief, Weekday
from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import HOME, ExaminedSite, concluded
from sitewright.rendering.checks.page import Page

_DAYS = dict(
    zip(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        Weekday,
        strict=True,
    )
)
_REQUIRED = ("@context", "@type", "name", "url", "image")
"""What a LocalBusiness must say; what else the brief says of the business is required too."""


def check_structured_data(site: ExaminedSite) -> Check:
    """Parse every JSON-LD block and compare the home page's business with the brief."""
    findings: list[str] = []
    blocks = 0
    for page in site.pages.values():
        for script in page.all("script"):
            if script.get("type") == "application/ld+json":
                blocks += 1
                if _parsed(script.text) is None:
                    findings.append(page.finding(script, "is not a JSON object"))
    home = site.pages.get(HOME)
    if home is not None:
        findings += [home.finding(None, problem) for problem in _business(site, home)]
    return concluded("structured data", findings, f"{blocks} blocks")


def _parsed(text: str | None) -> dict[str, Any] | None:
    try:
        data = json.loads(text or "")
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _business(site: ExaminedSite, home: Page) -> Iterator[str]:
    blocks = [_parsed(each.text) for each in home.all("script") if each.get("type") == "application/ld+json"]
    business = next((block for block in blocks if block and "name" in block), None)
    if business is None:
        yield "has no structured data with the business's name"
        return
    for field in _REQUIRED:
        if not business.get(field):
            yield f"structured data has no {field}"
    for field, expected in _expected(site.order.brief, site.base).items():
        if business.get(field) != expected:
            yield f"structured data has {field} {business.get(field)!r}, the brief has {expected!r}"
    image = business.get("image")
    if not isinstance(image, str) or not site.is_own(image) or site.file_at(image) is None:
        yield f"structured data names the image {image!r}, where there is nothing"
    yield from _address(site.order.brief, business.get("address"))
    if _opened(business.get("openingHoursSpecification") or []) != _opening(site.order.brief):
        yield "structured data has other openingHoursSpecification than the brief"


def _expected(brief: Brief, url: str) -> Mapping[str, object]:
    business = brief.business
    known = {
        "@context": "https://schema.org",
        "name": business.name,
        "url": url,
        "telephone": business.phone or business.whatsapp,
        "email": business.email,
        "foundingDate": str(business.founded) if business.founded else None,
        "sameAs": [address for address in business.social.model_dump().values() if address] or None,
    }
    return {**known, "aggregateRating": None, "review": None}


def _address(brief: Brief, given: object) -> Iterator[str]:
    address = brief.business.address
    if address is None:
        if given is not None:
            yield "structured data has an address, the brief has none"
        return
    expected = {
        "streetAddress": address.street,
        "addressLocality": address.city,
        "addressRegion": address.region,
        "postalCode": address.postal_code,
        "addressCountry": address.country,
    }
    found = given if isinstance(given, dict) else {}
    for field, value in expected.items():
        if found.get(field) != value:
            yield f"structured data has {field} {found.get(field)!r}, the brief has {value!r}"


def _opening(brief: Brief) -> set[tuple[str, str, str]]:
    return {
        (
            day,
            each.opens.isoformat("minutes"),
            _closing(each.opens.isoformat("minutes"), each.closes.isoformat("minutes")),
        )
        for each in brief.business.hours
        for day in each.days
    }


def _closing(opens: str, closes: str) -> str:
    # Open all day is written 00:00 to 23:59 (Google, "Local business structured data").
    return "23:59" if opens == closes else closes


def _opened(given: object) -> set[tuple[str, str, str]]:
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        return set()
    return {
        (_DAYS.get(day, day), str(each.get("opens")), str(each.get("closes")))
        for each in given
        for day in each.get("dayOfWeek", [])
    }
