"""Google's rules for structured data (Search Central: "Local business", "FAQ", "Breadcrumb", "Site name",
"Organization", "Review snippet"): what is required, what is recommended, and the forms it asks for.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support.schema_org import values
from tests.support.schema_org.validator import Node, is_a, nodes

_REQUIRED = {
    "LocalBusiness": ("name", "address"),
    "WebSite": ("name", "url"),
    "FAQPage": ("mainEntity",),
    "Question": ("name", "acceptedAnswer"),
    "Answer": ("text",),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name"),
    "OpeningHoursSpecification": ("dayOfWeek", "opens", "closes"),
}
_RECOMMENDED = {
    "LocalBusiness": ("telephone", "url", "openingHoursSpecification", "geo", "priceRange", "image"),
    "FoodEstablishment": ("servesCuisine", "menu"),
    "Organization": ("name", "url", "logo", "address", "telephone", "email", "sameAs", "description"),
}


def errors(document: Node) -> list[str]:
    """Return where a document goes against a rule, one line each; a rich result needs that nothing does."""
    found = [
        problem for node in _all_nodes(document) for problem in (*_missing(node, _REQUIRED), *_broken(node))
    ]
    for kind in ("FAQPage", "BreadcrumbList", "WebSite"):
        count = sum(is_a(node, kind) for node in nodes(document))
        if count > 1:
            found.append(f"{kind}: is there {count} times")
    return found


def advice(document: Node) -> list[str]:
    """Return what Google recommends and a document does not have."""
    return [problem for node in nodes(document) for problem in _missing(node, _RECOMMENDED)]


def _all_nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Mapping):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from _all_nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all_nodes(inner)


def _missing(node: Node, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for kind, properties in wanted.items():
        if is_a(node, kind):
            yield from (f"{kind}: has no {name}" for name in properties if not node.get(name))


def _broken(node: Node) -> Iterator[str]:
    for kind, rule in _RULES.items():
        if is_a(node, kind):
            yield from (f"{kind}: {problem}" for problem in rule(node))


def _organization(node: Node) -> Iterator[str]:
    for name in ("review", "aggregateRating"):
        if name in node:
            yield f"has {name}, a self-serving review"
    for name in ("url", "image", "logo", "sameAs"):
        for each in _listed(node.get(name)):
            if isinstance(each, str) and (problem := values.url_problem(each)):
                yield f"{name} {each!r} {problem}"
    if "telephone" in node and (problem := values.telephone_problem(node["telephone"])):
        yield f"telephone {node['telephone']!r} {problem}"


def _address(node: Node) -> Iterator[str]:
    if "addressCountry" in node and (problem := values.country_problem(node["addressCountry"])):
        yield f"addressCountry {node['addressCountry']!r} {problem}"


def _hours(node: Node) -> Iterator[str]:
    for name in ("opens", "closes"):
        if name in node and (problem := values.time_problem(node[name])):
            yield f"{name} {node[name]!r} {problem}"
    if node.get("opens") == node.get("closes") != "00:00":
        yield f"opens and closes at {node.get('opens')}; all day is 00:00 to 23:59, closed is 00:00 to 00:00"


def _offer(node: Node) -> Iterator[str]:
    if ("price" in node) != ("priceCurrency" in node):
        yield "has a price or a currency without the other"
    if "price" in node and (problem := values.number_problem(node["price"])):
        yield f"price {node['price']!r} {problem}"
    if "priceCurrency" in node and (problem := values.currency_problem(node["priceCurrency"])):
        yield f"priceCurrency {node['priceCurrency']!r} {problem}"


def _faq(node: Node) -> Iterator[str]:
    questions = _listed(node.get("mainEntity"))
    asked = [each.get("name") for each in questions if isinstance(each, Mapping) and is_a(each, "Question")]
    if len(asked) < len(questions):
        yield "mainEntity has what is no Question"
    if len(set(asked)) < len(asked):
        yield "asks a question twice"


def _breadcrumbs(node: Node) -> Iterator[str]:
    items = [each for each in _listed(node.get("itemListElement")) if isinstance(each, Mapping)]
    if len(items) < 2:
        yield "has fewer than two items"
    if [each.get("position") for each in items] != [*range(1, len(items) + 1)]:
        yield "has positions other than 1, 2, 3 ..."
    for number, each in enumerate(items, 1):
        item = each.get("item")
        address = item.get("@id", item.get("url")) if isinstance(item, Mapping) else item
        if address is None and number < len(items):
            yield f"item {number} has no address"
        if address is not None and (problem := values.url_problem(address)):
            yield f"item {number}: {address!r} {problem}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


_RULES: dict[str, Callable[[Node], Iterator[str]]] = {
    "Organization": _organization,
    "PostalAddress": _address,
    "OpeningHoursSpecification": _hours,
    "Offer": _offer,
    "FAQPage": _faq,
    "BreadcrumbList": _breadcrumbs,
}
