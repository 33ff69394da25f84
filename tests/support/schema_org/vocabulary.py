"""schema.org's types, properties and enumeration members, read from `vocabulary.tsv` (release 30.0)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TERMS = Path(__file__).parent / "vocabulary.tsv"
"""Made by `extract.py`, which tells its form. The terms are schema.org's (CC BY-SA 3.0)."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property: the types that have it and the types of its values, each with all that is below it."""

    domains: frozenset[str]
    ranges: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms by their names. `types` and `members` name what is directly above."""

    types: Mapping[str, frozenset[str]]
    properties: Mapping[str, Property]
    members: Mapping[str, frozenset[str]]
    superseded: frozenset[str]

    def above(self, name: str) -> Iterator[str]:
        """Yield the type `name` and every type above it."""
        yield name
        for parent in self.types.get(name, ()):
            yield from self.above(parent)

    def is_a(self, name: str, wanted: str) -> bool:
        """Tell whether the type `name` is `wanted` or below it."""
        return wanted in self.above(name)


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary."""
    types: dict[str, frozenset[str]] = {}
    properties: dict[str, Property] = {}
    members: dict[str, frozenset[str]] = {}
    superseded: set[str] = set()
    for line in TERMS.read_text("utf-8").splitlines():
        kind, name, first, second, old = (*line.split("\t"), "", "", "")[:5]
        lists = frozenset(first.split()), frozenset(second.split())
        if kind == "property":
            properties[name] = Property(*lists)
        else:
            {"type": types, "member": members}[kind][name] = lists[0]
        if old:
            superseded.add(name)
    return Vocabulary(types, properties, members, frozenset(superseded))
