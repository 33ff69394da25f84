"""How a phrase becomes a text: chosen by the brief, filled from the brief, used again only when all were."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sitewright.local.copywriter.catalog import Catalog

_SLOT = re.compile(r"\{(\w+)\}")
_DOUBLED_STOP = re.compile(r"(?<!\.)\.\.(?!\.)|(?<=[!?…؟])\.")
_SENTENCE_END = re.compile(r"(?<=[.!?…؟])\s+")


@dataclass
class Wording:
    """The words of one answer.

    `seed` makes two businesses sound different; `turn` makes the pages of one site, and an answer that is
    asked for again, begin elsewhere in the same catalog. `mentions` is how often the business may still be
    named before phrases without its name are preferred; None for as often as it comes.
    """

    catalog: Catalog
    slots: Mapping[str, str]
    seed: str
    turn: int = 0
    mentions: int | None = None
    used: Counter[str] = field(default_factory=Counter)

    def pick(self, *paths: str, limit: int, **slots: str) -> str:
        """Return a text of at most `limit` characters from the phrases under the `paths`.

        The phrases that this answer has used least come before others, those of the first path before those
        of the next, and the fallbacks last. Returns an empty text only where no phrase fits.
        """
        filled = {**self.slots, **slots}
        ordered = [phrase for path in paths for phrase in self._ordered(path)]
        fallbacks = [phrase for path in paths for phrase in self.catalog.fallbacks(path)]
        ordered = [*sorted(ordered, key=self.used.__getitem__), *fallbacks]
        for phrase in sorted(ordered, key=self._wearies):
            text = _filled(phrase, filled)
            if text and len(text) <= limit:
                self.used[phrase] += 1
                if self.mentions and "{name}" in phrase:
                    self.mentions -= 1
                return text
        return ""

    def compose(self, *parts: tuple[str, ...], limit: int) -> str:
        """Return the texts picked for each of `parts` (paths) as one, less those that no longer fit."""
        text = ""
        for paths in parts:
            room = limit - len(text) - bool(text)
            more = self.pick(*paths, limit=room) if room > 0 else ""
            text = f"{text} {more}".strip()
        return text

    def _wearies(self, phrase: str) -> bool:
        return self.mentions == 0 and "{name}" in phrase

    def _ordered(self, path: str) -> list[str]:
        ordered = sorted(self.catalog.phrases(path), key=self._rank)
        start = self.turn % len(ordered) if ordered else 0
        return ordered[start:] + ordered[:start]

    def _rank(self, phrase: str) -> bytes:
        return hashlib.sha256(f"{self.seed}{phrase}".encode()).digest()


def _filled(phrase: str, slots: Mapping[str, str]) -> str:
    if any(not slots.get(name) for name in _SLOT.findall(phrase)):
        return ""
    text = _SLOT.sub(lambda found: slots[found[1]], phrase)
    return _DOUBLED_STOP.sub(lambda found: "." if found[0] == ".." else "", text)


def sentence(text: str) -> str:
    """Return `text` with a full stop, unless it ends in a mark of its own."""
    return text if not text or text[-1] in '.!?…:;"”»)؟؛' else f"{text}."


def clipped(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters: whole sentences, else whole words and an ellipsis."""
    if len(text) <= limit:
        return text
    whole = ""
    for part in _SENTENCE_END.split(text):
        longer = f"{whole} {part}".strip()
        if len(longer) > limit:
            break
        whole = longer
    if whole:
        return whole
    words = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-،؛")
    # A number is never shown cut short: it would be another number.
    return f"{(words or text[: limit - 1]).rstrip('0123456789')}…"
