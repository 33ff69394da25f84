"""Prompts: what the AI is told, by task, language and trade, with a version that is part of the step's
fingerprint.

A file is `version: N`, then parts that begin with a line `# name`. `prompts/` holds one a task and language,
and `shared.LANGUAGE.md` for what both tasks say; `niches/LANGUAGE/` holds what is true of each trade whoever
practises it. Placeholders (`$variant`) are filled with words of these files only; what a customer wrote
reaches the AI as delimited data (`order_data.py`), never through one.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Literal, TypeAlias

from sitewright.copywriting.schemas import FACTS_VERSION, SCHEMA_VERSION
from sitewright.orders.models.business import Niche
from sitewright.orders.models.order import Order

Task: TypeAlias = Literal["plan", "page"]

_FOLDER = Path(__file__).parent / "prompts"
_NICHES = Path(__file__).parent / "niches"


@dataclass(frozen=True)
class Prompt:
    """The parts of a prompt by name, and the version that a change of any of its files changes."""

    parts: dict[str, str]
    version: str

    def variant(self, order: Order) -> str:
        """Return how the language of `order` is written: by its locale's country, else by the address's."""
        address = order.brief.business.address
        language, _, country = order.locale.partition("-")
        country = country or (address.country if address else "")
        return self.parts.get(f"variant {language}-{country}", self.parts["variant"])

    def system(self, order: Order) -> str:
        """Return the system message for `order`: the rules, and what its trade asks for."""
        variant = self.variant(order)
        guidance = niche_guidance(order.brief.business.niche, order.language)
        return self.fill("system", variant=variant, trade=self.fill("trade", variant=variant, **guidance))

    def fill(self, part: str, **words: str) -> str:
        """Return `part` with its placeholders filled.

        Raises KeyError for a placeholder without words.
        """
        return Template(self.parts[part]).substitute(words)


@cache
def prompt(task: Task, language: str) -> Prompt:
    """Return the prompt for `task` in `language`."""
    text, shared = (_read(_FOLDER / f"{name}.{language}.md") for name in (task, "shared"))
    numbers = f"{_number(text)}.{_number(shared)}"
    return Prompt(
        parts={**_parts(shared), **_parts(text)},
        version=f"{task}.{language}-{numbers}-{_digest(text + shared)}-schema{SCHEMA_VERSION}",
    )


@cache
def niche_guidance(niche: Niche, language: str) -> dict[str, str]:
    """Return what is known of a trade in `language`, by name, each in a line.

    `who` comes and in which situation, what they `asks` first, the trade's `words`, those to `avoid`, what
    makes its pages `useful`, and what is `worn` out. It holds no fact of any business.
    """
    parts = _parts(_read(_NICHES / language / f"{niche.value}.md"))
    return {name: " ".join(text.split()) for name, text in parts.items()}


def problem(kind: str, language: str, **words: str) -> str:
    """Return what the AI is told of a problem (`language`, `too long`, `too short`) in `language`."""
    return prompt("page", language).fill(f"problem {kind}", **words)


def plan_version(order: Order) -> str:
    """Return the version of the question for the plan of `order`: prompt, niche, their hashes, and schema."""
    return _version("plan", order)


def page_version(order: Order) -> str:
    """Return the version of the question for a page of `order`: prompt, niche, their hashes, and schema."""
    return _version("page", order)


def _version(task: Task, order: Order) -> str:
    niche = order.brief.business.niche
    guidance = _read(_NICHES / order.language / f"{niche.value}.md")
    asked = f"{prompt(task, order.language).version}-{niche.value}-{_digest(guidance)}"
    return f"{asked}-facts{FACTS_VERSION}"


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _parts(text: str) -> dict[str, str]:
    _, *parts = re.split(r"^# (.+)$", text, flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


def _number(text: str) -> str:
    return text.partition("version:")[2].partition("\n")[0].strip()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
