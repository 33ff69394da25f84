"""A customer's texts as material for the AI: short, no contact details, nothing that is said to a machine.

Nothing here is what keeps a page honest: answers are checked whatever the AI was shown. It keeps a model from
being led astray, and it bounds what a question costs. What is left out here is still on the page where the
page shows the customer's own words.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sitewright.orders.models.normalise import visible_text

LONGEST_WORD = 50
"""Characters; what is longer is no word of a language that is written here (German's are long), but code."""

_SIGNS = 8
"""Letters drawn as signs (flags, squares) from which on they are a text."""

_ADDRESSED = Path(__file__).parent / "addressed.txt"

_MARKUP = re.compile(
    r"<[^<>]*>|\{[{%].*?[%}]\}|\$\{[^}]*\}|\*\*|__|`+|\]\([^)]*\)|[<>\[\]{}]|(?<!\S)#{1,6}(?!\S)"
)
_CONTACT = re.compile(
    r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b\w+://\S+|\bjavascript:\S*|\bwww\.\S+"
    r"|(?<![\w.])\+?\(?\d(?:[\s().-]{0,2}\d){6,}(?!\w)"
)
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d\s*[-–]\s*(?:1[5-9]|20)\d\d")
_SENTENCE_END = re.compile(r"(?<=[.!?…؟])[”\"»)\]]*\s+")
_SPELLED = re.compile(r"(?<!\w)(?:\w[ .*_-]){5,}\w(?!\w)")

# Letters of other scripts that look like Latin ones, and digits and signs that stand for letters.
_ALIKE = str.maketrans("аеорсухіјѕԁһӏкмтвнαορτυνικ", "aeopcyxijsdhlkmtbhaoptuvik")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_SQUARED = {
    first + letter: chr(ord("a") + letter)
    for first in (0x1F1E6, 0x1F170, 0x1F150, 0x1F130)
    for letter in range(26)
}


def material(text: str, most: int) -> str:
    """Return what of `text` the AI is shown: at most `most` characters, whole sentences where possible.

    From the first sentence on that is addressed to a machine, nothing is. Empty when nothing is left.
    """
    kept = " ".join(_before_orders(visible_text(text)))
    kept = _MARKUP.sub(" ", kept)
    kept = _CONTACT.sub(lambda found: found[0] if _YEARS.fullmatch(found[0]) else "…", kept)
    words = (word for word in kept.split() if len(word) <= LONGEST_WORD)
    return shortened(" ".join(words), most)


def is_addressed(text: str) -> bool:
    """Tell whether `text`, one sentence, is said to the machine that writes and not about the business.

    So is what is spelled out in letters that stand alone or are drawn as signs: people write words.
    """
    if sum(ord(character) in _SQUARED for character in text) >= _SIGNS:
        return True
    return any(pattern.search(variant) for variant in _variants(text) for pattern in _patterns())


def shortened(text: str, most: int) -> str:
    """Return `text` up to `most` characters: to the end of a sentence, else of a word, that fits."""
    if len(text) <= most:
        return text
    ends = [found.start() for found in _SENTENCE_END.finditer(text, 0, most + 1)]
    if ends and ends[-1] >= most // 2:
        return text[: ends[-1]]
    return text[: most + 1].rpartition(" ")[0] or text[:most]


def _before_orders(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        if is_addressed(sentence):
            return
        yield sentence


def _variants(text: str) -> Iterator[str]:
    """Yield `text` in the ways in which it may be meant: small, plain letters; signs read as letters."""
    plain = unicodedata.normalize("NFKD", text.translate(_SQUARED)).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    alike = plain.translate(_ALIKE)
    yield from dict.fromkeys((plain, alike, alike.translate(_LEET)))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    parts: dict[str, list[str]] = {}
    for line in _ADDRESSED.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            parts[line.strip("[]").partition(":")[0]] = []
        elif line:
            parts[list(parts)[-1]].append(line)
    anywhere, first = ("|".join(f"(?:{line})" for line in parts[name]) for name in ("anywhere", "first"))
    return re.compile(anywhere), re.compile(rf"^\W*(?:{first})"), _SPELLED
