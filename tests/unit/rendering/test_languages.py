from decimal import Decimal
from pathlib import Path

import pytest

from sitewright.orders.models.brief import OpeningHours, PageKind, Price
from sitewright.rendering import page_path
from sitewright.rendering.formats import Formats
from sitewright.rendering.interface import interface_for
from tests.support.markup import parsed, text_of
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
            ["Tuesday, Wednesday, Friday", "09:00 – 18:00", "0117 496 0132"],
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
        ("Monday, Wednesday", ("09:00 – 12:00", "18:00 – 00:00")),
        ("Saturday and Sunday", ("All day",)),
    ]


def test_money_follows_the_reader_not_the_currency() -> None:
    price = Price(amount=Decimal("1234.5"), currency="USD")
    assert Formats.of("en-US", None).price(price) == "$1,234.50"
    assert Formats.of("pt-BR", None).price(price) == "US$\xa01.234,50"


@pytest.mark.parametrize("locale", [path.stem for path in sorted(_CATALOGS.glob("*.toml"))])
def test_catalogs_are_complete_and_their_pages_have_addresses_of_their_own(locale: str) -> None:
    paths = [page_path(page, locale) for page in PageKind]
    assert len(set(paths)) == len(paths)
    assert all(path == "" or (path.islower() and path.isascii()) for path in paths)
