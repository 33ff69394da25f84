"""What is kept per language is there for every language that sites are written in, and Arabic stays whole."""

from pathlib import Path

import pytest

import sitewright.copywriting as copywriting
import sitewright.local.copywriter as offline
from sitewright.copywriting.facts import implied
from sitewright.copywriting.facts.claims import claims
from sitewright.copywriting.facts.number_words import spelled_numbers
from sitewright.local.copywriter import catalog
from sitewright.orders.models.brief import PageKind, ProcessStep
from sitewright.orders.models.business import Niche
from sitewright.orders.models.normalise import clock_time, phone, visible_text
from sitewright.orders.models.order import LANGUAGES
from sitewright.orders.models.site import FactsCopy, SectionKind, possible_sections
from tests.support import obedient_ai, plain_words, words
from tests.support.briefs import LOCALES, order

WORDS, OFFLINE = Path(copywriting.__file__).parent, Path(offline.__file__).parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_file_of_each_kind(language: str) -> None:
    wanted = [
        *(WORDS / "prompts" / f"{task}.{language}.md" for task in ("plan", "page", "shared")),
        *(WORDS / "niches" / language / f"{niche.value}.md" for niche in Niche),
        WORDS / "plain" / f"{language}.toml",
        WORDS / "languages" / f"{language}.txt",
        WORDS / "facts" / "claims" / f"{language}.txt",
        WORDS / "facts" / "words" / f"numbers.{language}.txt",
        OFFLINE / "phrases" / f"{language}.toml",
        OFFLINE / "phrases" / f"{language}.niches.toml",
    ]
    assert [str(file) for file in wanted if not file.is_file()] == []


@pytest.mark.parametrize(
    "table",
    [
        implied._FOUNDED,
        implied._COUNTED,
        implied._TESTIMONIALS,
        catalog._HOME_TERRITORY,
        plain_words._WORDS_OF,
        obedient_ai._GOOD,
        words._SAMPLES_OF,
        dict.fromkeys(catalog.LANGUAGES),
        dict.fromkeys(locale[:2] for locale in LOCALES),
    ],
)
def test_a_table_by_language_has_every_language(table: dict[str, object]) -> None:
    assert set(table) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_the_same_kinds_of_claims(language: str) -> None:
    assert set(claims("en").kinds) - set(claims(language).kinds) <= {"a language claim", "a clientele claim"}
    assert len(claims(language).counted) >= 20


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("fr", "soixante-douze", 72),
        ("fr", "quatre-vingt-dix-sept", 97),
        ("fr", "vingt et un", 21),
        ("fr", "deux cents", 200),
        ("de", "funfundzwanzig", 25),
        ("de", "zweihundert", 200),
        ("it", "ventotto", 28),
        ("it", "trentatre", 33),
        ("it", "duecento", 200),
        ("ar", "خمسة وعشرون", 25),
        ("ar", "مية وعشرين", 120),
        ("ar", "ثلاثة الاف", 3000),
    ],
)
def test_numbers_in_words_are_added_up_as_the_language_does(language: str, text: str, value: int) -> None:
    assert [found.value for found in spelled_numbers(f"{text} x", language)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "مكتب النخيل للمحاماة",
        "المُحَامِيَّةُ سُعَادُ، أُمُّ الوَلَدِ",  # shadda and a vowel are two marks on one letter
        "هل تبحثون عن طبيب؟ نعم؛ في دبي.",
        "شركة ٢٠٢٤ (ش.م.م)",
    ],
)
def test_arabic_text_passes_as_it_was_written(text: str) -> None:
    assert visible_text(text) == text


def test_marks_that_turn_text_are_left_out_of_arabic_too() -> None:
    assert visible_text("\u200fمكتب\u200e \u061cالنخيل\u202b") == "مكتب النخيل"


def test_arabic_digits_are_read() -> None:
    assert phone("+٩٧١ ٥٠ ١٢٣ ٤٥٦٧") == "+971501234567"
    assert str(clock_time("٠٨:٣٠")) == "08:30:00"


def test_a_section_about_the_process_is_possible_only_with_steps() -> None:
    without = order().brief
    steps = (ProcessStep(title="A visit"), ProcessStep(title="A quote"))
    offer = without.offer.model_copy(update={"process": steps})
    with_steps = without.model_copy(update={"offer": offer})
    for page in PageKind:
        assert SectionKind.PROCESS not in possible_sections(page, without)
        wanted = page in {PageKind.HOME, PageKind.SERVICES}
        assert (SectionKind.PROCESS in possible_sections(page, with_steps)) is wanted
    copy = FactsCopy(kind=SectionKind.PROCESS, heading="How it goes", lead="Step by step.")
    assert copy.kind is SectionKind.PROCESS
