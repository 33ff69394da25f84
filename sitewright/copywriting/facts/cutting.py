"""Sentences, and cutting those with findings out of a text."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_ABBREVIATIONS = frozenset(
    {"dr.", "dra.", "mr.", "mrs.", "ms.", "prof.", "profa.", "sr.", "sra.", "srta.", "st.", "ave.", "av."}
    | {
        "no.",
        "nr.",
        "n.º",
        "nº.",
        "núm.",
        "inc.",
        "ltd.",
        "vs.",
        "m.",
        "mm.",
        "bd.",
        "env.",
        "hr.",
        "fr.",
        "str.",
    }
    | {
        "ca.",
        "bzw.",
        "ggf.",
        "inkl.",
        "z.",
        "b.",
        "d.",
        "h.",
        "u.",
        "a.",
        "sig.",
        "sig.ra",
        "dott.",
        "dott.ssa",
    }
    | {"avv.", "ing.", "ecc.", "د.", "م.", "أ."}
)
# What goes on in lower case goes on in the same sentence: “So good!” says a neighbour.
_SENTENCE_END = re.compile(r"(?<=[.!?…؟])[”\"»)’']*\s+(?=[^a-zß-ÿ])")


class Finding(NamedTuple):
    """Something in the words at `path` (`hero.lead`) that looks like a fact and is not the brief's."""

    path: str
    kind: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.path}: '{self.text}' is {self.kind} that the order does not hold"


def cut(text: str, findings: Iterable[Finding]) -> str:
    """Return `text` without the sentences that `findings` (all of this text) are in; may be empty."""
    told = tuple(findings)
    kept = [
        text[start:end]
        for start, end in sentences(text)
        if not any(found.start < end and start < found.end for found in told)
    ]
    return "".join(kept).strip()


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of `text` begins and ends, with the space behind it."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        last_word = text[start : match.start()].rpartition(" ")[2].casefold()
        if last_word not in _ABBREVIATIONS:
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)
