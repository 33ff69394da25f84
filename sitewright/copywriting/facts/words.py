"""Lists of words that the check knows, read from `words/`: without accents, lines with # are remarks."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "words"


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the lines of the list `name`."""
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def words(name: str) -> frozenset[str]:
    """Return every word of the list `name`."""
    return frozenset(word for line in lines(name) for word in line.split())
