from decimal import Decimal
from pathlib import Path

import pytest

from sitewright.orders.models.brief import PageKind, Price
from sitewright.orders.models.business import Address, OpeningHours
from sitewright.orders.models.site import HeroCopy
from sitewright.rendering import page_path, render_site
from sitewright.rendering.addresses import address_lines
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.locales.interface import interface_for
from sitewright.rendering.locales.legal import Notice, notice_path
from tests.support.markup import parsed, text_of
from tests.support.words import sample_order, words_for
from tests.unit.rendering.conftest import BASE, Rendered, rendered

_CATALOGS = Path(interface_for.__wrapped__.__code__.co_filename).parent / "catalogs"


@pytest.mark.failure(34)
def test_a_page_is_in_the_orders_language_in_all_its_parts(site: Rendered) -> None:
    words = interface_for(site.order.locale)
    for path, content in site.pages.items():
        root = parsed(content)
        assert root.get("lang") == site.order.locale
        read = text_of(root)
        assert words.skip_to_content in read
        assert words.pages[PageKind.HOME] in read
        if path != "404.html":
            alternates = {
                link.get("hreflang"): link.get("href") for link in root.findall(".//link[@hreflang]")
            }
            canonical = root.find(".//link[@rel='canonical']")
            assert canonical is not None
            assert alternates == {
                site.order.locale: canonical.get("href"),
                "x-default": canonical.get("href"),
            }
            assert (canonical.get("href") or "").startswith(f"{BASE}/")
    assert words.not_found_lead in text_of(parsed(site.files["404.html"]))


@pytest.mark.failure(34)
@pytest.mark.parametrize(
    ("name", "path", "shown"),
    [
        (
            "clinica-sorriso.pt-BR.json",
            "contato/",
            ["Segunda a sexta", "08:00 – 18:00", "(81) 5550-0121", "Endereço"],
        ),
        (
            "casa-do-forno.pt-PT.json",
            "contacto/",
            ["Sexta e sábado", "19:30 – 02:00", "21 055 5031", "Morada"],
        ),
        ("casa-do-forno.pt-PT.json", "precos/", ["19,50 €", "12,50 € / pessoa"]),
        (
            "lawn-and-ladder.en-US.json",
            "contact/",
            ["Monday – Saturday", "7:30 AM – 5:00 PM", "(614) 555-0134"],
        ),
        ("lawn-and-ladder.en-US.json", "services/", ["$45.00 / visit"]),
        (
            "mabel-and-finch.en-GB.json",
            "contact/",
            ["Tuesday, Wednesday and Friday", "09:00 – 18:00", "0117 496 0132"],
        ),
        ("mabel-and-finch.en-GB.json", "pricing/", ["£140.00", "Free"]),
        (
            "taller-rueda.es.json",
            "contacto/",
            ["Martes a sábado", "10:00 – 20:00", "910 55 50 19", "Dirección"],
        ),
        ("taller-rueda.es.json", "servicios/", ["39,00 €"]),
    ],
)
def test_facts_are_written_as_the_reader_writes_them(name: str, path: str, shown: list[str]) -> None:
    read = text_of(parsed(rendered(name).files[f"{path}index.html"]))
    assert [each for each in shown if each not in read] == []


def test_a_number_of_another_country_is_written_with_its_code() -> None:
    formats = Formats.of("en-GB", None)
    assert formats.phone("+33199001234") == "+33 1 99 00 12 34"
    assert Formats.of("es", "MX").country == "MX"
    assert Formats.of("pt", None).country == "BR"


def test_hours_round_the_clock_and_twice_a_day_are_grouped() -> None:
    formats = Formats.of("en-GB", None)
    morning = OpeningHours.model_validate({"days": ["mo", "we"], "opens": "09:00", "closes": "12:00"})
    evening = OpeningHours.model_validate({"days": ["we", "mo"], "opens": "18:00", "closes": "00:00"})
    always = OpeningHours.model_validate({"days": ["sa", "su"], "opens": "00:00", "closes": "24:00"})
    rows = formats.hours((evening, morning, always))
    assert [(row.days, row.times) for row in rows] == [
        ("Monday and Wednesday", ("09:00 – 12:00", "18:00 – 00:00")),
        ("Saturday and Sunday", ("All day",)),
    ]


def _hours(days: str, opens: str, closes: str) -> OpeningHours:
    return OpeningHours.model_validate({"days": days.split(), "opens": opens, "closes": closes})


