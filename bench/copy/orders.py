"""The orders that words are asked for: the samples, and other businesses of the same trades."""

from collections.abc import Iterator
from itertools import cycle, islice

from sitewright.local.demo import sample_orders
from sitewright.orders.models.order import PlacedOrder

_NAMES = {
    "en": ("Harper & Sons", "Bluebell", "The Corner", "North Street", "Oakline", "Mill Lane", "Fern & Co."),
    "pt": ("Aroeira", "Casa Amarela", "Bem Perto", "Ponto Certo", "Ipê", "Varanda", "Sol Nascente"),
    "es": ("El Olmo", "La Esquina", "Punto y Aparte", "Ribera", "Calle Mayor", "Nogal", "Buen Camino"),
    "fr": ("Le Tilleul", "Au Coin", "Bord de Rue", "Belle Rive", "Atelier Sept", "Noyer", "Bon Chemin"),
    "de": ("Lindenhof", "Am Eck", "Brückner", "Nordlicht", "Werkraum", "Nussbaum", "Guter Weg"),
    "it": ("Il Tiglio", "Angolo", "Riva", "Borgo Vecchio", "Bottega Sette", "Il Noce", "Buon Cammino"),
    "ar": ("النخيل", "الركن", "الواحة", "الضفة", "الياسمينة", "السدرة", "الدرب"),
}
_CITIES = {
    "en": ("Dayton", "Toledo", "Akron", "York", "Leeds"),
    "pt": ("Olinda", "Curitiba", "Braga", "Natal", "Évora"),
    "es": ("Zaragoza", "Gijón", "Puebla", "Rosario", "Cádiz"),
    "fr": ("Dijon", "Nantes", "Angers", "Liège", "Lausanne"),
    "de": ("Kassel", "Bremen", "Graz", "Basel", "Ulm"),
    "it": ("Ancona", "Lucca", "Udine", "Lugano", "Bari"),
    "ar": ("دبي", "الرياض", "القاهرة", "عمّان", "الدوحة"),
}
_TONES = ("friendly", "professional", "bold", "calm")
_OBJECTIVES = ("generate_leads", "inform", "sell", "book")


def orders(count: int) -> list[PlacedOrder]:
    """Return `count` orders: the samples first, then variations of each in turn."""
    return list(islice(_endless(), count))


def _endless() -> Iterator[PlacedOrder]:
    samples = [given.order for given in sample_orders()]
    yield from samples
    for number, sample in enumerate(cycle(samples)):
        yield _varied(sample, number // len(samples) + 1)


def _varied(sample: PlacedOrder, number: int) -> PlacedOrder:
    """Return the order of another business of the same trade, which says less of itself than the sample."""
    document = sample.model_dump(mode="json", exclude_none=True)
    language = sample.locale.partition("-")[0]
    document["reference"] = f"{sample.reference}-{number}"
    business, site = document["brief"]["business"], document["brief"]["site"]
    business["name"] = _of(_NAMES[language], number)
    if "address" in business:
        business["address"]["city"] = _of(_CITIES[language], number)
    site["tone"], site["objective"] = _of(_TONES, number), _of(_OBJECTIVES, number + 1)
    services = document["brief"]["offer"]["services"]
    document["brief"]["offer"]["services"] = (
        services[number % len(services) :] + services[: number % len(services)]
    )
    return PlacedOrder.model_validate(document)


def _of(names: tuple[str, ...], number: int) -> str:
    return names[number % len(names)]
