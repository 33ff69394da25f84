"""Texts that are too long end at a sentence, or are refused; never in the middle of one."""

import json
from typing import Any

import pytest

from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import HeroCopy, PlannedPage, SectionKind, SitePlan
from tests.support.briefs import order

SENTENCE = "We mow the lawn and sweep the path before you come home."


def read(heading: str, lead: str, locale: str = "en-US") -> Any:
    planned = PlannedPage(
        page=PageKind.HOME, title="Title", description="Words", sections=(SectionKind.HERO,)
    )
    question = page_question(order(locale), SitePlan(voice="Plain.", pages=(planned,)), planned)
    return question.read(json.dumps({"hero": {"heading": heading, "lead": lead}}))


@pytest.mark.failure(24)
def test_a_text_that_is_too_long_ends_with_its_last_sentence_that_fits_and_is_told() -> None:
    (hero,), findings, *_ = read("Gardens kept", " ".join([SENTENCE] * 9))
    assert isinstance(hero, HeroCopy)
    assert hero.lead == " ".join([SENTENCE] * 7)
    assert findings == (
        "hero.lead has 512 characters and there is room for 400: say it in fewer words, in whole sentences",
    )


def test_a_heading_that_is_too_long_ends_at_a_clause() -> None:
    long = (
        "Gardens kept in Columbus: lawns, hedges, beds and gutters, from the first leaf of spring to the last"
    )
    (hero,), findings, *_ = read(long, SENTENCE)
    assert hero.heading == "Gardens kept in Columbus"
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("locale", "says"),
    [
        ("en-US", "hero.heading has 95 characters and there is room for 90"),
        ("pt-BR", "hero.heading tem 95 caracteres e há espaço para 90"),
        ("es", "hero.heading tiene 95 caracteres y hay sitio para 90"),
        ("fr-FR", "hero.heading a 95 caractères et il y a de la place pour 90"),
        ("de-DE", "hero.heading hat 95 Zeichen und es ist Platz für 90"),
        ("it-IT", "hero.heading ha 95 caratteri e c'è spazio per 90"),
        ("ar-AE", "في hero.heading عدد 95 من الأحرف والمكان يتسع إلى 90"),
    ],
)
def test_what_has_no_end_that_fits_is_refused_in_the_orders_language(locale: str, says: str) -> None:
    with pytest.raises(ValueError, match="hero") as refused:
        read("Verde " * 15 + "verde", "Verde.", locale)
    assert says in str(refused.value)


def test_an_abbreviation_ends_no_sentence() -> None:
    lead = "verde " * 65 + "Dra. Ana " + "verde " * 10
    with pytest.raises(ValueError, match="hero"):
        read("Verde", lead.strip(), "pt-BR")


def test_a_voice_that_is_too_long_is_ended_and_not_asked_for_again() -> None:
    asked = order(offer={"services": [{"name": "Mowing"}]}, site={"pages": ["home"]})
    home = {
        "title": "Lawn care",
        "description": "What we do.",
        "sections": ["hero", "services", "call_to_action"],
    }
    plan, findings, *_ = plan_question(asked).read(
        json.dumps({"voice": " ".join([SENTENCE] * 9), "pages": {"home": home}})
    )
    assert plan.voice == " ".join([SENTENCE] * 7)
    assert findings == ()
