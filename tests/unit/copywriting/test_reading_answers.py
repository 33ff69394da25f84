"""What is read of an answer: refused with a sentence for the AI, or checked data."""

import json
from typing import Any

import pytest

from sitewright.copywriting.facts import KnownFacts, leaves, profiles
from sitewright.copywriting.order_data import page_data, plan_data
from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import (
    AboutCopy,
    HeroCopy,
    PlannedPage,
    SectionKind,
    SitePlan,
    possible_sections,
)
from tests.support.briefs import LOCALES, order

OFFER = {"services": [{"name": "Mowing"}]}
SITE = {"pages": ["home", "contact"]}


def plan(home: list[str], contact: list[str] | None = None, voice: str = "Plain.") -> str:
    pages = {
        "home": {"title": "Lawn care", "description": "What we do.", "sections": home},
        "contact": {"title": "Contact", "description": "Get in touch.", "sections": contact or ["contact"]},
    }
    return json.dumps({"voice": voice, "pages": pages})


def test_a_plan_keeps_the_order_of_pages_and_sections() -> None:
    question = plan_question(order(offer=OFFER, site=SITE))
    value, findings, _ = question.read(
        plan(["hero", "about", "services", "call_to_action"], ["hours", "contact"])
    )
    assert [page.page for page in value.pages] == [PageKind.HOME, PageKind.CONTACT]
    assert [kind.value for kind in value.pages[0].sections] == ["hero", "about", "services", "call_to_action"]
    assert findings == ()


def test_the_voice_may_count_its_sentences() -> None:
    sections = ["hero", "services", "call_to_action"]
    value, findings, _ = plan_question(order(offer=OFFER, site=SITE)).read(
        plan(sections, voice="In 2 sentences.")
    )
    assert (value.voice, findings) == ("In 2 sentences.", ())


@pytest.mark.parametrize(
    ("home", "sentence"),
    [
        (["hero", "call_to_action"], "pages.home.sections: the required section services is missing"),
        (["hero", "services", "services", "call_to_action"], "the section services is there more than once"),
        (["services", "hero", "call_to_action"], "hero must be the first section"),
        (["hero", "call_to_action", "services"], "call_to_action must be the last section"),
        (["hero", "services", "team", "call_to_action"], "pages.home.sections.2: Input should be 'hero'"),
        ([], "pages.home.sections: List should have at least 1 item"),
    ],
)
def test_a_plan_with_wrong_sections_is_refused(home: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match="sections") as refused:
        plan_question(order(offer=OFFER, site=SITE)).read(plan(home))
    assert sentence in str(refused.value)


def test_a_section_without_facts_is_not_offered() -> None:
    schema = plan_question(order(offer=OFFER, proof={"testimonials": []})).schema
    pages = schema["properties"]["pages"]["properties"]
    assert "testimonials" not in pages
    assert "area" not in pages["home"]["properties"]["sections"]["items"]["enum"]


def page(**sections: Any) -> tuple[Any, str]:
    planned = PlannedPage(
        page=PageKind.ABOUT,
        title="Title",
        description="Description",
        sections=tuple(SectionKind(name) for name in sections),
    )
    question = page_question(order(), SitePlan(voice="Plain.", pages=(planned,)), planned)
    return question, json.dumps(sections)


HERO = {"heading": "Gardens kept", "lead": "We look after your garden."}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"heading": "x" * 91}, "hero.heading has 91 characters and there is room for 90"),
        ({"lead": " \u200b "}, "hero.lead is empty or too short"),
        ({"lead": None}, "hero.lead: Input should be a valid string"),
        ({"link": "more"}, "hero.link: Extra inputs are not permitted"),
    ],
)
def test_a_page_out_of_shape_is_refused_with_the_path(change: dict[str, Any], sentence: str) -> None:
    question, text = page(hero={**HERO, **change})
    with pytest.raises(ValueError, match="hero") as refused:
        question.read(text)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("text", ['{"hero": "cut', '{"hero": "\\x"}', "[]", "Sure! {}", "[" * 100_000, ""])
@pytest.mark.failure(21)
def test_text_that_is_not_json_is_refused_and_never_repaired(text: str) -> None:
    question, _ = page(hero=HERO)
    with pytest.raises(ValueError, match=r"it is not (valid JSON|a JSON object)"):
        question.read(text)


def test_hidden_characters_are_taken_out() -> None:
    question, text = page(hero={"heading": "Gar\u200bdens\u202e kept", "lead": "We\n look after\tit."})
    (hero,), *_ = question.read(text)
    assert hero == HeroCopy(heading="Gardens kept", lead="We look after it.")


@pytest.mark.failure(33)
def test_an_invented_fact_is_found_and_its_sentence_cut() -> None:
    paragraphs = [
        "We mow. Trusted by hundreds of happy clients.",
        "Five-star reviews, all of them!",
        "We prune.",
    ]
    question, text = page(
        hero={
            "heading": "Gardens kept",
            "lead": "“The finest crew I ever had,” says Jo. We care since 2011.",
        },
        about={"heading": "Who we are", "paragraphs": paragraphs},
    )
    (hero, about), findings, _ = question.read(text)
    assert isinstance(hero, HeroCopy)
    assert hero.lead == "We care since 2011."
    assert isinstance(about, AboutCopy)
    assert about.paragraphs == ("We mow.", "We prune.")
    assert {finding.partition(":")[0] for finding in findings} == {
        "hero.lead",
        "about.paragraphs.0",
        "about.paragraphs.1",
    }


@pytest.mark.failure(24, 33)
def test_a_field_of_which_nothing_is_left_gets_plain_words_of_the_brief() -> None:
    question, text = page(hero={**HERO, "heading": "The best lawn care in Columbus"})
    (hero,), findings, replaced = question.read(text)
    assert hero == HeroCopy(heading="Lawn & Ladder, Columbus", lead="We look after your garden.")
    assert [finding.partition(":")[0] for finding in findings] == ["hero.heading"]
    assert replaced == ("hero.heading",)


@pytest.mark.failure(33)
@pytest.mark.parametrize("locale", LOCALES)
def test_plain_words_stand_for_every_text_of_an_answer_and_hold_no_fact(locale: str) -> None:
    asked = order(locale)
    question = plan_question(asked)
    plan_answer = _lies(question.schema)
    pages = plan_data(asked)["pages"]
    for kind, sections in pages.items():
        plan_answer["pages"][kind]["sections"] = sections["required"]
    read = question.read(json.dumps(plan_answer))
    assert len(read.replaced) == 2 * len(pages)
    for planned in read.value.pages:
        whole = planned.model_copy(update={"sections": possible_sections(planned.page, asked.brief)})
        asked_page = page_question(asked, read.value, whole)
        first = asked_page.read(json.dumps(_lies(asked_page.schema)))
        assert first.replaced
        data = page_data(asked, read.value, whole)
        held = KnownFacts(data, asked.language, profiles=profiles(asked.brief))
        for _, words in leaves(
            [section.model_dump(mode="json", exclude={"kind"}) for section in first.value]
        ):
            assert "1987" not in str(words)
            assert held.check("x", str(words)) == []


def _lies(schema: dict[str, Any]) -> Any:
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "object", "properties": properties}:
            return {name: _lies(inner) for name, inner in properties.items()}
        case {"type": "array", "items": items}:
            return [_lies(items)]
        case _:
            return "1987, 1987."
