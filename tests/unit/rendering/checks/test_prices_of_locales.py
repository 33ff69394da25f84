"""Prices are found and held to the brief however the locale writes them."""

import pytest

from sitewright.rendering import render_site
from sitewright.rendering.checks.examined import ExaminedSite
from sitewright.rendering.checks.facts import check_facts
from tests.support.words import sample_order, words_for
from tests.unit.rendering.checks.test_planted_faults import BASE, released


@pytest.mark.parametrize(
    ("locale", "currency", "shown", "wrong"),
    [
        ("fr-FR", "EUR", "1\u202f234,50\xa0€", "1\u202f235,50\xa0€"),
        ("de-CH", "CHF", "CHF\xa01’234.50", "CHF\xa01’235.50"),
        ("ar-EG", "EGP", "١٬٢٣٤٫٥٠\xa0ج.م.", "١٬٢٣٥٫٥٠\xa0ج.م."),
    ],
)
def test_a_price_is_held_to_the_brief(locale: str, currency: str, shown: str, wrong: str) -> None:
    price = {"amount": "1234.50", "currency": currency}
    sample = sample_order("taller-rueda.es.json")
    services = [sample.brief.offer.services[0].model_dump(mode="json") | {"price": price}]
    order = sample_order(
        "taller-rueda.es.json", brief__offer__services=services, brief__offer__primary_service=None
    )
    plan, copies = words_for(order)
    order = order.model_copy(update={"locale": locale})
    files = dict(render_site(order, plan, copies, base_url=BASE))
    path = next(path for path in files if path.endswith(".html") and shown in files[path].decode())

    def found() -> tuple[str, ...]:
        site = ExaminedSite.of(files, released(files), order, plan, copies=copies, written_without_ai=True)
        return check_facts(site).findings

    assert found() == ()
    files[path] = files[path].decode().replace(shown, wrong).encode()
    assert [each for each in found() if path in each and "shows the price" in each] != []
