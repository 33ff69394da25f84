"""Is an answer in the order's language, in every section? Told by the small words that no text does without.

Each language is a list of its commonest words, endings (`-ção`) and letters (`+ñ`), in `languages/`. What
counts against a text are words of another language that are none of its own, outweighing those of its own
that the other lacks. Names and labels of the brief are left out beforehand: they may be in any language. What
is too short to tell is let pass.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sitewright.copywriting.prompts import problem
from sitewright.orders.models.brief import Brief

LEAST = 3
"""So many words of another language, at least, tell that a text is in it."""

OUTWEIGH = 2.0
"""How many of them there must be to each word that is the right language's alone."""

_EXCERPT = 60
_NAMED_AT_MOST = 5
_FOLDER = Path(__file__).parent / "languages"
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…:;؟؛])\s+")
_NO_SCRIPT = frozenset("ªºµ")
_LATIN = frozenset({"LATIN"})
_SCRIPTS = {"ar": frozenset({"ARABIC", "LATIN"})}
"""The scripts that a language is written in, where Latin letters are not all."""
_CHOSEN = "sections"
"""The name of what an answer chooses from the schema and does not write."""


class Foreign(NamedTuple):
    """A text at `path` (`about.paragraphs.1`, or a whole section) that is in another language."""

    path: str
    excerpt: str


class _Words(NamedTuple):
    whole: frozenset[str]
    endings: tuple[str, ...]
    letters: frozenset[str]

    def hold(self, word: str) -> bool:
        ends = len(word) > 5 and word.endswith(self.endings)
        return word in self.whole or ends or not self.letters.isdisjoint(word)


@dataclass(frozen=True)
class Spoken:
    """What the words of one order are written in: its language, and the names that may be in any other."""

    language: str
    names: re.Pattern[str]

    def foreign(self, answer: dict[str, Any]) -> tuple[Foreign, ...]:
        """Return what of `answer`, as JSON values, is in another language; narrower places come first.

        Looked at are every sentence, every text, all texts of a section together, and all headings.
        """
        # A name may hold a full stop (`Dr. Prado`), so names go before sentences are told apart.
        texts = [(path, self.names.sub(" ", text)) for path, text in _texts(answer)]
        found: dict[str, Foreign] = {}
        for path, text in texts:
            for part in (*_SENTENCE_END.split(text), text):
                if path not in found and self._is_foreign(part):
                    found[path] = Foreign(path, _excerpt(part))
        sections: dict[str, list[str]] = {}
        for path, text in texts:
            sections.setdefault(path.partition(".")[0], []).append(text)
        for section, inner in sections.items():
            if not any(path.startswith(section) for path in found) and self._is_foreign(" ".join(inner)):
                found[section] = Foreign(section, _excerpt(" ".join(inner)))
        headings = [(path, text) for path, text in texts if path.rpartition(".")[2] in {"heading", "title"}]
        if not found and self._is_foreign(" ".join(text for _, text in headings)):
            found = {path: Foreign(path, _excerpt(text)) for path, text in headings}
        return tuple(found.values())

    def _is_foreign(self, text: str) -> bool:
        return language_of(text, self.language) is not None


def spoken(language: str, brief: Brief) -> Spoken:
    """Return what answers about `brief` are to be written in."""
    names = sorted({name.casefold() for name in _names(brief)}, key=len, reverse=True)
    either = "|".join(re.escape(name) for name in names)
    return Spoken(language, re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE))


def refuse_foreign(answer: dict[str, Any], words: Spoken) -> None:
    """Raise ValueError where `answer` is not in the order's language, with sentences for the AI in it."""
    if found := words.foreign(answer)[:_NAMED_AT_MOST]:
        told = (problem("language", words.language, path=each.path, excerpt=each.excerpt) for each in found)
        raise ValueError("; ".join(told))


def language_of(text: str, expected: str) -> str | None:
    """Return the language that `text` is in where that is clearly not `expected`, else None.

    One of the lists' (`nl`), or `script` where any letter is of none that `expected` is written in. Arabic
    may hold names in Latin letters, as long as they are not most of its words.
    """
    words = [word.casefold() for word in _WORD.findall(text)]
    scripts = {letter: _script(letter) for word in words for letter in word}
    if not set(scripts.values()) <= _SCRIPTS.get(expected, _LATIN):
        return "script"
    latin = sum(scripts[word[0]] == "LATIN" for word in words)
    if expected in _SCRIPTS and latin >= LEAST and latin > OUTWEIGH * (len(words) - latin):
        return "script"
    held = Counter(map(_languages_of, words)).items()
    tallies = {
        code: (
            sum(times for of, times in held if code in of and expected not in of),
            sum(times for of, times in held if expected in of and code not in of),
        )
        for code in _lists()
        if code != expected
    }
    against, (theirs, ours) = max(tallies.items(), key=lambda tally: tally[1][0] - tally[1][1])
    return against if theirs >= LEAST and theirs > OUTWEIGH * ours else None


@lru_cache(maxsize=10_000)
def _languages_of(word: str) -> frozenset[str]:
    return frozenset(code for code, of in _lists().items() if of.hold(word))


@cache
def _lists() -> dict[str, _Words]:
    return {file.stem: _read(file) for file in sorted(_FOLDER.glob("*.txt"))}


def _read(file: Path) -> _Words:
    items = file.read_text(encoding="utf-8").split()
    endings = tuple(item[1:] for item in items if item.startswith("-"))
    letters = frozenset("".join(item[1:] for item in items if item.startswith("+")))
    return _Words(frozenset(item for item in items if item[0] not in "-+"), endings, letters)


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    if letter.isascii() or letter in _NO_SCRIPT or unicodedata.category(letter).startswith("M"):
        return "LATIN"
    return unicodedata.name(letter, "LATIN").partition(" ")[0]


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for name, inner in value.items():
                if name == _CHOSEN:
                    continue
                yield from _texts(inner, f"{path}.{name}" if path else name)
        case list() | tuple():
            for index, inner in enumerate(value):
                yield from _texts(inner, f"{path}.{index}")
        case _:
            return


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]} …"


def _names(brief: Brief) -> Iterator[str]:
    business, offer = brief.business, brief.offer
    yield business.name
    if business.address:
        yield from filter(None, (business.address.city, business.address.region, business.address.street))
    if business.owner:
        yield business.owner.name
    yield from (member.name for member in business.team)
    yield from (service.name for service in offer.services)
    yield from offer.service_areas
    yield from (work.title for work in brief.proof.gallery)
    yield from (testimonial.name for testimonial in brief.proof.testimonials)
    yield from brief.seo.keywords
    yield from filter(None, (business.custom_niche, brief.site.cta_text))
