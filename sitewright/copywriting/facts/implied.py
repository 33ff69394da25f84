"""What a brief says without its words: a year of founding is a founding, three services are three."""

from collections.abc import Iterator
from typing import Any

from sitewright.copywriting.facts.words import lines
from sitewright.orders.models.brief import Brief

_FOUNDED = {
    "en": "since {0}, founded in {0}, established in {0}, started back in {0}, opened in {0}, begun, born",
    "pt": "desde {0}, fundada em {0}, fundado, criada em {0}, aberta em {0}, inaugurada em {0}, nascida",
    "es": "desde {0}, fundada en {0}, fundado, creada en {0}, abierta en {0}, inaugurada en {0}, nacida",
}
_COUNTED = {
    "en": "{services} services, {areas} areas, {areas} neighbourhoods, {areas} neighborhoods",
    "pt": "{services} serviços, {areas} bairros, {areas} regiões",
    "es": "{services} servicios, {areas} barrios, {areas} zonas",
}
_TESTIMONIALS = {
    "en": "testimonials, reviews",
    "pt": "depoimentos, testemunhos, avaliações",
    "es": "testimonios, opiniones, reseñas",
}
_COUNTRIES = {
    "US": "United States, America, American, USA, Estados Unidos",
    "BR": "Brazil, Brasil, Brazilian, brasileira",
    "ES": "Spain, España, Espanha, Spanish",
    "PT": "Portugal",
    "MX": "Mexico, México",
    "AR": "Argentina",
    "GB": "United Kingdom, Great Britain, UK",
    "IE": "Ireland",
    "CA": "Canada",
    "AU": "Australia",
}


def implied(shown: dict[str, Any], language: str) -> Iterator[str]:
    """Yield sentences that the brief in `shown`, the order data of a question, does not write but says."""
    brief = shown.get("brief", {})
    business, offer = brief.get("business", {}), brief.get("offer", {})
    if founded := business.get("founded"):
        yield _FOUNDED[language].format(founded)
    yield _COUNTED[language].format(
        services=len(shown.get("services", ())), areas=len(offer.get("service_areas", ()))
    )
    if _shows_testimonials(shown):
        yield _TESTIMONIALS[language]
    address = business.get("address", {})
    country = address.get("country", "")
    yield _COUNTRIES.get(country, "")
    place = f"{country} {address.get('region', '')} "
    yield from (line.removeprefix(place) for line in lines("regions") if line.startswith(place))


def _shows_testimonials(shown: dict[str, Any]) -> bool:
    planned = shown.get("page", {}).get("sections", ())
    possible = shown.get("pages", {})
    return "testimonials" in planned or "testimonials" in possible


def profiles(brief: Brief) -> tuple[str, ...]:
    """Return the places elsewhere that the pages of `brief` link to, by name: `instagram`, `whatsapp`."""
    social = brief.business.social.model_dump(exclude_none=True)
    return (*social, *(("whatsapp",) if brief.business.whatsapp else ()))
