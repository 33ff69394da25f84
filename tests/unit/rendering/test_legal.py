"""Imprint and privacy: the brief's facts, the country's rules, and nothing that nobody said."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from sitewright.orders.models.order import LANGUAGES, Order
from sitewright.rendering.business_facts import business_view
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.locales.legal import Notice, notice_view, notice_words
from sitewright.rendering.locales.legal_rules import business_country, lacking, rules_of
from sitewright.rendering.pictures.photos import Album
from sitewright.rendering.section_views import NoticeView
from tests.support.words import sample_order

_CATALOGS = Path(notice_words.__wrapped__.__code__.co_filename).parent / "catalogs" / "notices"

LEGAL = {
    "name": "Öztürk Zahnheilkunde GmbH",
    "responsible": "Dr. Ayla Öztürk",
    "register_entry": "Amtsgericht Köln, HRB 00000",
    "tax_id": "DE 000000118",
    "authority": "Zahnärztekammer Nordrhein",
}
COLOGNE = {"street": "Am Markt 1", "city": "Köln", "postal_code": "50667", "country": "DE"}


def order(locale: str, country: str | None, **business: Any) -> Order:
    changes = {f"brief__business__{name}": value for name, value in business.items()}
    changes["brief__site__primary_cta"] = None
    address = COLOGNE | {"country": country} if country else None
    made = sample_order("clinica-sorriso.pt-BR.json", brief__business__address=address, **changes)
    return made.model_copy(update={"locale": locale})


def notice(kind: Notice, of: Order) -> NoticeView:
    formats = Formats.of(of.locale, business_country(of) or None)
    return notice_view(kind, of, business_view(of, formats, Album({}, "")), formats)


def entries(view: NoticeView) -> dict[str, str]:
    return {entry.term: entry.detail for part in view.parts for entry in part.entries}


def sentences(view: NoticeView) -> list[str]:
    return [text for part in view.parts for text in part.paragraphs]


def test_an_imprint_holds_what_germany_asks_for() -> None:
    made = order("de-DE", "DE", legal=LEGAL, email="praxis@oeztuerk.example")
    view = notice(Notice.IMPRINT, made)
    told = entries(view)
    assert view.heading == "Impressum"
    assert told["Name"] == LEGAL["name"]
    assert told["Geschäftsbezeichnung"] == made.brief.business.name
    assert told["Anschrift"] == "Am Markt 1, 50667 Köln"
    assert told["Verantwortlich"] == LEGAL["responsible"]
    assert told["Registereintrag"] == LEGAL["register_entry"]
    assert told["USt-IdNr."] == LEGAL["tax_id"]
    assert told["Aufsichtsbehörde oder Kammer"] == LEGAL["authority"]
    assert told["E-Mail"] == "praxis@oeztuerk.example"
    assert list(lacking(made.brief, "DE")) == []


def test_what_the_brief_lacks_is_left_out_and_told_to_the_operator() -> None:
    made = order("de-DE", "DE", legal={}, owner=None)
    told = entries(notice(Notice.IMPRINT, made))
    assert told["Name"] == made.brief.business.name
    assert not {"Verantwortlich", "Registereintrag", "Steuernummer", "USt-IdNr."} & told.keys()
    advice = list(lacking(made.brief, "DE"))
    assert all(each.startswith("imprint: Germany asks for ") and "§ 5 DDG" in each for each in advice)
    asked = ("legal.name", "register_entry", "tax_id", "authority")
    assert [field for field in asked if not any(field in each for each in advice)] == []
    assert list(lacking(made.brief, "US")) == []


@pytest.mark.parametrize(
    ("country", "number", "label"),
    [
        ("DE", "DE123456789", "USt-IdNr."),
        ("DE", "USt-IdNr. DE123456789", ""),
        ("AT", "ATU12345678", "UID-Nr."),
        ("CH", "CHE-123.456.789 MWST", "UID"),
        ("FR", "FR 12 123456789", "TVA"),
        ("IT", "12345678901", "P. IVA"),
        ("ES", "B12345678", "NIF"),
        ("PT", "NIF 123 456 789", ""),
        ("BR", "12.345.678/0001-90", "CNPJ"),
        ("US", "12-3456789", "EIN"),
        ("XX", "12345", ""),
    ],
)
def test_a_number_is_called_what_its_form_says_or_nothing_in_particular(
    country: str, number: str, label: str
) -> None:
    assert rules_of(country).tax_label(number) == label


@pytest.mark.parametrize(
    ("locale", "country", "said"),
    [
        ("fr-FR", "FR", ["RGPD", "CNIL", "portabilité"]),
        ("de-DE", "DE", ["DSGVO", "bei der Datenschutzbehörde beschweren", "berechtigte Interesse"]),
        ("de-AT", "AT", ["Österreichische Datenschutzbehörde"]),
        ("it-IT", "IT", ["Garante per la protezione dei dati personali"]),
        ("es", "ES", ["AEPD"]),
        ("pt-PT", "PT", ["CNPD", "retificação"]),
        ("pt-BR", None, ["LGPD", "ANPD", "anonimização"]),
        ("en-GB", "GB", ["UK GDPR", "Information Commissioner’s Office"]),
        ("en-US", "US", ["CCPA", "sells and shares no personal information"]),
        ("ar-EG", "EG", ["قانون حماية البيانات"]),
        ("en-GB", "BR", ["LGPD", "ANPD"]),
    ],
)
def test_privacy_names_the_law_and_the_authority_of_the_country(
    locale: str, country: str | None, said: list[str]
) -> None:
    text = " ".join(sentences(notice(Notice.PRIVACY, order(locale, country))))
    assert [each for each in said if each not in text] == []


def test_privacy_speaks_of_what_is_on_the_site_only() -> None:
    words = notice_words("en-GB").privacy
    made = order("en-GB", "GB", social={"facebook": "https://facebook.com/somebody"}, phone="+442079460000")
    text = " ".join(sentences(notice(Notice.PRIVACY, made)))
    assert words.script_text in text
    assert words.elsewhere_text.format(services="WhatsApp, Google Maps and Facebook") in text
    bare = order("en-US", None, whatsapp=None, phone="+16145550134", social={}, hours=[])
    without = sentences(notice(Notice.PRIVACY, bare))
    assert words.script_text not in without
    assert not any("other companies: " in each for each in without)


def test_no_notice_has_a_number_or_a_name_of_its_own() -> None:
    """What changes with a law, or that nobody said of this business, would be in the words themselves."""
    for path in sorted(_CATALOGS.glob("*.toml")):
        words = str(tomllib.loads(path.read_text("utf-8")).values()).replace("\\u202f", "")
        assert not any(character.isdigit() or character == "@" for character in words), path.name
    assert {path.stem for path in _CATALOGS.glob("*.toml")} >= set(LANGUAGES)
