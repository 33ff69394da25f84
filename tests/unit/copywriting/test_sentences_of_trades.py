"""Sentences that were written without a look at the check's lists: what is found, what passes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from sitewright.copywriting.facts import KnownFacts, profiles
from sitewright.copywriting.order_data import plan_data
from tests.support.briefs import order

_FOLDER = Path(__file__).parents[2] / "support" / "trades"

# Of the second set: what no list tells from harmless words ...
NOT_FOUND = {
    "All of your files are backed up in three separate places.",
    "Students who work shifts can watch recordings of each class online.",
    "Uma veterinária acompanha todos os atendimentos.",
    "Mandamos fotos do seu pet pelo WhatsApp durante o banho.",
    "También atendemos gatos y conejos.",
}
# ... and what the brief says with other words, which nobody matches.
SAID_OTHERWISE = {
    "Groups have up to eight people, so everyone gets to speak.",
    "La matrícula no cuesta nada: es gratuita.",
}


def trades(folder: Path) -> list[dict[str, Any]]:
    return [
        trade
        for file in sorted(folder.glob("*.toml"))
        for trade in tomllib.loads(file.read_text(encoding="utf-8"))["trade"]
    ]


def known(trade: dict[str, Any]) -> KnownFacts:
    brief = {part: trade[part] for part in ("business", "offer", "site")}
    asked = order(trade["locale"], **brief, seo=trade.get("seo", {}), proof={})
    return KnownFacts(plan_data(asked), asked.language, profiles=profiles(asked.brief))


@pytest.mark.failure(33)
@pytest.mark.parametrize("trade", trades(_FOLDER), ids=lambda trade: trade["business"]["name"])
def test_what_is_invented_is_found_and_what_is_true_or_harmless_passes(trade: dict[str, Any]) -> None:
    facts = known(trade)
    assert [text for text in trade["invented"] if not facts.check("x", text)] == []
    assert [text for text in trade["good"] if facts.check("x", text)] == []


@pytest.mark.failure(33)
@pytest.mark.parametrize("trade", trades(_FOLDER / "second"), ids=lambda trade: trade["business"]["name"])
def test_of_the_second_set_only_a_few_known_sentences_are_judged_wrongly(trade: dict[str, Any]) -> None:
    facts = known(trade)
    assert {text for text in trade["invented"] if not facts.check("x", text)} == NOT_FOUND & {
        *trade["invented"]
    }
    assert [text for text in trade["harmless"] if facts.check("x", text)] == []
    found = {text: facts.check("x", text) for text in trade["true"]}
    # Prices are never the AI's to say, true ones neither: the templates put them on the page.
    wrongly = {text for text, findings in found.items() if any(f.kind != "a price" for f in findings)}
    assert wrongly == SAID_OTHERWISE & {*trade["true"]}


@pytest.mark.failure(33)
@pytest.mark.parametrize(
    "trade",
    trades(_FOLDER / "third") + trades(_FOLDER / "fourth"),
    ids=lambda trade: trade["business"]["name"],
)
def test_of_the_later_sets_what_is_judged_wrongly_is_written_down(trade: dict[str, Any]) -> None:
    facts = known(trade)
    assert [text for text in trade["invented"] if not facts.check("x", text)] == trade.get("passes", [])
    found = {text: facts.check("x", text) for text in (*trade["harmless"], *trade["true"])}
    wrongly = [text for text, findings in found.items() if any(f.kind != "a price" for f in findings)]
    assert wrongly == trade.get("disputed", [])


def test_there_are_sixty_sentences_of_each_language_and_half_of_them_are_invented() -> None:
    for locale in ("en-GB", "pt-BR", "es-ES"):
        of_language = [trade for trade in trades(_FOLDER) if trade["locale"] == locale]
        assert len(of_language) == 4
        assert sum(len(trade["invented"]) for trade in of_language) == 30
        assert sum(len(trade["good"]) for trade in of_language) == 30


def test_the_second_set_has_a_hundred_of_each_language_and_half_of_them_are_invented() -> None:
    for language in ("en", "pt", "es"):
        of_language = [trade for trade in trades(_FOLDER / "second") if trade["locale"].startswith(language)]
        assert len(of_language) == 5
        for kind, expected in (("invented", 50), ("harmless", 25), ("true", 25)):
            assert sum(len(trade[kind]) for trade in of_language) == expected


@pytest.mark.parametrize("language", ["fr", "de", "it", "ar"])
def test_the_later_sets_have_166_sentences_of_each_language(language: str) -> None:
    counted = {
        (name, kind): sum(
            len(trade[kind]) for trade in trades(_FOLDER / name) if trade["locale"].startswith(language)
        )
        for name in ("third", "fourth")
        for kind in ("invented", "harmless", "true")
    }
    assert list(counted.values()) == [50, 25, 25, 36, 15, 15]
