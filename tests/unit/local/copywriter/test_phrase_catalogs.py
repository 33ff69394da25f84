"""The phrase catalogs: alike in every language, filled whole, and with no fact of their own."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any

import pytest

from sitewright.copywriting.facts import KnownFacts, profiles
from sitewright.copywriting.order_data import plan_data
from sitewright.local.copywriter import composer
from sitewright.local.copywriter.catalog import LANGUAGES, catalog
from sitewright.local.copywriter.composer import words_for
from sitewright.local.copywriter.order_data import OrderData
from sitewright.local.copywriter.wording import clipped
from sitewright.orders.models.brief import CallToAction, Objective, Tone
from sitewright.orders.models.business import Niche
from sitewright.orders.models.order import LANGUAGES as SITE_LANGUAGES
from sitewright.orders.models.site import FaqTopic, SectionKind, SitePlan
from tests.support import briefs

LOCALES = ("en-US", "pt-BR", "pt-PT", "es")
FORMAL_LOCALES = ("fr-FR", "de-CH", "it-IT", "ar-AE")
"""Their phrases have no familiar form, so one tone shows them all but those of other tones."""
SLOT = re.compile(r"\{(\w*)\}")


@cache
def _slots(locale: str) -> Mapping[str, str]:
    """Every slot filled, for a business that names its trade itself."""
    asked = plan_data(briefs.order(locale))
    asked["brief"]["business"]["custom_niche"] = "Gardens"
    return {"craft": "gardens", **_filled_only(words_for(OrderData.model_validate(asked)).slots)}


def _filled_only(slots: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in slots.items() if text}


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    else:
        for item in value:
            yield from _leaves(item, path)


@pytest.mark.parametrize(
    ("locale", "tone"),
    [*product(LOCALES, Tone), *zip(FORMAL_LOCALES, Tone, strict=True)],
)
def test_every_phrase_is_whole_and_holds_no_fact_of_its_own(locale: str, tone: str) -> None:
    phrases = catalog(locale, tone)
    asked = briefs.order(locale)
    known = KnownFacts(plan_data(asked), phrases.language, profiles=profiles(asked.brief))
    lists = {path for path, _ in _leaves(phrases.tables) if path[0] not in {"in_city", "grammar"}}
    for path in lists:
        where = ".".join(path)
        inner = [phrases.word(where)] if phrases.word(where) else phrases.phrases(where)
        for phrase in inner:
            text = SLOT.sub(lambda slot: _slots(locale)[slot[1]], phrase)
            assert known.check(where, text) == [], phrase
            assert not re.search(r"[\d\[\]<>|{}@#$€%]|  ", phrase.replace("{", "").replace("}", "")), phrase
            if path[-1] == "plain":
                assert "{" not in phrase, phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trade_objective_and_way_of_contact_has_words(language: str) -> None:
    phrases = catalog(language, "friendly")
    for niche in Niche:
        assert phrases.word(f"niche.{niche}.trade"), niche
        assert phrases.word(f"niche.{niche}.people"), niche
        counts = [
            len(phrases.phrases(f"niche.{niche}.{key}")) for key in ("headings", "intros", "notes", "asks")
        ]
        assert [count >= least for count, least in zip(counts, (3, 3, 3, 2), strict=True)] == [True] * 4, (
            niche
        )
    assert all(phrases.word(f"act.{way}") for way in [*CallToAction, "none"])
    for objective in Objective:
        assert len(phrases.phrases(f"hero.closing.{objective}")) >= 3
        assert len(phrases.phrases(f"call_to_action.lead.{objective}")) >= 3
    assert all(phrases.fallbacks(f"faq.{topic}.answer") for topic in FaqTopic)
    written = {"hero", "services", "about", "faq", "call_to_action"}
    assert all(phrases.phrases(f"{kind}.lead") for kind in SectionKind if kind.value not in written)


def test_the_languages_have_the_same_phrases() -> None:
    paths = {
        language: {path for path, _ in _leaves(catalog(language, "friendly").tables) if path[0] != "in_city"}
        for language in LANGUAGES
    }
    assert set(LANGUAGES) == set(SITE_LANGUAGES)
    optional = {
        ("grammar", name)
        for name in ("and_before_i", "and_before_e", "in_city_before_a", "comma", "semicolon", "names")
    }
    crafts = {path for found in paths.values() for path in found if path[-1] == "craft"}
    assert len({frozenset(found - optional - crafts) for found in paths.values()}) == 1


def test_lengths_are_those_of_the_site() -> None:
    definitions = json.dumps(SitePlan.model_json_schema())
    limits = (composer.TITLE, composer.DESCRIPTION, composer.LEAD)
    assert [f'"maxLength": {limit},' in definitions for limit in limits] == [True] * 3


def test_a_region_and_a_tone_choose_their_words() -> None:
    assert catalog("pt-BR", "calm").word("act.none") == "fale conosco"
    assert catalog("pt-BR", "bold").word("act.none") == "fale com a gente"
    assert catalog("pt-PT", "bold").word("act.none") == "fale connosco"
    assert catalog("es", "friendly").word("act.call") == "llámanos"
    assert catalog("es-MX", "professional").word("act.call") == "llámenos"
    assert catalog("nl-NL", "calm").language == "en"
    assert "weiß" in " ".join(catalog("de-AT", "friendly").phrases("team.lead"))
    assert "weiss" in " ".join(catalog("de-CH", "friendly").phrases("team.lead"))


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("Short.", 10, "Short."),
        ("One thing. Another thing.", 15, "One thing."),
        ("No stop in these words", 12, "No stop in…"),
        ("Unbroken" * 9, 10, "UnbrokenU…"),
        ("x1234567890123", 8, "x…"),
    ],
)
def test_text_is_cut_between_sentences_else_words_and_never_within_a_number(
    text: str, limit: int, cut: str
) -> None:
    assert clipped(text, limit) == cut
