"""An order's second language: the customer's words laid over the brief, or refused with their place."""

import jsonschema
import pytest

from sitewright.errors import InvalidOrder
from sitewright.orders.intake import order_schema
from tests.support.orders import DENTIST, GARDENER, document, order_document

WORDS = {
    "offer": {
        "services": [
            {"name": "Corte de césped", "price": {"unit": "visita"}},
            {"description": "Casas de una y dos plantas."},
            {},
        ]
    },
    "site": {"cta_text": "Pida presupuesto"},
    "proof": {"testimonials": [{"text": "Vinieron cada semana."}]},
    "seo": {"keywords": ["jardinero columbus"]},
}


def _translated(**words):
    return order_document(GARDENER, second_locale="es-MX", brief__translations=words).brief.translated()


def test_words_are_translated_and_facts_are_not():
    first = order_document(GARDENER).brief
    second = _translated(**WORDS)
    mowing, gutters, cleanup = second.offer.services

    assert (mowing.name, mowing.price.unit) == ("Corte de césped", "visita")
    assert mowing.price.amount == first.offer.services[0].price.amount
    assert (gutters.name, gutters.description) == ("Gutter cleaning", "Casas de una y dos plantas.")
    assert cleanup == first.offer.services[2]
    assert second.offer.primary_service == "Corte de césped"
    assert second.offer.service_areas == first.offer.service_areas
    assert second.site.cta_text == "Pida presupuesto"
    assert second.proof.testimonials[0].text == "Vinieron cada semana."
    assert second.proof.testimonials[0].name == first.proof.testimonials[0].name
    assert second.seo.keywords == ("jardinero columbus",)
    assert second.business == first.business
    assert second.translations is None


def test_without_translations_the_words_of_the_first_language_stand():
    order = order_document(GARDENER, second_locale="es-MX")
    assert order.brief.translated() == order.brief
    assert order.locales == ("en-US", "es-MX")
    assert order_document(GARDENER).locales == ("en-US",)


def test_people_works_and_pictures_have_words_too():
    words = {
        "business": {
            "custom_niche": "Dental care",
            "team": [{"role": "Orthodontist"}, {"role": "Hygienist"}],
        },
        "proof": {"gallery": [{"title": "Front room", "photo": {"alt": "A bright room"}}]},
    }
    second = order_document(
        DENTIST,
        second_locale="en",
        brief__business__custom_niche="odontologia",
        brief__business__team=[{"name": "Ana", "role": "Ortodontista"}, {"name": "Rui"}],
        brief__proof__gallery=[{"title": "Sala", "photo": {"file": "sala.jpg"}}],
        brief__translations=words,
    ).brief.translated()

    assert second.business.custom_niche == "Dental care"
    assert [each.role for each in second.business.team] == ["Orthodontist", "Hygienist"]
    assert (second.proof.gallery[0].title, second.proof.gallery[0].photo.alt) == (
        "Front room",
        "A bright room",
    )
    assert second.proof.gallery[0].photo.file == "sala.jpg"


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"second_locale": "en-GB"}, "second_locale", "the site is in en-US already"),
        ({"second_locale": "tlh"}, "second_locale", "language"),
        ({"brief__translations": WORDS}, "brief", "no second_locale"),
        ({"offer": {"services": [{}]}}, "brief.translations", "offer.services is a list of 3, and 1 are tr"),
        (
            {"offer": {"services": [{"name": "Spring clean-up"}, {}, {}]}},
            "brief.translations",
            "offer.services as translated: every service is named once",
        ),
        (
            {"offer": {"services": [{}, {"price": {"unit": "hora"}}, {}]}},
            "brief.translations",
            "the brief has no offer.services[1].price to translate",
        ),
        ({"business": {"team": [{"role": "Jefe"}]}}, "brief.translations", "business.team is a list of 0"),
        ({"business": {"name": "Césped"}}, "brief.translations.business.name", "not known"),
        ({"site": {"cta_text": "x" * 61}}, "brief.translations.site.cta_text", "at most 60"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changes, path, says):
    if not changes.keys() & {"second_locale", "brief__translations"}:
        changes = {"second_locale": "es-MX", "brief__translations": changes}
    with pytest.raises(InvalidOrder) as refused:
        order_document(GARDENER, **changes)
    (problem,) = refused.value.problems
    assert problem.path == path
    assert says in problem.problem


def test_the_schema_knows_the_second_language():
    validator = jsonschema.Draft202012Validator(order_schema())
    validator.validate(document(GARDENER, second_locale="es-MX", brief__translations=WORDS))
    assert not validator.is_valid(document(GARDENER, brief__translations={"business": {"name": "x"}}))
