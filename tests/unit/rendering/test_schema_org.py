"""The validators of structured data find what is planted in a document that holds."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.schema_org import google, validator, values
from tests.support.schema_org.vocabulary import vocabulary

Document = dict[str, Any]
HOME = "https://site.example/"


def document() -> Document:
    """Return a document that holds; the nodes are the business, the page and the way to it."""
    business = {
        "@type": "Dentist",
        "@id": f"{HOME}#business",
        "name": "Sorriso",
        "url": HOME,
        "image": f"{HOME}image.png",
        "logo": f"{HOME}logo.png",
        "description": "A dentist.",
        "telephone": "+558155500121",
        "email": "contato@sorriso.example",
        "priceRange": "R$ 90 a R$ 300",
        "geo": {"@type": "GeoCoordinates", "latitude": -8.06, "longitude": -34.87},
        "address": {"@type": "PostalAddress", "addressLocality": "Recife", "addressCountry": "BR"},
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": ["Monday", "https://schema.org/Friday"],
                "opens": "08:00",
                "closes": "18:00:00",
            }
        ],
        "makesOffer": [
            {
                "@type": "Offer",
                "itemOffered": {"@type": "Service", "name": "Ortodontia"},
                "price": "120.00",
                "priceCurrency": "BRL",
            }
        ],
        "sameAs": ["https://instagram.example/sorriso"],
    }
    page = {
        "@type": "FAQPage",
        "@id": f"{HOME}faq/",
        "inLanguage": "pt-BR",
        "about": {"@id": f"{HOME}#business"},
        "mainEntity": [
            {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": "Sim."}}
            for name in ("Abre?", "Dói?")
        ],
    }
    way = {
        "@type": "BreadcrumbList",
        "@id": f"{HOME}faq/#way",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Início", "item": {"@type": "WebPage", "@id": HOME}},
            {"@type": "ListItem", "position": 2, "name": "Dúvidas"},
        ],
    }
    return {"@context": "https://schema.org", "@graph": [business, page, way]}


def planted(path: str, value: Any) -> Document:
    """Return the document with `value` at `path`; the value `...` takes away what is there."""
    made = copy.deepcopy(document())
    *parents, last = path.split(".")
    place: Any = made["@graph"]
    for parent in parents:
        place = place[int(parent) if isinstance(place, list) else parent]
    if value is ...:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return made


def test_a_document_that_holds_has_no_problem() -> None:
    assert validator.problems(document()) == []
    assert google.errors(document()) == []
    assert google.advice(document()) == []


AGAINST_THE_VOCABULARY: list[tuple[str, Any, str]] = [
    ("0.@type", "Dentista", "there is no type Dentista"),
    ("0.@type", ..., "node: has no @type"),
    ("0.@type", ["Dentist", "Tooth"], "there is no type Tooth"),
    ("0.telefone", "+558155500121", "Dentist.telefone: there is no such property"),
    ("0.produces", "x", "Dentist.produces: is superseded"),
    ("0.acceptedAnswer", "x", "Dentist.acceptedAnswer: is no property of Dentist"),
    ("2.openingHours", "Mo 08:00-18:00", "is no property of BreadcrumbList"),
    ("0.address", {"@type": "Person", "name": "x"}, "takes PostalAddress or Text, not Person"),
    ("0.makesOffer", "Ortodontia", "'Ortodontia' is not a Offer"),
    ("0.makesOffer.0.itemOffered.@type", "Servico", "there is no type Servico"),
    ("0.makesOffer.0.priceCurrency", "R$", "is not a currency of ISO 4217"),
    ("0.makesOffer.0.price", "R$ 120,00", "is not a number"),
    ("0.makesOffer.0.price", "120,00", "is not a number"),
    ("0.url", "/faq/", "'/faq/' is not an absolute URL"),
    ("0.@id", "#business", "@id is not an absolute URL"),
    ("0.image", "image.png", "is not an absolute URL"),
    ("0.sameAs", ["javascript:alert(1)"], "is not an absolute URL"),
    ("0.name", "  ", "is not text"),
    ("0.name", ["Sorriso", 7], "7 is not text"),
    ("0.sameAs", [], "is empty"),
    ("0.telephone", "(81) 5550-0121", "is not an international telephone number"),
    ("0.email", "contato", "is not an e-mail address"),
    ("0.address.addressCountry", "Brasil", "is not a country"),
    ("0.address.addressCountry", "UK", "is not a country"),
    ("0.foundingDate", "in 2011", "is not a date"),
    ("0.openingHoursSpecification.0.opens", "8am", "is not a time"),
    ("0.openingHoursSpecification.0.opens", "24:00", "is not a time"),
    ("0.openingHoursSpecification.0.dayOfWeek", ["Mon"], "'Mon' is no member of DayOfWeek"),
    ("0.openingHoursSpecification.0.dayOfWeek", ["Car"], "'Car' is no member of DayOfWeek"),
    ("1.inLanguage", "português", "is not a language tag"),
    ("1.about", {"@id": f"{HOME}#nobody"}, "which is not in the document"),
    ("1.breadcrumb", {"@id": f"{HOME}#business"}, "takes BreadcrumbList or Text, not Dentist"),
    ("1.@id", f"{HOME}#business", "is there twice"),
    ("2.itemListElement.0.position", True, "is not an integer"),
]


@pytest.mark.parametrize(("path", "value", "problem"), AGAINST_THE_VOCABULARY)
def test_a_fault_against_the_vocabulary_is_found(path: str, value: Any, problem: str) -> None:
    found = validator.problems(planted(path, value))
    assert any(problem in each for each in found), found


AGAINST_GOOGLE: list[tuple[str, Any, str]] = [
    ("0.name", ..., "LocalBusiness: has no name"),
    ("0.address", ..., "LocalBusiness: has no address"),
    ("0.address.addressCountry", "BRA", "PostalAddress: addressCountry 'BRA' is not a country"),
    ("0.telephone", "5550-0121", "Organization: telephone '5550-0121'"),
    ("0.url", "/", "Organization: url '/' is not an absolute URL"),
    ("0.review", [], "Organization: has review, a self-serving review"),
    ("0.aggregateRating", {"@type": "AggregateRating"}, "has aggregateRating"),
    ("0.openingHoursSpecification.0.closes", ..., "OpeningHoursSpecification: has no closes"),
    ("0.openingHoursSpecification.0.closes", "08:00", "opens and closes at 08:00"),
    ("0.openingHoursSpecification.0.opens", "8.00", "opens '8.00' is not a time"),
    ("0.makesOffer.0.priceCurrency", ..., "has a price or a currency without the other"),
    ("0.makesOffer.0.price", "from 90", "price 'from 90' is not a number"),
    ("1.mainEntity", ..., "FAQPage: has no mainEntity"),
    ("1.mainEntity", {"@type": "Thing", "name": "x"}, "FAQPage: mainEntity has what is no Question"),
    ("1.mainEntity.0.name", "Dói?", "FAQPage: asks a question twice"),
    ("1.mainEntity.0.acceptedAnswer", ..., "Question: has no acceptedAnswer"),
    ("1.mainEntity.0.acceptedAnswer.text", "", "Answer: has no text"),
    ("0.@type", "FAQPage", "FAQPage: is there 2 times"),
    ("2.itemListElement.1", "Dúvidas", "BreadcrumbList: has fewer than two items"),
    ("2.itemListElement.0.position", 2, "BreadcrumbList: has positions other than"),
    ("2.itemListElement.0.item", ..., "BreadcrumbList: item 1 has no address"),
    ("2.itemListElement.0.item", "/", "BreadcrumbList: item 1: '/' is not an absolute URL"),
    ("2.itemListElement.0.name", ..., "ListItem: has no name"),
]


@pytest.mark.parametrize(("path", "value", "problem"), AGAINST_GOOGLE)
def test_a_fault_against_googles_rules_is_found(path: str, value: Any, problem: str) -> None:
    found = google.errors(planted(path, value))
    assert any(problem in each for each in found), found


@pytest.mark.parametrize("name", ["telephone", "geo", "priceRange", "openingHoursSpecification"])
def test_what_google_recommends_is_advice(name: str) -> None:
    assert f"LocalBusiness: has no {name}" in google.advice(planted(f"0.{name}", ...))
    assert google.errors(planted(f"0.{name}", ...)) == []


def test_what_is_no_document_is_told() -> None:
    assert validator.problems([]) == ["the document is not an object"]
    assert validator.problems({"@context": "http://example.com", "@graph": []}) != []


@pytest.mark.parametrize(
    ("problem", "value"),
    [
        (values.time_problem, "23:59:60"),
        (values.time_problem, 8),
        (values.integer_problem, "1"),
        (values.number_problem, "1.2.3"),
        (values.number_problem, True),
        (values.boolean_problem, "true"),
        (values.date_problem, "2011-13"),
        (values.date_time_problem, "yesterday"),
        (values.country_problem, "ZZ"),
        (values.url_problem, "https://site.example/a b"),
        (values.telephone_problem, "+55 1"),
    ],
)
def test_a_value_of_another_form_is_told(problem: Callable[[object], str | None], value: object) -> None:
    assert problem(value)


def test_the_vocabulary_is_whole() -> None:
    known = vocabulary()
    used = {name for property_ in known.properties.values() for name in property_.domains | property_.ranges}
    parents = {name for above in (*known.types.values(), *known.members.values()) for name in above}
    # The release names a type in one domain that it no longer has.
    assert used | parents <= set(known.types) | {"DataType", "DeliveryTimeSettings"}
    assert known.is_a("Dentist", "LocalBusiness")
    assert known.is_a("URL", "Text")
    assert not known.is_a("EducationalOrganization", "LocalBusiness")
    assert len(known.types) > 900
    assert len(known.properties) > 1500
