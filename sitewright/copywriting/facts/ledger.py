"""The fact ledger of an order: what its brief says that a visitor could act on, and what words add to it."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, TypeAlias

from sitewright.copywriting.facts.claims import claims
from sitewright.copywriting.facts.cutting import Finding, cut
from sitewright.copywriting.facts.folding import Folded, fold, plain
from sitewright.copywriting.facts.implied import implied
from sitewright.copywriting.facts.patterns import PATTERNS
from sitewright.copywriting.facts.proper_names import STREET, proper_names
from sitewright.copywriting.facts.quantities import Quantity, quantities
from sitewright.copywriting.facts.words import lines, words
from sitewright.copywriting.leaks import Leaks
from sitewright.orders.models.normalise import visible_text

Place: TypeAlias = tuple[str | int, ...]

_Candidate: TypeAlias = tuple[str, int, int]
_NEVER_SAID = frozenset({"id", "keywords"})
# "Step-free" says nothing of what is free.
_SAID_WORD = re.compile(r"\w+-free\b|[\w%]+")
_SHORT_WORD, _SHORT_STEM, _LONGEST_ENDING = 4, 6, 4
# Small words that Arabic writes as one with the next: and, by, like, for, the.
_ARABIC_BEFORE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=\w{2})|^و(?=\w{3})")


class KnownFacts:
    """What the AI was shown of an order, as the facts that its words may repeat.

    `shown` is the order data of a question; `profiles` are the places elsewhere that the page links to
    (`instagram`), `leaks` what of the question may not come back. What people search for (`keywords`) holds
    names and numbers, and no claim of the customer's.
    """

    def __init__(
        self,
        shown: dict[str, Any],
        language: str,
        *,
        profiles: Collection[str] = (),
        leaks: Leaks | None = None,
    ) -> None:
        parts = {part: shown.get(part, {}) for part in ("brief", "services")}
        leaves_ = [(place, plain(visible_text(str(value)))) for place, value in leaves(parts)]
        said = [text for place, text in leaves_ if not _NEVER_SAID.intersection(place)]
        written = [text for place, text in leaves_ if place[-1] != "id"]
        counted = [plain(text) for text in implied(shown, language)]
        said += [*counted, *(plain(text) for text in profiles)]
        everything = [*written, *said]
        self._language = language
        self._leaks = leaks
        self._said = tuple(said)
        self._source = " | ".join(everything)
        self._said_words = tuple(tuple(_SAID_WORD.findall(text)) for text in said)
        self._words = frozenset(re.findall(r"[^\W_]+", self._source))
        self._places = frozenset(re.findall(r"[^\W_]+", STREET.sub(" ", self._source)))
        self._digits = tuple(re.sub(r"\D", "", text) for text in everything)
        held = [found for text in everything for found in quantities(text, language)]
        self._values = frozenset(found.value for text in written for found in quantities(text, language))
        self._counts = frozenset((found.value, found.unit) for found in held)

    def check(self, path: str, text: str) -> list[Finding]:
        """Return what in `text` looks like a fact and is not known, in the order of the text."""
        folded = fold(text)
        leaked = self._leaks.find(text) if self._leaks else ()
        findings = [Finding(path, leak.kind, leak.shown, leak.start, leak.end) for leak in leaked]
        for kind, start, end in self._unknown(folded):
            begin, until = folded.span(start, end)
            if not any(found.start < until and begin < found.end for found in findings):
                findings.append(Finding(path, kind, text[begin:until].strip(), begin, until))
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

    def _unknown(self, folded: Folded) -> Iterator[_Candidate]:
        text = folded.text
        yield from self._unknown_patterns(text)
        lower = _lower(text)
        everyday = [match.span() for match in claims(self._language).everyday.finditer(lower)]
        for quantity in quantities(lower, self._language):
            idiom = any(start <= quantity.start and quantity.end <= end for start, end in everyday)
            if not idiom and not self._holds_quantity(quantity, lower):
                yield quantity.kind, quantity.start, quantity.end
        for language in dict.fromkeys((self._language, "en")):
            yield from self._unknown_claims(lower, language)
        for name in proper_names(text, self._words, self._places, self._language):
            yield name.kind, name.start, name.end

    def _unknown_patterns(self, text: str) -> Iterator[_Candidate]:
        for kind, pattern in PATTERNS.items():
            for match in pattern.finditer(text):
                if kind == "a phone number":
                    digits = re.sub(r"\D", "", match[0])
                    held = bool(digits) and any(digits in known for known in self._digits)
                else:
                    # Words hold no markup, whoever wrote some into the brief.
                    held = kind != "markup" and plain(match[0]).strip("“”\"'«„» ") in self._source
                if not held:
                    yield kind, match.start(), match.end()

    def _unknown_claims(self, lower: str, language: str) -> Iterator[_Candidate]:
        table = claims(language)
        everyday = [match.span() for match in table.everyday.finditer(lower)]
        for kind, pattern in table.kinds.items():
            for match in pattern.finditer(lower):
                harmless = any(start <= match.start() and match.end() <= end for start, end in everyday)
                if match[0] and not harmless and not self._holds_claim(match[0]):
                    yield kind, match.start(), match.end()

    def _holds_quantity(self, quantity: Quantity, lower: str) -> bool:
        if isinstance(quantity.value, str):
            return quantity.value in self._source
        if quantity.unit:
            return (quantity.value, quantity.unit) in self._counts
        return quantity.value in self._values or lower[quantity.start : quantity.end] in self._words

    def _holds_claim(self, claim: str) -> bool:
        """Tell whether one text of the brief has every word of `claim`, in whichever inflection."""
        telling = [word for word in _SAID_WORD.findall(claim) if word not in words("little")]
        if not telling:
            return any(claim in text for text in self._said)
        return any(
            all(any(_alike(word, other) for other in text) for word in telling) for text in self._said_words
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


def _lower(text: str) -> str:
    """Return `text` in lower case, character by character, so that every place stays where it is."""
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)


@cache
def _families() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split()) for line in lines("kin"))


def _alike(word: str, other: str) -> bool:
    """Tell whether two words are one in another inflection, like `licensed` and `license`."""
    if any(word in family and other in family for family in _families()):
        return True
    short, long = sorted((_bare(word), _bare(other)), key=len)
    if len(short) <= _SHORT_WORD:
        return short == long
    common = len(short) - (1 if len(short) <= _SHORT_STEM else 2)
    return len(long) - len(short) <= _LONGEST_ENDING and long.startswith(short[:common])


def _bare(word: str) -> str:
    return _ARABIC_BEFORE.sub("", word.removesuffix("s"))
