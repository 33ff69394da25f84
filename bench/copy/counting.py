"""What is counted of words: too long, in another language, said before. Each function is pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from bench.copy.texts import ASKED, Written
from sitewright.copywriting.language import Spoken
from sitewright.orders.models.brief import Brief

RUN = 5
"""So many words in a row that stand elsewhere too are a repetition."""

_WORD = re.compile(r"\w+")

Run = tuple[str, ...]


def too_long(texts: Iterable[Written]) -> tuple[Written, ...]:
    """Return the texts that are longer than was asked for; none of these is too long for the design."""
    return tuple(text for text in texts if len(text.text) > ASKED[text.kind])


def foreign(texts: Iterable[Written], words: Spoken) -> int:
    """Return how many texts are in another language than the order's."""
    return sum(bool(words.foreign({"text": text.text})) for text in texts)


def runs(text: str) -> list[Run]:
    """Return each run of `RUN` words of `text`, in lower case."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return [tuple(words[first : first + RUN]) for first in range(len(words) - RUN + 1)]


def runs_of_brief(brief: Brief) -> frozenset[Run]:
    """Return the runs of the brief's own texts: to repeat the customer's words is no repetition."""
    return frozenset(run for text in _strings(brief.model_dump(mode="json")) for run in runs(text))


def said_twice_on_a_page(texts: Iterable[Written], own: frozenset[Run]) -> float:
    """Return the share of runs that their page has said before."""
    pages: dict[str, list[Run]] = defaultdict(list)
    for text in texts:
        pages[text.page] += _counted(text, own)
    every = sum(map(len, pages.values()))
    again = sum(len(said) - len(set(said)) for said in pages.values())
    return again / every if every else 0.0


def said_on_other_pages(texts: Iterable[Written], own: frozenset[Run]) -> float:
    """Return the share of runs, each counted once a page, that another page of the site has too."""
    pages: dict[str, set[Run]] = defaultdict(set)
    for text in texts:
        pages[text.page].update(_counted(text, own))
    return _shared([frozenset(said) for said in pages.values()])


def said_of_others(orders: Sequence[tuple[Sequence[Written], frozenset[Run]]]) -> float:
    """Return the share of runs, each counted once an order, that another order's words have too."""
    return _shared([frozenset(run for text in texts for run in _counted(text, own)) for texts, own in orders])


def same_headings(orders: Sequence[Sequence[Written]]) -> float:
    """Return the share of headings that stand, word for word, on another order's pages too."""
    sets = [
        frozenset(text.text.casefold() for text in texts if text.kind in {"heading", "title"})
        for texts in orders
    ]
    return _shared(sets)


def _counted(text: Written, own: frozenset[Run]) -> list[Run]:
    return [run for run in runs(text.text) if run not in own]


def _shared(sets: Sequence[frozenset[object]]) -> float:
    times = Counter(item for each in sets for item in each)
    every = sum(map(len, sets))
    return sum(times[item] > 1 for each in sets for item in each) / every if every else 0.0


def _strings(value: object) -> Iterable[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _strings(inner)
        case list():
            for inner in value:
                yield from _strings(inner)
        case _:
            return
