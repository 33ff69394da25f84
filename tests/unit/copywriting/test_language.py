"""The language of an answer: what is let pass, what is caught, and how often."""

import json
from pathlib import Path
from typing import Any

import pytest

from sitewright.copywriting.language import language_of, spoken
from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.local.copywriter.composer import compose
from sitewright.local.copywriter.order_data import received
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import LANGUAGES
from sitewright.orders.models.site import PlannedPage, SectionKind, SitePlan
from tests.support.briefs import LOCALES, order

TEXTS = {
    file.stem: file.read_text(encoding="utf-8").splitlines()
    for file in (Path(__file__).parents[2] / "support" / "texts").glob("*.txt")
}
OTHERS = ("nl", "other-scripts")
"""What no site is written in: Dutch, and a sentence of each of other scripts."""
LONG = 8
"""Words from which on a text can be told by itself."""


def sections(code: str) -> list[str]:
    """Three texts each, about as much as a section of a page has."""
    texts = TEXTS[code]
    return [" ".join(texts[first : first + 3]) for first in range(0, len(texts) - 2, 3)]


def _of_others(texts: list[str], language: str) -> list[str]:
    """The texts less those that hold the script of `language`, where it has one of its own."""
    return [text for text in texts if language != "ar" or not any("ء" <= letter <= "ي" for letter in text)]


@pytest.mark.failure(34)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_language_raises_an_alarm_however_short(language: str) -> None:
    texts = [*TEXTS[language], *sections(language), " ".join(TEXTS[language])]
    assert len(texts) > 20
    assert [text for text in texts if language_of(text, language)] == []


@pytest.mark.failure(34)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("other", [*LANGUAGES, *OTHERS])
def test_sections_of_another_language_are_caught(language: str, other: str) -> None:
    if other == language:
        return
    caught = [text for text in sections(other) if language_of(text, language)]
    # Portuguese and Spanish share most of their small words; a list of nouns has none.
    assert len(caught) / len(sections(other)) >= (0.85 if {language, other} == {"pt", "es"} else 0.9)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("other", OTHERS)
def test_sentences_of_languages_that_are_not_written_here_are_caught(language: str, other: str) -> None:
    texts = [text for text in TEXTS[other] if len(text.split()) >= LONG or other == "other-scripts"]
    texts = _of_others(texts, language)
    caught = [text for text in texts if language_of(text, language)]
    assert len(caught) / len(texts) >= 0.8


HERO = {
    "en": {"heading": "A tidy garden", "lead": "We mow the lawn and sweep the path before you come home."},
    "pt": {"heading": "Jardim em dia", "lead": "Cortamos a grama e varremos o caminho antes de você chegar."},
    "es": {
        "heading": "Jardín al día",
        "lead": "Cortamos el césped y barremos el camino antes de que llegues.",
    },
    "fr": {
        "heading": "Un jardin bien tenu",
        "lead": "Nous tondons la pelouse et balayons l’allée avant votre retour.",
    },
    "de": {
        "heading": "Ein gepflegter Garten",
        "lead": "Wir mähen den Rasen und fegen den Weg, bevor Sie nach Hause kommen.",
    },
    "it": {
        "heading": "Un giardino in ordine",
        "lead": "Tagliamo l’erba e spazziamo il vialetto prima che Lei torni a casa.",
    },
    "ar": {"heading": "حديقة مرتبة", "lead": "نقص العشب ونكنس الممر قبل أن تعودوا إلى البيت."},
}
CONTACT = {
    "en": {"heading": "Write to us", "lead": "Tell us how large the garden is and what you would like."},
    "pt": {"heading": "Fale com a gente", "lead": "Conte qual é o tamanho do jardim e o que você gostaria."},
    "es": {"heading": "Escríbenos", "lead": "Cuéntanos cómo es de grande el jardín y qué te gustaría."},
    "fr": {
        "heading": "Écrivez-nous",
        "lead": "Dites-nous si le jardin est grand et ce que vous aimeriez.",
    },
    "de": {
        "heading": "Schreiben Sie uns",
        "lead": "Sagen Sie, wie groß der Garten ist und was Sie möchten.",
    },
    "it": {"heading": "Ci scriva", "lead": "Ci dica quanto è grande il giardino e che cosa Le piacerebbe."},
    "ar": {"heading": "اكتبوا إلينا", "lead": "أخبرونا كم مساحة الحديقة وما الذي تودونه فيها."},
}


def read_page(locale: str, answer: dict[str, Any]) -> Any:
    planned = PlannedPage(
        page=PageKind.CONTACT,
        title="Title",
        description="Description",
        sections=tuple(SectionKind(name) for name in answer),
    )
    question = page_question(order(locale), SitePlan(voice="Plain.", pages=(planned,)), planned)
    return question.read(json.dumps(answer))


