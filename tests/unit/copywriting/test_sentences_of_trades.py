"""Sentences that were written without a look at the check's lists: what is found, what passes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from sitewright.copywriting.facts import KnownFacts, profiles
from sitewright.copywriting.order_data import plan_data
from tests.support.briefs import order

_FOLDER = Path(__file__).parents[2] / "support" / "trades"


def trades() -> list[dict[str, Any]]:
    return [
        trade
        for file in sorted(_FOLDER.glob("*.toml"))
        for trade in tomllib.loads(file.read_text(encoding="utf-8"))["trade"]
    ]


def known(trade: dict[str, Any]) -> KnownFacts:
    brief = {part: trade[part] for part in ("business", "offer", "site", "seo")}
    asked = order(trade["locale"], **brief, proof={})
    return KnownFacts(plan_data(asked), asked.language, profiles=profiles(asked.brief))


@pytest.mark.failure(33)
@pytest.mark.parametrize("trade", trades(), ids=lambda trade: trade["business"]["name"])
def test_what_is_invented_is_found_and_what_is_true_or_harmless_passes(trade: dict[str, Any]) -> None:
    facts = known(trade)
    assert [text for text in trade["invented"] if not facts.check("x", text)] == []
    assert [text for text in trade["good"] if facts.check("x", text)] == []


def test_there_are_sixty_sentences_of_each_language_and_half_of_them_are_invented() -> None:
    for locale in ("en-GB", "pt-BR", "es-ES"):
        of_language = [trade for trade in trades() if trade["locale"] == locale]
        assert len(of_language) == 4
        assert sum(len(trade["invented"]) for trade in of_language) == 30
        assert sum(len(trade["good"]) for trade in of_language) == 30
