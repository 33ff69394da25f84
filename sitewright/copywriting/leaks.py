"""Does an answer tell what no visitor may read: the instructions it was given, or where it was asked?

What was asked is known word for word, so a run of its words is found whatever the answer makes of it. The
order's own words are no leak, nor is anything that the order says too.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sitewright.copywriting.prompts import Prompt, niche_guidance
from sitewright.orders.models.order import Order
from sitewright.settings import LOOPBACK, Route

RUN = 6
"""So many words in a row, the same as in the instructions, are the instructions' and no coincidence."""

_SHORTEST = 6
"""Characters of the shortest name of a route's that is looked for; shorter ones are words of the language."""

_SHOWN = 80
_FOR_PAGES = frozenset({"asks", "words"})
"""What of a trade's guidance is given so that pages say it."""

_WORD = re.compile(r"\w+")
_OF_MACHINES = re.compile(
    r"(?<![\w@.])(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b"
    r"|\border-data\b|\bsk-[\w-]{12,}|\bBearer \S{8,}"
    r"|(?<![\w/])(?:~|\.{1,2})?(?:/[\w.-]+){2,}|\b[A-Z]:\\\S+"
)


class Leak(NamedTuple):
    """A stretch of a text that no page may tell: `kind` says what it is, `shown` what may be told of it."""

    kind: str
    shown: str
    start: int
    end: int


class Leaks:
    """What of one question may not come back in its answer."""

    def __init__(self, instructions: Iterable[str], order_says: str, private: Iterable[str] = ()) -> None:
        """Know `instructions` word for word, less what the order says too; `private` are names and keys."""
        said = order_says.casefold()
        own = frozenset(_runs(_words(order_says)))
        self._runs = frozenset(run for text in instructions for run in _runs(_words(text))) - own
        names = sorted((re.escape(name) for name in private if name.casefold() not in said), key=len)
        self._private = re.compile("|".join(reversed(names)) or r"(?!)", re.IGNORECASE)

    def find(self, text: str) -> Iterator[Leak]:
        """Yield each leak in `text`."""
        for start, end in self._instructed(text):
            yield Leak("a stretch of the instructions", text[start:end][:_SHOWN], start, end)
        for found in _OF_MACHINES.finditer(text):
            yield Leak("a name that machines use", found[0], found.start(), found.end())
        for found in self._private.finditer(text):
            # It may be a key: what is found is told to the AI again, and to operators.
            yield Leak("a word of the configuration", "…", found.start(), found.end())

    def _instructed(self, text: str) -> Iterator[tuple[int, int]]:
        words = list(_WORD.finditer(text))
        start = end = -1
        for first, run in enumerate(_runs([word[0].casefold() for word in words])):
            if run not in self._runs:
                continue
            if words[first].start() >= end >= 0:
                yield start, end
                start = -1
            start = start if start >= 0 else words[first].start()
            end = words[first + RUN - 1].end()
        if start >= 0:
            yield start, end


def leaks_of(words: Prompt, order: Order, data: dict[str, Any], private: Iterable[str]) -> Leaks:
    """Return what of the question made of `words` and the order data `data` may not come back.

    What a trade's customers ask, and its words, are no secret of the instructions: its pages say them.
    """
    guidance = niche_guidance(order.brief.business.niche, order.language)
    told = (*words.parts.values(), *(text for name, text in guidance.items() if name not in _FOR_PAGES))
    # The plan's words, which are data too when a page is asked for, are the AI's and not the order's.
    said = {part: data[part] for part in ("brief", "services")}
    return Leaks(told, json.dumps(said, ensure_ascii=False), private)


def private_names(routes: Iterable[Route]) -> tuple[str, ...]:
    """Return what an AI may know of `routes` and no page may tell: keys, their variables, models, hosts."""
    names = []
    for route in routes:
        host = urlsplit(route.base_url).hostname or ""
        names += [route.base_url, "" if host in LOOPBACK else host]
        names += [route.api_key_env or "", os.environ.get(route.api_key_env or "", "")]
        # A model or a route that is called like a word cannot be told from the word.
        names += [name for name in (route.model, route.name) if re.search(r"[\d_/:-]", name)]
    return tuple(dict.fromkeys(name for name in names if len(name) >= _SHORTEST))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[first : first + RUN]) for first in range(len(words) - RUN + 1)]