@pytest.mark.failure(34)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_one_section_in_another_language_is_refused_in_the_languages_own_words(
    locale: str, other: str
) -> None:
    language = locale[:2]
    answer = {"hero": HERO[language], "contact": CONTACT[other]}
    if other == language:
        assert read_page(locale, answer).findings == ()
        return
    with pytest.raises(ValueError, match="contact") as refused:
        read_page(locale, answer)
    says = {
        "en": "is not in English",
        "pt": "não está em português",
        "es": "no está en español",
        "fr": "n'est pas en français",
        "de": "ist nicht auf Deutsch",
        "it": "non è in italiano",
        "ar": "ليس بالعربية",
    }
    assert says[language] in str(refused.value)
    assert "hero" not in str(refused.value)


@pytest.mark.failure(34)
def test_one_sentence_in_another_language_is_refused() -> None:
    mixed = {
        **HERO["pt"],
        "lead": HERO["pt"]["lead"] + " We also clean the gutters and take the leaves away.",
    }
    with pytest.raises(ValueError, match=r"hero\.lead não está em português \(.*We also clean"):
        read_page("pt-BR", {"hero": mixed, "contact": CONTACT["pt"]})


@pytest.mark.failure(34)
def test_headings_in_another_language_are_refused_where_all_are() -> None:
    hero = {**HERO["es"], "heading": "What we do for you"}
    contact = {**CONTACT["es"], "heading": "Get in touch with us"}
    with pytest.raises(ValueError, match="no está en español"):
        read_page("es", {"hero": hero, "contact": contact})


@pytest.mark.parametrize("script", ["每周", "сад", "الحديقة"])
def test_a_word_in_another_script_is_refused(script: str) -> None:
    contact = {**CONTACT["en"], "lead": f"{CONTACT['en']['lead']} {script}"}
    with pytest.raises(ValueError, match="is not in English"):
        read_page("en-US", {"hero": HERO["en"], "contact": contact})


@pytest.mark.failure(34)
def test_a_plan_described_in_another_language_is_refused() -> None:
    asked = order("pt-BR", offer={"services": [{"name": "Poda"}]}, site={"pages": ["home"]})
    page = {"title": "Jardins em Columbus", "sections": ["hero", "services", "call_to_action"]}
    good = {
        **page,
        "description": "Cuidamos do seu jardim em todas as estações, com hora marcada e sem pressa.",
    }
    bad = {**page, "description": "We look after your garden in every season and tell you what it needs."}
    question = plan_question(asked)
    question.read(json.dumps({"voice": "Write in short sentences for the owner.", "pages": {"home": good}}))
    with pytest.raises(ValueError, match=r"pages\.home\.description não está em português"):
        question.read(json.dumps({"voice": "Simples.", "pages": {"home": bad}}))


def test_a_name_with_a_full_stop_may_be_in_another_script() -> None:
    business = {
        "name": "Kamel & Daughters",
        "niche": "bakery",
        "email": "ola@kamel.example",
        "owner": {"name": "د. نادية كامل"},
    }
    brief = order("en-US", business=business).brief
    words = spoken("en", brief)

    assert words.foreign({"about": {"paragraphs": ["The person to ask for is د. نادية كامل."]}}) == ()
    assert words.foreign({"about": {"paragraphs": ["The person to ask for is نادية أخرى."]}}) != ()


def test_names_and_labels_of_the_brief_may_be_in_any_language() -> None:
    business = {
        "name": "The House of You and Me",
        "niche": "other",
        "custom_niche": "Design of the things that we love",
        "email": "ola@casa.example",
    }
    asked = order("pt-BR", business=business, offer={"services": [{"name": "A day with the two of us"}]})
    words = spoken("pt", asked.brief)
    text = "The House of You and Me: A day with the two of us, em Olinda."
    assert words.foreign({"hero": {"lead": text}}) == ()
    assert words.foreign({"hero": {"lead": text + " This is what we do for you."}})


@pytest.mark.parametrize("locale", LOCALES)
def test_the_offline_copywriters_words_pass_and_leave_out_a_foreign_description(locale: str) -> None:
    foreign = "Wij knippen de Hecke en nemen alles mee wat op de weg is gevallen."
    asked = order(locale, offer={"services": [{"name": "Hedge", "description": foreign}]})
    question = plan_question(asked)
    data = received(question.user)
    assert data
    plan = question.read(json.dumps(compose(data))).value
    for page in plan.pages:
        asked_page = page_question(asked, plan, page)
        page_data = received(asked_page.user)
        assert page_data
        answer = json.dumps(compose(page_data))
        assert "Hecke" not in answer
        asked_page.read(answer)