@pytest.mark.parametrize(
    ("locale", "country", "money", "days", "times", "listed"),
    [
        (
            "en-US",
            None,
            "$1,234.50",
            "Monday – Thursday and Sunday",
            "9:00\u202fAM – 5:30\u202fPM",
            "a, b, and c",
        ),
        ("en", "GB", "US$1,234.50", "Monday to Thursday and Sunday", "09:00 – 17:30", "a, b and c"),
        ("pt-BR", None, "US$\xa01.234,50", "Segunda a quinta e domingo", "09:00 – 17:30", "a, b e c"),
        (
            "es",
            "MX",
            "USD1,234.50",
            "Lunes a jueves y domingo",
            "9:00\u202fa.m. – 5:30\u202fp.m.",
            "a, b y c",
        ),
        (
            "fr-FR",
            None,
            "1\u202f234,50\xa0$US",
            "Du lundi au jeudi et dimanche",
            "09:00 – 17:30",
            "a, b et c",
        ),
        ("de", "DE", "1.234,50\xa0$", "Montag bis Donnerstag und Sonntag", "09:00–17:30 Uhr", "a, b und c"),
        ("de", "CH", "$\xa01’234.50", "Montag bis Donnerstag und Sonntag", "09:00–17:30 Uhr", "a, b und c"),
        ("it", "IT", "1.234,50\xa0USD", "Da lunedì a giovedì e domenica", "09:00 – 17:30", "a, b e c"),
        ("ar", "EG", "\u200f١٬٢٣٤٫٥٠\xa0US$", "من الأحد إلى الخميس", "٩:٠٠ ص – ٥:٣٠ م", "a وb وc"),
        (
            "ar-AE",
            None,
            "\u200f1,234.50\xa0US$",
            "من الاثنين إلى الخميس والأحد",
            "9:00 ص – 5:30 م",
            "a وb وc",
        ),
        ("ar-MA", None, "\u200f1.234,50\xa0US$", "من الاثنين إلى الخميس والأحد", "09:00 – 17:30", "a وb وc"),
    ],
)
def test_facts_follow_the_rules_of_the_locale(
    locale: str, country: str | None, money: str, days: str, times: str, listed: str
) -> None:
    formats = Formats.of(locale, country)
    (row,) = formats.hours([_hours("su mo tu we th", "09:00", "17:30")])
    price = formats.price(Price(amount=Decimal("1234.5"), currency="USD"))
    assert (price, row.days, row.times, formats.listed("abc")) == (money, days, (times,), listed)


def test_french_marks_keep_to_the_word_before_them() -> None:
    said = HeroCopy(heading="Une fuite ? Appelez !", lead="Il dit « oui » : c’est tout; 10:30.")
    heading, lead = "Une fuite\u202f? Appelez\u202f!", "Il dit «\u202foui\u202f»\u202f: c’est tout; 10:30."
    assert Formats.of("fr", "FR").typeset_all(said) == HeroCopy(heading=heading, lead=lead)
    assert Formats.of("en", "GB").typeset_all(said) is said


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("US", ("1 Elm Street", "Springfield, Region 12345")),
        ("GB", ("1 Elm Street", "Springfield", "Region", "12345")),
        ("BR", ("1 Elm Street", "Springfield - Region", "12345")),
        ("IT", ("1 Elm Street", "12345 Springfield (Region)")),
        ("DE", ("1 Elm Street", "12345 Springfield, Region")),
        ("AE", ("1 Elm Street", "Springfield", "Region", "12345")),
    ],
)
def test_an_address_is_in_the_order_of_its_country(country: str, lines: tuple[str, ...]) -> None:
    full = Address(
        street="1 Elm Street", city="Springfield", region="Region", postal_code="12345", country=country
    )
    assert address_lines(full) == lines
    assert address_lines(Address(city="Dubai", region="Dubai", country=country)) == ("Dubai",)


def test_arabic_runs_from_right_to_left_and_its_numbers_do_not() -> None:
    order = sample_order("taller-rueda.es.json", brief__business__time_zone="Europe/Madrid")
    plan, copies = words_for(order)
    arabic = order.model_copy(update={"locale": "ar-EG"})
    root = parsed(render_site(arabic, plan, copies, base_url=BASE)["ittisal/index.html"])
    assert (root.get("lang"), root.get("dir")) == ("ar-EG", "rtl")
    phone = Formats.of("ar-EG", None).phone(order.brief.business.phone or "")
    isolated = [each.text for each in root.iter("bdi") if each.get("dir") == "ltr"]
    assert phone in isolated
    badge = root.find(".//p[@data-hours]")
    assert badge is not None
    assert (badge.get("data-locale"), badge.get("data-zone")) == ("ar-EG", "Europe/Madrid")


@pytest.mark.parametrize("locale", [path.stem for path in sorted(_CATALOGS.glob("*.toml"))])
def test_catalogs_are_complete_and_their_pages_have_addresses_of_their_own(locale: str) -> None:
    paths = [*(page_path(page, locale) for page in PageKind), *(notice_path(each, locale) for each in Notice)]
    assert len(set(paths)) == len(paths)
    assert all(path == "" or (path.islower() and path.isascii()) for path in paths)
