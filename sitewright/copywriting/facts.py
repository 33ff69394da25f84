"""Words are checked against the brief: a fact that is not the brief's is found, and can be cut.

A fact is what a visitor could act on: a number, year, price, phone, web address, review or claim. Which facts
are the brief's is read from what the AI was shown (`order_data.py`), so phones, hours and prices are never
among them: the templates put those on the page. What counts as a claim is listed by language in `claims/`.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sitewright.orders.models.normalise import visible_text

_TOP_LEVELS = (
    "com|net|org|info|biz|io|co|app|dev|shop|online|site|store|example|br|pt|es|mx|ar|uk|us|ca|eu|de|fr"
)

# The first pattern that matches a stretch of text names it, so the narrower ones come first.
_PATTERNS: dict[str, re.Pattern[str]] = {
    "markup": re.compile(r"</?[A-Za-z!][^>]*>?|\]\(|\*\*|__|`|&#?\w{2,8};|[<>]|^#{1,6} |\{\{|\}\}"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "a link": re.compile(
        rf"\b\w+://\S+|\bwww\.\S+|\b[a-z0-9](?:[a-z0-9-]*\.)+(?:{_TOP_LEVELS})\b(?:/\S*)?", re.IGNORECASE
    ),
    "a price": re.compile(
        r"(?:R\$|US\$|[$€£¥₹]|\b(?:USD|EUR|BRL|GBP|MXN|ARS|CLP|COP)\b)\s?\d*(?:[.,]\d+)*"
        r"|\d+(?:[.,]\d+)*\s?(?:€|£|\$|\b(?:USD|EUR|BRL|GBP|MXN|dollars?|euros?|reais|pesos?|pounds?)\b)",
        re.IGNORECASE,
    ),
    "a percentage": re.compile(r"\d+(?:[.,]\d+)?\s?[%٪‰]|[%‰]"),
    "a phone number": re.compile(r"\+?\(?\d(?:[\d().\s-]{5,18})\d"),
    "a year": re.compile(r"\b(?:1[5-9]|20)\d{2}\b"),
    "a number": re.compile(r"\d+(?:[.,:/]\d+)*|[½¼¾⅓⅔]"),
    "a rating": re.compile(r"[★☆⭐]+"),
    "a quotation": re.compile(r"[“\"«„][^”\"»“]{12,}[”\"»“]?"),
    "a person's name": re.compile(
        r"\b(?:Dr|Dra|Mr|Mrs|Ms|Prof|Profa|Sr|Sra|Srta)\b\.? +[A-ZÀ-Ý][\w'’-]+(?: +[A-ZÀ-Ý][\w'’-]+)*"
    ),
}

_ABBREVIATIONS = (
    "dr.",
    "dra.",
    "mr.",
    "mrs.",
    "ms.",
    "prof.",
    "profa.",
    "sr.",
    "sra.",
    "srta.",
    "st.",
    "av.",
)
# What goes on in lower case goes on in the same sentence: “So good!” says a neighbour.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[”\"»)]*\s+(?=[^a-zß-ÿ])")

_CLAIMS = Path(__file__).parent / "claims"

Place: TypeAlias = tuple[str | int, ...]


class Finding(NamedTuple):
    """Something in the words at `path` (`hero.lead`) that looks like a fact and is not the brief's."""

    path: str
    kind: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.path}: '{self.text}' is {self.kind} that the order does not hold"


class KnownFacts:
    """What the AI was shown of an order, as the facts that its words may repeat."""

    def __init__(self, shown: dict[str, Any], language: str) -> None:
        parts = {part: shown.get(part, {}) for part in ("brief", "services")}
        source = [str(value) for place, value in leaves(parts) if place[-1] != "id"]
        self._source = visible_text(" | ".join(source)).casefold()
        self._numbers = frozenset(re.findall(r"\d+", self._source))
        self._patterns = {**_PATTERNS, "a claim": claims(language)}

    def check(self, path: str, text: str) -> list[Finding]:
        """Return what in `text` looks like a fact and is not known, in the order of the text."""
        findings: list[Finding] = []
        for kind, pattern in self._patterns.items():
            for match in pattern.finditer(text):
                taken = any(found.start < match.end() and match.start() < found.end for found in findings)
                if not taken and not self._knows(match[0]):
                    findings.append(Finding(path, kind, match[0].strip(), match.start(), match.end()))
        return sorted(findings, key=lambda found: found.start)

    def without_findings(self, path: str, text: str) -> tuple[str, list[Finding]]:
        """Return `text` less every sentence with something that is not known, and what was found in it.

        Nothing is found in what is returned, which may be empty.
        """
        findings: list[Finding] = []
        # A cut can bare what a finding beside it had covered, such as one end of a quotation.
        while found := self.check(path, text):
            findings += found
            text = cut(text, found)
        return text, findings

    def _knows(self, text: str) -> bool:
        if re.fullmatch(r"\d+", text):
            return text in self._numbers
        return text.strip('“”"«»„ ').casefold() in self._source


@cache
def claims(language: str) -> re.Pattern[str]:
    """Return the pattern that finds a claim in words of `language` (`en`, `pt` or `es`).

    Praise that no visitor could act on ("careful", "friendly") is none: it is style.
    """
    parts: dict[str, list[str]] = {}
    for line in (_CLAIMS / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            parts[line.strip("[]")] = []
        elif line and parts:
            parts[list(parts)[-1]].append(line)
    numbers, counted, claimed = ("|".join(parts[name]) for name in ("numbers", "counted", "claims"))
    return re.compile(
        rf"(?<!\w)(?:(?:{numbers})(?:[ -]\w+)?[ -](?:{counted})|{claimed})(?!\w)", re.IGNORECASE
    )


def leaves(data: Any, path: Place = ()) -> Iterator[tuple[Place, str | int | float]]:
    """Yield every text and number in JSON values, with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from leaves(value, (*path, index))
    elif isinstance(data, str | int | float) and not isinstance(data, bool):
        yield path, data


def cut(text: str, findings: list[Finding]) -> str:
    """Return `text` without the sentences that `findings` (all of this text) are in; may be empty."""
    kept = [
        text[start:end]
        for start, end in _sentences(text)
        if not any(found.start < end and start < found.end for found in findings)
    ]
    return "".join(kept).strip()


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        last_word = text[start : match.start()].rpartition(" ")[2].casefold()
        if last_word not in _ABBREVIATIONS:
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)
