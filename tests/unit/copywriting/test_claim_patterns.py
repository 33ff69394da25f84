"""Claims that only look like claims, words that look harmless, and how long the patterns take."""

import time

import pytest

from sitewright.copywriting.facts import KnownFacts
from sitewright.copywriting.order_data import plan_data
from tests.support.briefs import order


def known(language: str) -> KnownFacts:
    return KnownFacts(plan_data(order()), language)


def test_what_is_free_of_something_is_not_free_of_charge() -> None:
    offer = {"services": [{"name": "Mowing", "description": "A step-free garden."}]}
    facts = KnownFacts(plan_data(order(offer=offer)), "en")
    assert facts.check("x", "The delivery is free.")
    assert facts.check("x", "A step-free garden.") == []


@pytest.mark.parametrize("text", ["The best bread happens here.", "The best plumber in town is often us."])
def test_a_superlative_that_looks_like_a_saying_is_found(text: str) -> None:
    assert known("en").check("x", text)


@pytest.mark.parametrize(
    "text", ["The best pictures happen by chance.", "The best evenings start with bread and butter."]
)
def test_a_saying_with_a_superlative_passes(text: str) -> None:
    assert known("en").check("x", text) == []


@pytest.mark.parametrize(
    ("language", "piece"),
    [
        ("en", "fix a "),
        ("en", "we get a "),
        ("en", "sends their a "),
        ("en", "the best a "),
        ("en", "a-free"),
        ("en", "aaaapist"),
        ("pt", "resolve a "),
        ("pt", "o a com mais a "),
        ("pt", "recebe a "),
        ("pt", "o melhor a "),
        ("es", "envia a "),
        ("es", "el a con mas a "),
        ("es", "en toda el area a "),
        ("es", "la mejor a "),
        ("fr", "le plus a de "),
        ("fr", "envoyons a chaque "),
        ("de", "sparen a "),
        ("de", "ein "),
        ("it", "il a più a "),
        ("it", "inviamo a "),
        ("ar", "نرسل ا "),
        ("ar", "ال"),
        ("ar", "ووو "),
    ],
)
def test_no_claim_keeps_the_check_busy_with_a_long_text(language: str, piece: str) -> None:
    text, begun = (piece * 4000)[:4000], time.process_time()
    known(language).check("x", text)
    assert time.process_time() - begun < 2
