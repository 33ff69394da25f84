"""The claims of each language, from `claims/`: what only a brief may say, and what only looks like it."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sitewright.copywriting.facts.folding import plain

_FOLDER = Path(__file__).parent / "claims"


class Claims(NamedTuple):
    """The patterns of one language, over folded text.

    `kinds` are the claims by what they are called. `counted` are the classes of what numbers count.
    `everyday` is what looks like a claim and is none. In some languages small words are written as one with
    the next: `before` of a file is a pattern of them.
    """

    kinds: dict[str, re.Pattern[str]]
    counted: tuple[re.Pattern[str], ...]
    everyday: re.Pattern[str]


@cache
def claims(language: str) -> Claims:
    """Return the claims of `language`.

    Praise that no visitor could act on ("careful", "friendly") is none: it is style.
    """
    parts: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            parts[line[1:].partition("]")[0]] = []
        elif line and not line.startswith("#"):
            parts[list(parts)[-1]].append(_folded(line))
    counted = tuple(re.compile(rf"(?:{line})(?!\w)", re.IGNORECASE) for line in parts.pop("counted"))
    before = "|".join(parts.pop("before", []))
    everyday = _whole_words(parts.pop("everyday"), before)
    return Claims({kind: _whole_words(lines, before) for kind, lines in parts.items()}, counted, everyday)


def _whole_words(lines: list[str], before: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{before})(?:{'|'.join(lines)})(?!\w)", re.IGNORECASE)


def _folded(pattern: str) -> str:
    # Folding to lower case would turn \W into \w; so only what is no escape is folded.
    return "".join(part if part.startswith("\\") else plain(part) for part in re.split(r"(\\.)", pattern))
