"""What the brief gives to fill the phrases with. A slot that the brief does not fill stays empty."""

from collections.abc import Sequence

from sitewright.local.copywriter.catalog import Catalog
from sitewright.local.copywriter.order_data import OrderData

_LISTED_SERVICES = 3
_LISTED_AREAS = 4
_LIST_ROOM = 150


def slots(data: OrderData, catalog: Catalog) -> dict[str, str]:
    """Return the text of every slot, by its name."""
    business, offer = data.brief.business, data.brief.offer
    niche = niche_path(data, catalog)
    trade = business.custom_niche or catalog.word(f"{niche}.trade")
    city = business.address.city
    main = offer.primary_service or (data.services[0].name if data.services else "")
    services = _services(data, main, catalog)
    where = _in_city(city, catalog)
    act = catalog.word(f"act.{data.brief.site.primary_cta or 'none'}") or catalog.word("act.none")
    return {
        "name": business.name,
        "Trade": capitalised(trade),
        "trade": mid_sentence(trade, catalog),
        "Own_trade": capitalised(business.custom_niche),
        "craft": _craft(data, niche, catalog),
        "people": catalog.word(f"{niche}.people"),
        "city": city,
        "in_city": where,
        "In_city": capitalised(where),
        "Service": capitalised(main),
        "service": mid_sentence(main, catalog),
        "one_of": mid_sentence(main, catalog) if len(data.services) > 1 else "",
        "services": services,
        "Services": capitalised(services),
        "areas": _areas(offer.service_areas, catalog),
        "owner": business.owner.name,
        "founded": str(business.founded or ""),
        "act": act,
        "Act": capitalised(act),
    }


def niche_path(data: OrderData, catalog: Catalog) -> str:
    """Return where the catalog keeps the vocabulary of the business's trade."""
    path = f"niche.{data.brief.business.niche}"
    return path if catalog.word(f"{path}.people") else "niche.other"


def capitalised(text: str) -> str:
    """Return `text` beginning with a capital."""
    return text[:1].upper() + text[1:]


def mid_sentence(text: str, catalog: Catalog) -> str:
    """Return a label as it is written within a sentence: without its capital, unless that is part of it.

    A capital stays when other words have one too (a title or a brand), in acronyms and camel case, and in
    words that the catalog lists as names. In German it stays always: labels are nouns.
    """
    if catalog.language == "de":
        return text
    first, *rest = text.split(" ")
    named = first.strip(",;:").casefold() in catalog.phrases("grammar.names")
    plain = first[1:].islower() or (len(first) == 1 and bool(rest))
    if named or not plain or any(word[:1].isupper() for word in rest):
        return text
    return text[:1].lower() + text[1:]


def listed(items: Sequence[str], catalog: Catalog, *, more: bool = False) -> str:
    """Return `items` as the language writes a list, ending in "and more" where `more` were left out."""
    plain, strong = catalog.word("grammar.comma", ", "), catalog.word("grammar.semicolon", "; ")
    comma = strong if any(plain.strip() in item for item in items) else plain
    if more:
        return comma.join(items) + catalog.word("grammar.more")
    if len(items) < 2:
        return "".join(items)
    last = items[-1]
    joint = catalog.word("grammar.and")
    if catalog.language == "es" and _sounds_like_i(last):
        joint = catalog.word("grammar.and_before_i")
    if catalog.language == "it" and last[:1] in {"e", "E"}:
        joint = catalog.word("grammar.and_before_e")
    return comma.join(items[:-1]) + joint + last


def _sounds_like_i(word: str) -> bool:
    start = word.casefold().lstrip("h")
    return start.startswith(("i", "í")) and not start.startswith(("ia", "ie", "io"))


def _craft(data: OrderData, niche: str, catalog: Catalog) -> str:
    """Return what people of the trade do; empty where the customer named the trade in words of their own."""
    if data.brief.business.custom_niche:
        return ""
    return catalog.word(f"{niche}.craft") or catalog.word(f"{niche}.trade")


def _in_city(city: str, catalog: Catalog) -> str:
    if not city:
        return ""
    regular = catalog.word("grammar.in_city")
    if catalog.language == "it" and city[:1] in {"a", "A"}:
        regular = catalog.word("grammar.in_city_before_a")
    pattern = catalog.words("in_city").get(city.casefold()) or regular
    return pattern.replace("{city}", city)


def _services(data: OrderData, main: str, catalog: Catalog) -> str:
    names = [main, *(service.name for service in data.services if service.name != main)] if main else []
    shown = names[:_LISTED_SERVICES]
    while len(shown) > 1 and sum(map(len, shown)) > _LIST_ROOM:
        shown.pop()
    items = [mid_sentence(name, catalog) for name in shown]
    return listed(items, catalog, more=len(names) > len(shown))


def _areas(areas: Sequence[str], catalog: Catalog) -> str:
    if len(areas) > _LISTED_AREAS or sum(map(len, areas)) > _LIST_ROOM:
        return ""
    return listed(areas, catalog)
