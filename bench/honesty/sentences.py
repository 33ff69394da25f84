"""The sentences that the inventing AI mixes: inventions by kind, true ones about an order, and harmless ones.

`tuning` are those that the check was made better with; `held_out` were written before it and only counted.
"""

from functools import cache
from pathlib import Path

from sitewright.orders.models.normalise import visible_text

SETS = ("tuning", "held_out")

_FOLDER = Path(__file__).parent
_ESCAPES = {"\\u200b": "\u200b", "\\u00a0": "\u00a0"}


@cache
def sections(folder: str, which: str, language: str) -> dict[str, tuple[str, ...]]:
    """Return the lines of a file by the section that they stand in."""
    found: dict[str, list[str]] = {}
    for line in (_FOLDER / folder / which / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = []
        elif line:
            found[list(found)[-1]].append(_unescaped(line))
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def inventions(which: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return every invention as its kind and its sentence, each pattern with each value of its slots."""
    kinds = dict(sections("inventions", which, language))
    slots = {name: values.strip().split("|") for name, _, values in map(_parted, kinds.pop("slots"))}
    made = []
    for kind, patterns in kinds.items():
        for pattern in patterns:
            used = [name for name in slots if f"{{{name}}}" in pattern]
            most = max((len(slots[name]) for name in used), default=1)
            for turn in range(most):
                values = {name: slots[name][turn % len(slots[name])] for name in used}
                made.append((kind, pattern.format(**values)))
    return tuple(made)


def as_shown(sentence: str) -> str:
    """Return `sentence` as a page would show it."""
    return visible_text(sentence)


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _unescaped(line: str) -> str:
    for escape, character in _ESCAPES.items():
        line = line.replace(escape, character)
    return line
