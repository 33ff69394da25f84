"""The JSON-LD of rendered pages: right by schema.org and Google, and nothing but the brief and the page."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.business import Niche
from sitewright.orders.models.order import Order
from sitewright.rendering import page_path, render_site
from sitewright.rendering.machines.business_data import BUSINESS_TYPES, business_node
from sitewright.rendering.machines.structured_data import answer_text
from sitewright.rendering.section_views import FactLine, QuestionView
from tests.support.markup import business_of, parsed, text_of
from tests.support.schema_org import google, validator
from tests.support.schema_org.vocabulary import vocabulary
from tests.support.words import sample_order, words_for
from tests.unit.rendering.conftest import BASE, Rendered

HOME = f"{BASE}/"
FAT: dict[str, Any] = {
    "brief__business__whatsapp": "+351910555032",
    "brief__business__address": {
        "street": "Praça das Flores, 31",
        "city": "Lisboa",
        "region": "Lisboa",
        "postal_code": "1200-192",
        "country": "PT",
    },
    "brief__business__hours": [
        {"days": ["mo", "tu"], "opens": "19:30", "closes": "02:00"},
        {"days": ["mo", "tu"], "opens": "12:00", "closes": "15:00"},
        {"days": ["sa"], "opens": "08:00", "closes": "08:00"},
        {"days": ["su"], "opens": "18:00", "closes": "24:00"},
    ],
    "brief__business__founded": 1987,
    "brief__business__owner": {"name": "Rui Matos", "about": "Trabalha o forno desde 1987."},
    "brief__business__team": [{"name": "Ana Matos", "role": "Cozinheira"}, {"name": "Zé"}],
    "brief__business__custom_niche": "Restaurante com forno",
    "brief__business__social": {
        name: f"https://{name}.example/casa"
        for name in ("facebook", "instagram", "linkedin", "tiktok", "youtube")
    },
    "brief__offer": {
        "services": [
            {"name": "Menu", "description": "Sopa e prato.", "price": {"amount": "12.5", "currency": "EUR"}},
            {"name": "Aula", "price": {"amount": "30", "currency": "EUR", "unit": "hora"}},
            {"name": "Pão da casa", "price": {"amount": "0", "currency": "EUR"}},
            {"name": "Jantar de grupo"},
        ],
        "service_areas": ["Lisboa", "Almada"],
    },
    "brief__site__pages": list(PageKind),
    "brief__proof": {
        "testimonials": [{"name": "Inês", "text": "Voltamos sempre.", "role": "Cliente"}],
        "gallery": [{"title": "Sala", "description": "A sala de cima."}],
    },
    "product__pages": 20,
}


def fat_order(niche: Niche = Niche.RESTAURANT) -> Order:
    """Return an order with every fact that structured data can tell."""
    return sample_order("casa-do-forno.pt-PT.json", **FAT, brief__business__niche=niche)


def pages_of(order: Order) -> dict[str, bytes]:
    plan, copies = words_for(order)
    files = render_site(order, plan, copies, base_url=BASE)
    return {path: files[path] for path in files if path.endswith(".html") and path != "404.html"}


@cache
def fat_pages() -> dict[str, bytes]:
    return pages_of(fat_order())


def told(page: bytes) -> dict[str, Any]:
    """Return the JSON-LD of `page`, in which no `<` can stand."""
    _, _, behind = page.partition(b'<script type="application/ld+json">')
    data: dict[str, Any] = json.loads(behind.partition(b"<")[0])
    return data


def faults(document: dict[str, Any]) -> list[str]:
    return [*validator.problems(document), *google.errors(document)]


def alone(brief: Brief) -> dict[str, Any]:
    """Return a document of the business of `brief` and nothing else."""
    image = f"{HOME}image.png"
    node = business_node(brief, home_url=HOME, images=[image], logo_url=image, trade="Tradesman")
    return {"@context": "https://schema.org", "@graph": [node]}


def node_of(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(node for node in document["@graph"] if node["@type"] == kind)
    return found


def test_every_page_of_a_sample_holds(site: Rendered) -> None:
    found = {path: faults(told(page)) for path, page in site.pages.items() if path != "404.html"}
    assert len(found) > 1
    assert not any(found.values()), found


def test_every_page_of_an_order_with_all_facts_holds() -> None:
    found = {path: faults(told(page)) for path, page in fat_pages().items()}
    assert len(found) > len(PageKind), "the legal notices too"
    assert not any(found.values()), found


@pytest.mark.long
@pytest.mark.parametrize("niche", Niche)
def test_every_page_of_every_trade_holds(niche: Niche) -> None:
    for path, page in pages_of(fat_order(niche)).items():
        assert faults(told(page)) == [], path


@pytest.mark.parametrize("niche", Niche)
def test_every_trade_is_a_local_business_with_an_address_and_an_organization_without(niche: Niche) -> None:
    brief = fat_order(niche).brief
    placed = alone(brief)
    assert faults(placed) == []
    kind = business_of(placed)["@type"]
    assert vocabulary().is_a(kind, "LocalBusiness")
    assert ("keywords" in business_of(placed)) is (kind == "LocalBusiness"), "a trade without a type is told"

    visiting = alone(
        brief.model_copy(update={"business": brief.business.model_copy(update={"address": None})})
    )
    assert faults(visiting) == []
    business = business_of(visiting)
    assert (business["@type"], business["additionalType"]) == ("Organization", f"https://schema.org/{kind}")
    assert business["contactPoint"]["hoursAvailable"] == business_of(placed)["openingHoursSpecification"]


def test_every_trade_has_its_type() -> None:
    assert set(BUSINESS_TYPES) == set(Niche)
    named = {Niche.DENTIST: "Dentist", Niche.RESTAURANT: "Restaurant", Niche.LAW_FIRM: "LegalService"}
    assert {niche: BUSINESS_TYPES[niche] for niche in named} == named


def test_hours_are_as_google_reads_them() -> None:
    business = business_of(alone(fat_order().brief))
    told_hours = business["openingHoursSpecification"]
    assert [(each["dayOfWeek"][0], each["opens"], each["closes"]) for each in told_hours] == [
        ("Monday", "19:30", "02:00"),
        ("Monday", "12:00", "15:00"),
        ("Saturday", "00:00", "23:59"),
        ("Sunday", "18:00", "00:00"),
    ]


def test_prices_are_numbers_with_their_currency_and_unit() -> None:
    offers = business_of(told(fat_pages()["index.html"]))["makesOffer"]
    assert [offer.get("price") for offer in offers] == ["12.5", "30", "0", None]
    assert offers[1]["priceSpecification"]["unitText"] == "hora"
    assert "priceCurrency" not in offers[3]


def test_structured_data_says_what_the_brief_and_the_page_say_and_no_more(site: Rendered) -> None:
    brief = json.dumps(site.order.brief.model_dump(mode="json"), ensure_ascii=False)
    for path, content in site.pages.items():
        if path == "404.html":
            continue
        root = parsed(content)
        head = " ".join(meta.get("content", "") for meta in root.iter("meta"))
        known = f"{brief} {text_of(root)} {head} {root.findtext('.//title')} {root.get('lang')}"
        nodes = told(content)["@graph"]
        for value in _values([node for node in nodes if node["@type"] != "FAQPage"]):
            assert json.dumps(value, ensure_ascii=False).strip('"') in known, (path, value)


_VOCABULARY = {"@context", "@type", "@id", "url", "image", "logo", "dayOfWeek", "position", "additionalType"}


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, inner in data.items():
            if key not in _VOCABULARY:
                yield from _values(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _values(inner)
    else:
        yield str(data)


def test_a_page_tells_what_it_shows() -> None:
    locale = fat_order().locale
    by_page = {
        page: business_of(told(fat_pages()[f"{page_path(page, locale)}index.html"])) for page in PageKind
    }
    assert {page for page in PageKind if "makesOffer" in by_page[page]} == {
        PageKind.HOME,
        PageKind.SERVICES,
        PageKind.PRICING,
    }
    assert [each["name"] for each in by_page[PageKind.ABOUT]["employee"]] == ["Rui Matos", "Ana Matos", "Zé"]
    assert "employee" not in by_page[PageKind.CONTACT]


def test_a_faq_page_tells_its_questions_with_the_facts_below_the_answers() -> None:
    order = fat_order()
    page = fat_pages()[f"{page_path(PageKind.FAQ, order.locale)}index.html"]
    questions = node_of(told(page), "FAQPage")["mainEntity"]
    shown = [element.text for element in parsed(page).iter("h2")]
    assert [each["name"] for each in questions] == [text for text in shown if text in _names(questions)]
    answers = " ".join(each["acceptedAnswer"]["text"] for each in questions)
    assert "Menu: 12,50\u00a0€" in answers
    assert "Lisboa; Almada" in answers


def _names(questions: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in questions]


def test_no_testimonial_is_a_review() -> None:
    text = json.dumps([told(page) for page in fat_pages().values()], ensure_ascii=False)
    assert "Review" not in text
    assert "aggregateRating" not in text
    assert "Voltamos sempre" not in text


def test_the_way_home_is_on_every_page_but_home() -> None:
    for path, page in fat_pages().items():
        document = told(page)
        ways = [node for node in document["@graph"] if node["@type"] == "BreadcrumbList"]
        assert len(ways) == (path != "index.html")
        for way in ways:
            addresses = [item["item"]["@id"] for item in way["itemListElement"]]
            assert addresses == [HOME, HOME + path.removesuffix("index.html")]


def test_an_answer_holds_no_tag() -> None:
    """Google shows answers as HTML."""
    fact = FactLine("Bolo <b>", "<a href=//evil.example>x</a>")
    text = answer_text(QuestionView("?", "A & B, 2 < 3.", (fact,)))
    assert "<" not in text
    assert text.startswith("A & B, 2 &lt; 3. Bolo &lt;b>: &lt;a href")
