"""Prompts: one file a task and language, each with a version that is part of the step's fingerprint.

A file is `version: N`, then parts that begin with a line `# name`. Placeholders (`$variant`) are filled with
words of the same file only; what a customer wrote reaches the AI as delimited data (`order_data.py`), never
through one.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Literal, TypeAlias

from sitewright.copywriting.schemas import SCHEMA_VERSION
from sitewright.orders.models.order import Order

Task: TypeAlias = Literal["plan", "page"]

_FOLDER = Path(__file__).parent / "prompts"


@dataclass(frozen=True)
class Prompt:
    """The parts of one prompt file by name, and the version that a change of the file changes."""

    parts: dict[str, str]
    version: str

    def variant(self, order: Order) -> str:
        """Return how the language of `order` is written: by its locale's country, else by the address's."""
        address = order.brief.business.address
        language, _, country = order.locale.partition("-")
        country = country or (address.country if address else "")
        return self.parts.get(f"variant {language}-{country}", self.parts["variant"])

    def fill(self, part: str, **words: str) -> str:
        """Return `part` with its placeholders filled.

        Raises KeyError for a placeholder without words.
        """
        return Template(self.parts[part]).substitute(words)


@cache
def prompt(task: Task, language: str) -> Prompt:
    """Return the prompt for `task` in `language` (`en`, `pt` or `es`)."""
    text = (_FOLDER / f"{task}.{language}.md").read_text(encoding="utf-8")
    header, *parts = re.split(r"^# (.+)$", text, flags=re.MULTILINE)
    number = header.partition("version:")[2].strip()
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(
        parts={name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)},
        version=f"{task}.{language}-{number}-{digest}-schema{SCHEMA_VERSION}",
    )


def plan_version(language: str) -> str:
    """Return the version of the question for a plan in `language`: prompt, its text's hash, and schema."""
    return prompt("plan", language).version


def page_version(language: str) -> str:
    """Return the version of the question for a page in `language`: prompt, its text's hash, and schema."""
    return prompt("page", language).version
