"""Text as it is compared: one form for all the ways in which the same characters can be written."""

import unicodedata
from typing import NamedTuple

_DROPPED = frozenset({"Mn", "Me", "Cf"})
_QUOTES = dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'")
_ALIKE = {"\u2044": "/", "\u2215": "/"}
# Letters that are two in other spellings, and that no decomposition takes apart.
_LIGATURES = {"ß": "ss", "ẞ": "SS", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}
# Arabic marks that are written as others elsewhere; the stretching of a line (tatweel) is none at all.
_ARABIC = {"،": ",", "؛": ";", "؟": "?", "٫": ".", "٬": ",", "٪": "%", "\u0640": ""}


class Folded(NamedTuple):
    """Text without accents and variants of characters; `at[i]` is where its character `i` came from.

    `at` has one entry more than the text, for its end. Letters keep their case.
    """

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the stretch from `start` to `end` lies in the text that was folded."""
        return self.at[start], self.at[end - 1] + 1


def fold(text: str) -> Folded:
    """Return `text` in compatibility form (full-width digits, superscripts), with plain dashes and spaces.

    Digits of every script become those of ASCII. In Arabic the forms of alif and hamza become one, and vowel
    signs are left out, as most people write.
    """
    if text.isascii():
        return Folded(text.replace("`", "'"), tuple(range(len(text) + 1)))
    characters: list[str] = []
    at: list[int] = []
    for index, original in enumerate(text):
        for character in _folded(original):
            characters.append(character)
            at.append(index)
    return Folded("".join(characters), (*at, len(text)))


def plain(text: str) -> str:
    """Return `text` folded and in lower case."""
    return fold(text).text.casefold()


def _folded(character: str) -> str:
    if character in _QUOTES:
        return "'"
    if character in _LIGATURES:
        return _LIGATURES[character]
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(map(_one, decomposed))


def _one(character: str) -> str:
    if character.isascii():
        return character
    if character in _ARABIC:
        return _ARABIC[character]
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return _ALIKE.get(character, character)
