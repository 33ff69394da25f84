"""Orders to ask about: one a language, small enough to read, with every kind of fact a brief can hold."""

from datetime import UTC, datetime
from typing import Any

from sitewright.orders.models.order import Lease, Order, PlacedOrder

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LOCALES = ("en-US", "pt-BR", "es", "fr-FR", "de-DE", "it-IT", "ar-AE")
"""One of each language that sites are written in."""


def placed(locale: str = "en-US", **brief: Any) -> PlacedOrder:
    """An order of a gardener with all facts; `brief` replaces whole parts of it (`offer`, `site`)."""
    document: dict[str, Any] = {
        "reference": "CRM-1",
        "customer": {"name": "Paying Customer", "email": "paying@customer.example"},
        "product": {"pages": 8},
        "locale": locale,
        "brief": {
            "business": {
                "name": "Lawn & Ladder",
                "niche": "landscaping",
                "email": "hello@lawnandladder.example",
                "phone": "+1 614 555 0134",
                "whatsapp": "+1 614 555 0135",
                "address": {"street": "147 Elm Street", "city": "Columbus", "region": "OH", "country": "US"},
                "hours": [{"days": ["mo", "tu"], "opens": "07:30", "closes": "17:00"}],
                "founded": 2011,
                "owner": {"name": "Marcus Bell", "about": "Gardens in Clintonville since 2011."},
                "team": [{"name": "Ana Ruiz", "role": "Arborist"}],
                "social": {"facebook": "https://facebook.com/lawnandladder.example"},
            },
            "offer": {
                "services": [
                    {
                        "name": "Weekly mowing",
                        "price": {"amount": "45.00", "currency": "USD", "unit": "visit"},
                    },
                    {"name": "Gutter cleaning", "description": "Single and two-storey homes."},
                ],
                "service_areas": ["Clintonville", "Upper Arlington"],
            },
            "site": {
                "pages": [
                    "home",
                    "about",
                    "services",
                    "faq",
                    "pricing",
                    "testimonials",
                    "gallery",
                    "contact",
                ],
                "description": "A gardener who wants calls from homeowners.",
            },
            "design": {"colors": {"primary": "#2f6b3a"}},
            "proof": {
                "testimonials": [{"name": "R. Alvarez", "text": "They showed up every week, all summer."}],
                "gallery": [{"title": "Maple garden", "description": "Cleared and replanted."}],
            },
            "seo": {"keywords": ["lawn care columbus"]},
        }
        | brief,
    }
    return PlacedOrder.model_validate(document)


def order(locale: str = "en-US", **brief: Any) -> Order:
    """The same, as a run works on it."""
    given = placed(locale, **brief)
    return Order(
        id=7,
        reference=given.reference,
        revision=1,
        locale=given.locale,
        slug="lawn-and-ladder",
        product=given.product,
        brief=given.brief,
        placed_at=WHEN,
        due_at=WHEN,
        lease=Lease(token=1, flow_run_id="run"),
    )
