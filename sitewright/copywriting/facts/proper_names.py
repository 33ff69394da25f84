"""Names of people, places and brands: words with a capital where the language puts none.

German gives every noun a capital and Arabic has none, so there only names of lists are found.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from sitewright.copywriting.facts.folding import plain
from sitewright.copywriting.facts.words import lines, words

_WORD = re.compile(r"[^\W\d_][\w'-]*")
# Behind these a capital is only how a sentence begins.
_BEGINS = re.compile(r"(?:^|[.!?:;|•·>(\"“«¡¿]|\.\.\.| [-/] )[\s'\"“«(¡¿]*$")
_NOT_THE_END = re.compile(r"\b(?:Dr|Dra|Mr|Mrs|Ms|Sr|Sra|St|Av|Prof)\.\s*$")
_LEADS = re.compile(
    r"\b(?:in|near|from|by|with|meet|ask(?: for)?|em|de|com|por|en|con|desde|conheca|conoce|nosso|nossa"
    r"|nuestro|nuestra|our|owner|founder|dono|dona|fundador|fundadora|dueno|duena|avec|chez|par|demandez|notre|conosca"
    r"|incontri|nostro|nostra)\s+$",
    re.IGNORECASE,
)
# A street that is called after a city is no word about the city.
STREET = re.compile(
    r"\w+ (?:road|street|avenue|lane|drive|boulevard|st|rd|ave)\b"
    r"|\b(?:rua|avenida|calle|plaza|praca|paseo|travessa)(?: d[aeo]s?| del| las?| los)* \w+"
    r"|\b(?:rue|avenue|place|quai|via|viale|piazza|corso)(?: d[aeiu]s?| de la| del(?:la)?)* \w+"
    r"|\b[\w-]+(?:strasse|platz|allee|weg)\b|(?:شارع|طريق|ميدان) \w+"
)
_LEAST_TITLE_WORDS = 3
_SMALL_IN_TITLES = frozenset({"with", "from", "into", "over", "near"})
_LETTERS_OF_A_TITLE_WORD = 4
_CAPITALS_TELL_NOTHING = frozenset({"de", "ar"})
# What stands before the apostrophe of a word that begins with a vowel, in French and Italian: L'Atelier.
_ELIDED = frozenset({"l", "d", "all", "dall", "dell", "nell", "sull"})
_ARABIC_BEFORE = "[وف]?[بل]?"
# Given names that are everyday words where a sentence begins ("Sarà" is "sara" without its accent).
_EVERYDAY = {
    "it": frozenset({"sara", "vera", "stella", "bianca", "gloria", "marina", "luna", "rosa", "aurora"}),
    "fr": frozenset({"jean", "carole", "marina", "aurora"}),
    "de": frozenset({"bob", "jordan", "gloria", "marina", "jean", "kai", "erwin", "max"}),
}


class ProperName(NamedTuple):
    """A name in folded text."""

    start: int
    end: int
    kind: str


@cache
def _places() -> re.Pattern[str]:
    names = "|".join(sorted(map(plain, lines("places")), key=len, reverse=True))
    return re.compile(rf"(?<!\w){_ARABIC_BEFORE}(?P<place>{names})(?!\w)")


@cache
def _arabic_given() -> re.Pattern[str]:
    names = "|".join(sorted(map(plain, words("given.ar")), key=len, reverse=True))
    return re.compile(rf"(?<!\w){_ARABIC_BEFORE}(?P<name>{names})(?!\w)")


def proper_names(
    text: str, known: frozenset[str], places: frozenset[str], language: str
) -> Iterator[ProperName]:
    """Yield the names in `text`, folded, less those made of `known` words (folded, in lower case).

    `places` are the words of them that may name a place.
    """
    yield from _listed_names(text, known, places)
    is_title, shouts = _is_title(text, known), text.upper() == text and len(text.split()) > 1
    untold = shouts or language in _CAPITALS_TELL_NOTHING
    start = end = -1
    for word in _WORD.finditer(text):
        if not word[0][0].isupper() or _is_known(word[0], known):
            continue
        stem = _stem(word[0])
        given = stem in words("given") and stem not in _EVERYDAY.get(language, ())
        first = bool(_BEGINS.search(text[: word.start()])) and not _NOT_THE_END.search(text[: word.start()])
        quiet = first or untold or (is_title and not _LEADS.search(text[: word.start()]))
        if quiet and not given:
            continue
        if start >= 0 and text[end : word.start()].strip() in {"", "de", "da", "do", "dos", "&"}:
            end = word.end()
            continue
        if start >= 0:
            yield ProperName(start, end, "a name")
        start, end = word.start(), word.end()
    if start >= 0:
        yield ProperName(start, end, "a name")


def _listed_names(text: str, known: frozenset[str], places: frozenset[str]) -> Iterator[ProperName]:
    streets = [match.span() for match in STREET.finditer(text.lower())]
    for match in _places().finditer(text.lower()):
        is_street = any(start <= match.start("place") < end for start, end in streets)
        small = text[match.start("place")].islower()
        if not small and not is_street and not _all_known(match["place"], places):
            yield ProperName(match.start("place"), match.end("place"), "a place")
    for match in _arabic_given().finditer(text):
        if not _all_known(match["name"], known):
            yield ProperName(match.start("name"), match.end("name"), "a name")


def _is_title(text: str, known: frozenset[str]) -> bool:
    """Tell whether `text` is a headline that capitalises its words, as English does."""
    if text.rstrip().endswith((".", "!", "?")):
        return False
    telling = [word[0] for word in _WORD.finditer(text) if len(word[0]) >= _LETTERS_OF_A_TITLE_WORD]
    if not all(word[0].isupper() or word in _SMALL_IN_TITLES for word in telling):
        return False
    unknown = sum(not _all_known(word, known) for word in telling)
    return len(telling) > _LEAST_TITLE_WORDS or unknown >= _LEAST_TITLE_WORDS


def _is_known(word: str, known: frozenset[str]) -> bool:
    return (
        _all_known(word, known) or _stem(word) in words("capitalised") or plain(word) in words("capitalised")
    )


def _all_known(phrase: str, known: frozenset[str]) -> bool:
    return all(
        part in known or part.removesuffix("s") in known or f"{part}s" in known
        for part in re.split(r"[\s'-]+", _stem(phrase))
        if part and part not in _ELIDED
    )


def _stem(word: str) -> str:
    return plain(word).removesuffix("'s").removesuffix("'")
