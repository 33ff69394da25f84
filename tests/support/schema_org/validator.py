"""Validates JSON-LD against schema.org's vocabulary: types, the properties they have, the values these take.

What it knows of JSON-LD is what sites use: one document with a graph or one node, keywords `@context`,
`@graph`, `@type`, `@id`, and references within the document. Each problem is one line that begins with the
place: `Dentist.address.PostalAddress.addressCountry: ...`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.schema_org import values
from tests.support.schema_org.vocabulary import Property, vocabulary

Node = Mapping[str, Any]

CONTEXT = "https://schema.org"
_KEYWORDS = {"@context", "@graph", "@type", "@id"}

_DATA_TYPES: dict[str, Callable[[object], str | None]] = {
    "Text": values.text_problem,
    "URL": values.url_problem,
    "Number": values.number_problem,
    "Integer": values.integer_problem,
    "Boolean": values.boolean_problem,
    "Time": values.time_problem,
    "Date": values.date_problem,
    "DateTime": values.date_time_problem,
}

_FORMS: dict[str, Callable[[object], str | None]] = {
    "addressCountry": values.country_problem,
    "email": values.email_problem,
    "inLanguage": values.language_problem,
    "knowsLanguage": values.language_problem,
    "priceCurrency": values.currency_problem,
    "price": values.number_problem,
    "telephone": values.telephone_problem,
}
"""Properties whose values have a form that the vocabulary tells in words only."""


def problems(document: object) -> list[str]:
    """Return what is wrong with a JSON-LD document; nothing when it holds."""
    if not isinstance(document, Mapping):
        return ["the document is not an object"]
    found = [] if document.get("@context") == CONTEXT else [f"@context is not {CONTEXT}"]
    graph = nodes(document)
    named = [node["@id"] for node in graph if "@id" in node]
    found += [f"@id {name} is there twice" for name in sorted(set(named)) if named.count(name) > 1]
    validator = _Validator({node["@id"]: types_of(node) for node in graph if "@id" in node})
    for node in graph:
        found += validator.node(node, "+".join(types_of(node)) or "node")
    return found


def nodes(document: Node) -> list[Node]:
    """Return the nodes at the top of a document."""
    graph = document.get("@graph", [document])
    return [node for node in graph if isinstance(node, Mapping)]


def types_of(node: Node) -> list[str]:
    """Return the types that `node` says it has."""
    kind = node.get("@type", [])
    return [str(each) for each in kind] if isinstance(kind, list) else [str(kind)]


def is_a(node: Node, wanted: str) -> bool:
    """Tell whether `node` has the type `wanted`, or one below it."""
    return any(vocabulary().is_a(kind, wanted) for kind in types_of(node))


@dataclass(frozen=True, slots=True)
class _Validator:
    named: Mapping[str, list[str]]
    """The types of the document's nodes by their names."""

    def node(self, node: Node, place: str) -> Iterator[str]:
        known, kinds = vocabulary(), types_of(node)
        if not kinds:
            yield f"{place}: has no @type"
        if "@id" in node and (problem := values.url_problem(node["@id"])):
            yield f"{place}: @id {problem}"
        yield from (f"{place}: there is no type {kind}" for kind in kinds if kind not in known.types)
        yield from (f"{place}: the type {kind} is superseded" for kind in kinds if kind in known.superseded)
        if kinds and set(kinds) <= set(known.types):
            for name, value in node.items():
                if name not in _KEYWORDS:
                    yield from self._property(kinds, name, value, f"{place}.{name}")

    def _property(self, kinds: list[str], name: str, value: object, place: str) -> Iterator[str]:
        described = vocabulary().properties.get(name)
        if described is None:
            yield f"{place}: there is no such property"
            return
        if name in vocabulary().superseded:
            yield f"{place}: is superseded"
        if not _any_is(kinds, described.domains):
            yield f"{place}: is no property of {', '.join(kinds)}"
        listed = value if isinstance(value, list) else [value]
        if not listed:
            yield f"{place}: is empty"
        for each in listed:
            if isinstance(each, Mapping):
                yield from self._object(described, each, place)
            else:
                yield from _literal(described, name, each, place)

    def _object(self, described: Property, value: Node, place: str) -> Iterator[str]:
        is_reference = set(value) == {"@id"}
        if is_reference and value["@id"] not in self.named:
            yield f"{place}: refers to {value['@id']}, which is not in the document"
            return
        kinds = self.named[value["@id"]] if is_reference else types_of(value)
        if kinds and set(kinds) <= set(vocabulary().types) and not _any_is(kinds, described.ranges):
            yield f"{place}: takes {' or '.join(sorted(described.ranges))}, not {', '.join(kinds)}"
        if not is_reference:
            yield from self.node(value, f"{place}.{'+'.join(kinds) or 'node'}")


def _any_is(kinds: list[str], wanted: frozenset[str]) -> bool:
    return any(above in wanted for kind in kinds for above in vocabulary().above(kind))


def _literal(described: Property, name: str, value: object, place: str) -> Iterator[str]:
    fitting = [_literal_problem(kind, value) for kind in sorted(described.ranges)]
    if None not in fitting:
        yield f"{place}: {value!r} {' and '.join(filter(None, fitting))}"
    elif name in _FORMS and (problem := _FORMS[name](value)):
        yield f"{place}: {value!r} {problem}"


def _literal_problem(kind: str, value: object) -> str | None:
    """Return why `value` is no literal of `kind`, which is a data type or an enumeration."""
    known = vocabulary()
    if kind in _DATA_TYPES:
        return _DATA_TYPES[kind](value)
    if not known.is_a(kind, "Enumeration"):
        return f"is not a {kind}"
    member = str(value).removeprefix(f"{CONTEXT}/")
    held = any(known.is_a(of, kind) for of in known.members.get(member, ()))
    return None if held else f"is no member of {kind}"
