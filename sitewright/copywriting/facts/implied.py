"""What a brief says without its words: a year of founding is a founding, three services are three."""

from collections.abc import Iterator
from typing import Any

from sitewright.copywriting.facts.words import lines
from sitewright.orders.models.brief import Brief

_FOUNDED = {
    "en": "since {0}, founded in {0}, established in {0}, started back in {0}, opened in {0}, begun, born",
    "pt": "desde {0}, fundada em {0}, fundado, criada em {0}, aberta em {0}, inaugurada em {0}, nascida",
    "es": "desde {0}, fundada en {0}, fundado, creada en {0}, abierta en {0}, inaugurada en {0}, nacida",
    "fr": "depuis {0}, fondée en {0}, fondé, créée en {0}, créé, ouverte en {0}, ouvert, née en {0}, né",
    "de": "seit {0}, gegründet {0}, im Jahr {0} gegründet, entstanden {0}, eröffnet {0}",
    "it": "dal {0}, fondata nel {0}, fondato, nata nel {0}, nato nel {0}, aperta nel {0}, aperto",
    "ar": "منذ {0}، منذ عام {0}، منذ سنة {0}، تأسست عام {0}، تأسس عام {0}، افتتحت عام {0}، بدأت عام {0}، بدأ",
}
_COUNTED = {
    "en": "{services} services, {areas} areas, {areas} neighbourhoods, {areas} neighborhoods",
    "pt": "{services} serviços, {areas} bairros, {areas} regiões",
    "es": "{services} servicios, {areas} barrios, {areas} zonas",
    "fr": "{services} services, {services} prestations, {areas} quartiers, {areas} communes",
    "de": "{services} Leistungen, {services} Angebote, {areas} Orte, {areas} Stadtteile, {areas} Gebiete",
    "it": "{services} servizi, {areas} zone, {areas} quartieri, {areas} comuni",
    "ar": "{services} خدمات، {areas} مناطق، {areas} أحياء",
}
_TESTIMONIALS = {
    "en": "testimonials, reviews",
    "pt": "depoimentos, testemunhos, avaliações",
    "es": "testimonios, opiniones, reseñas",
    "fr": "témoignages, avis",
    "de": "Bewertungen, Kundenstimmen, Stimmen",
    "it": "testimonianze, recensioni, opinioni",
    "ar": "آراء، شهادات، تقييمات",
}
_COUNTRIES = {
    "US": "United States, America, American, USA, Estados Unidos, États-Unis, Stati Uniti",
    "BR": "Brazil, Brasil, Brazilian, brasileira",
    "ES": "Spain, España, Espanha, Spanish, Espagne, Spanien, Spagna, إسبانيا",
    "PT": "Portugal, Portogallo, البرتغال",
    "FR": "France, Frankreich, Francia, França, French, فرنسا",
    "BE": "Belgium, Belgique, Belgien, Belgio, بلجيكا",
    "LU": "Luxembourg, Luxemburg, Lussemburgo",
    "CH": "Switzerland, Suisse, Schweiz, Schweizer, Svizzera, سويسرا",
    "DE": "Germany, Deutschland, Allemagne, Germania, Alemanha, Alemania, German, ألمانيا",
    "AT": "Austria, Österreich, Autriche, النمسا",
    "IT": "Italy, Italia, Italie, Italien, Italian, إيطاليا",
    "SA": "Saudi Arabia, السعودية, المملكة العربية السعودية",
    "AE": "United Arab Emirates, UAE, الإمارات العربية المتحدة",
    "QA": "Qatar, قطر",
    "KW": "Kuwait, الكويت",
    "BH": "Bahrain, البحرين",
    "OM": "Oman, عمان",
    "JO": "Jordan, الأردن",
    "LB": "Lebanon, لبنان",
    "EG": "Egypt, مصر",
    "MA": "Morocco, Maroc, المغرب",
    "DZ": "Algeria, Algérie, الجزائر",
    "TN": "Tunisia, Tunisie, تونس",
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
