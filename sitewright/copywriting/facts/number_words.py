"""Numbers in words, in every language that is written: where they are, and how much they say."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from sitewright.copywriting.facts.words import lines

# English words that are everyday words of another language.
_NOT_ENGLISH = frozenset({"ten", "once"})
_MULTIPLIERS = frozenset(
    {"hundred", "thousand", "million", "dozen", "duzia", "duzias", "docena", "docenas", "mil"}
    | {
        "milhao",
        "milhoes",
        "millon",
        "millones",
        "cent",
        "cents",
        "mille",
        "millions",
        "douzaine",
        "douzaines",
    }
    | {
        "hundert",
        "tausend",
        "million",
        "millionen",
        "dutzend",
        "cento",
        "mila",
        "milione",
        "milioni",
        "dozzina",
    }
    | {"dozzine", "مية", "ماية", "الف", "الفا", "الاف", "مليون", "ملايين"}
)
_AND = frozenset({"and", "e", "y", "et", "ed", "und"})
# In Arabic "and" is the first letter of the next word, and units come before tens.
_ARABIC_AND = "و"
_HALF_A_DOZEN = re.compile(
    r"\b(?:half a dozen|meia duzia|media docena|demi-douzaine|halbes dutzend|mezza dozzina)\b"
)
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = (
    "zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|um|uma|dois|duas|tres|quatro|cinco|seis|meia|"
    "sete|oito|nove|cero|uno|una|dos|cuatro|siete|ocho|nueve|deux|trois|quatre|cinq|sept|huit|neuf|null|eins|zwei|zwo|drei|"
    "vier|funf|sechs|sieben|acht|neun|due|tre|quattro|cinque|sei|sette|otto|صفر|واحد|اثنان|اثنين|ثلاثة|اربعة|خمسة|ستة|"
    "سبعة|ثمانية|تسعة"
)
SPELLED_PHONE = re.compile(rf"\b(?:(?:{_DIGITS})[ ,.-]+){{4,}}(?:{_DIGITS})\b", re.IGNORECASE)
"""Five digits or more, one by one, in words."""


@cache
def _values(language: str) -> dict[str, int]:
    english = dict(_valued("en"))
    if language == "en":
        return english
    if language == "ar":
        own = dict(_valued(language))
        return english | own | {_ARABIC_AND + word: value for word, value in own.items()}
    return {word: english[word] for word in english.keys() - _NOT_ENGLISH} | dict(_valued(language))


def _valued(language: str) -> Iterator[tuple[str, int]]:
    for line in lines(f"numbers.{language}"):
        word, _, value = line.partition(" ")
        yield word, int(value)


class Spelled(NamedTuple):
    """A number in words; `alone` when it is one also where nothing is named that it counts."""

    start: int
    end: int
    value: int
    alone: bool


_SMALL = 10
# French goes on to nineteen behind them: soixante-douze, quatre-vingt-dix.
_TENS_WITH_TEENS = frozenset({60, 80})
# Words that mean something else as well.
_LOOSE = frozenset({"ten", "once", "mil", "cem", "cien", "cent", "mille", "elf", "الف"})


def spelled_numbers(text: str, language: str) -> Iterator[Spelled]:
    """Yield the numbers from two on that `text`, folded, in lower case, spells in `language` or English."""
    halves = [match.span() for match in _HALF_A_DOZEN.finditer(text)]
    yield from (Spelled(start, end, 6, alone=True) for start, end in halves)
    group: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if any(start <= word.start() < end for start, end in halves):
            continue
        if group and not _goes_on(text, group, word, language):
            yield from _concluded(group, language)
            group = []
        if word[0] in _values(language) or (group and word[0] in _AND):
            group.append(word)
    yield from _concluded(group, language)


def _goes_on(text: str, group: list[re.Match[str]], word: re.Match[str], language: str) -> bool:
    values, last = _values(language), group[-1]
    if text[last.end() : word.start()] not in {" ", "-"}:
        return False
    if _is_joined(word[0], values):
        return True
    if word[0] in _AND:
        return last[0] not in _AND and values[last[0]] >= 20
    if word[0] not in values:
        return False
    if word[0] in _MULTIPLIERS:
        return last[0] not in _AND
    before = values[(group[-2] if last[0] in _AND else last)[0]]
    is_year = 10 <= before < 100 and 10 <= values[word[0]] < 100 and last[0] not in _AND
    is_score = (before, values[word[0]]) == (4, 20)
    is_teen = before == 10 and len(group) > 1 and values[group[-2][0]] in {20, 60} and values[word[0]] < 10
    return is_year or is_score or is_teen or (before >= 20 and values[word[0]] < before)


def _is_joined(word: str, values: dict[str, int]) -> bool:
    """Tell whether `word` is a number with the Arabic "and" before it."""
    return word.startswith(_ARABIC_AND) and word[1:] in values and word in values


def _concluded(group: list[re.Match[str]], language: str) -> Iterator[Spelled]:
    while group and group[-1][0] in _AND:
        group = group[:-1]
    if not group:
        return
    value = _value([word[0] for word in group], _values(language))
    if value > 1:
        alone = value >= _SMALL and not (len(group) == 1 and group[0][0] in _LOOSE)
        yield Spelled(group[0].start(), group[-1].end(), value, alone)


def _value(words: list[str], values: dict[str, int]) -> int:
    total = current = 0
    for word in words:
        if word in _AND:
            continue
        value = values[word]
        if _is_joined(word, values):
            current += value
        elif (current, value) == (4, 20):
            current = 80
        elif current % 100 in _TENS_WITH_TEENS and 10 <= value < 20:
            current += value
        elif word in _MULTIPLIERS:
            current = max(1, current) * value
            if value >= 1000:
                total, current = total + current, 0
        elif 10 <= current < 100 and 10 <= value < 100:
            current = current * 100 + value
        else:
            current += value
    return total + current
