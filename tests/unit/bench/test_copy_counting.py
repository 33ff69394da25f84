"""What the bench counts of words: each figure from texts whose figure is known."""

import pytest

from bench.copy.counting import (
    foreign,
    runs,
    runs_of_brief,
    said_of_others,
    said_on_other_pages,
    said_twice_on_a_page,
    same_headings,
    too_long,
)
from bench.copy.orders import orders
from bench.copy.report import Asked, row
from bench.copy.texts import ASKED, Written, texts_of
from sitewright.copywriting.drafting import Draft, unplaced
from sitewright.copywriting.language import spoken
from sitewright.orders.models.brief import PageKind
from tests.support.briefs import order, placed
from tests.support.words import words_for

NOTHING: frozenset[tuple[str, ...]] = frozenset()


def said(text: str, page: PageKind = PageKind.HOME, kind: str = "lead") -> Written:
    return Written(page, None, kind, text)


def test_runs_are_of_five_words_whatever_stands_between() -> None:
    assert runs("One, two: three four FIVE six") == [
        ("one", "two", "three", "four", "five"),
        ("two", "three", "four", "five", "six"),
    ]
    assert runs("only four words here") == []


def test_what_a_page_says_twice_is_counted() -> None:
    twice = [said("a b c d e"), said("a b c d e f")]
    assert said_twice_on_a_page(twice, NOTHING) == pytest.approx(1 / 3)
    assert said_twice_on_a_page([said("a b c d e"), said("f g h i j")], NOTHING) == 0
    assert said_twice_on_a_page([], NOTHING) == 0


def test_what_two_pages_say_is_counted_once_a_page() -> None:
    texts = [said("a b c d e"), said("a b c d e"), said("a b c d e f", PageKind.ABOUT)]
    assert said_on_other_pages(texts, NOTHING) == pytest.approx(2 / 3)
    assert said_on_other_pages(texts[:2], NOTHING) == 0


def test_what_two_orders_say_is_counted_and_the_customers_own_words_are_not() -> None:
    one, two = [said("a b c d e")], [said("a b c d e f")]
    assert said_of_others([(one, NOTHING), (two, NOTHING)]) == pytest.approx(2 / 3)
    own = frozenset(runs("a b c d e"))
    assert said_of_others([(one, own), (two, own)]) == 0
    brief = order(site={"pages": ["home"], "description": "We want calls from our homeowners now"}).brief
    assert ("want", "calls", "from", "our", "homeowners") in runs_of_brief(brief)


def test_identical_headings_are_counted_across_orders_only() -> None:
    one = [said("Clean rooms", kind="heading"), said("Clean rooms", kind="heading")]
    assert same_headings([one]) == 0
    assert same_headings([one, [said("clean ROOMS", kind="heading"), said("Other", kind="title")]]) == (
        pytest.approx(2 / 3)
    )


def test_a_text_is_too_long_beyond_what_its_prompt_asks_for() -> None:
    fits, long = said("x" * ASKED["heading"], kind="heading"), said("x" * 61, kind="heading")
    assert too_long([fits, long, said("x" * 61)]) == (long,)


def test_texts_of_another_language_are_counted() -> None:
    words = spoken("pt", order("pt-BR").brief)
    texts = [said("Cortamos a grama antes de você chegar."), said("We mow the lawn before you come home.")]
    assert foreign(texts, words) == 1


def test_every_text_of_a_draft_is_counted_with_a_length_that_was_asked_for() -> None:
    asked = unplaced(placed())
    plan, pages = words_for(asked)
    texts = texts_of(Draft(plan, pages))
    assert {text.kind for text in texts} == set(ASKED)
    figures = row("landscaping", "en", [Asked(asked, Draft(plan, pages), ()), Asked(asked, None, ())])
    assert (figures.orders, figures.failed, figures.texts) == (2, 1, len(texts))


def test_orders_differ_and_keep_their_trades() -> None:
    chosen = orders(12)
    assert len({each.reference for each in chosen}) == 12
    assert {each.brief.business.niche for each in chosen[5:10]} == {
        each.brief.business.niche for each in chosen[:5]
    }
