"""The checks of a site in two languages: each by itself, and what is to lead from one to the other."""

from functools import cache

import pytest

from sitewright.orders.models.order import PlacedOrder
from sitewright.orders.models.site import SecondLanguage
from sitewright.rendering import render_site
from sitewright.rendering.checks import check_site
from tests.support.orders import DENTIST, document
from tests.support.words import order_of, words_for
from tests.unit.rendering.checks.test_planted_faults import (
    BASE,
    check_of,
    into_main,
    released,
    swap,
    without,
)

HOME, CONTACT, EN_HOME, EN_CONTACT = (
    "index.html",
    "contato/index.html",
    "en/index.html",
    "en/contact/index.html",
)


@cache
def two_languages():
    words = {"offer": {"services": [{"description": "Cleaning from US$ 75.00."}, {}, {}, {}]}}
    made = document(DENTIST, second_locale="en-US", brief__translations=words)
    made["brief"]["site"]["pages"] = ["home", "contact"]
    order = order_of(PlacedOrder.model_validate(made))
    translated = order.in_second_language()
    plan, copies = words_for(translated)
    second = SecondLanguage(order=translated, plan=plan, copies=copies)
    return order, second, render_site(order, *words_for(order), base_url=BASE, second=second)


def examined(files):
    order, second, _ = two_languages()
    plan, copies = words_for(order)
    return check_site(
        files, released(files), order, plan, written_without_ai=True, copies=copies, second=second
    )


def test_a_rendered_site_holds():
    report = examined(two_languages()[2])
    assert [finding for check in report.checks if not check.passed for finding in check.findings] == []
    assert check_of(report, "languages").measured.endswith("pages in pt-BR, en-US")
    assert "pt-BR: " in check_of(report, "words").measured


def leading_home(files):
    files["404.html"] = files["404.html"].replace(b'href="/clinica/en/"', b'href="/clinica/"')


FAULTS = [
    ("languages", swap(HOME, 'hreflang="en-US"', 'hreflang="en-GB"'), "names no <link"),
    (
        "languages",
        swap(EN_CONTACT, 'hreflang="pt-BR" href="', 'hreflang="pt-BR" href="x'),
        "as itself in pt-BR",
    ),
    (
        "languages",
        swap(
            EN_CONTACT,
            f'rel="alternate" hreflang="pt-BR" href="{BASE}/contato/"',
            f'rel="alternate" hreflang="pt-BR" href="{BASE}/"',
        ),
        f"names {BASE}/ as itself in pt-BR, not {BASE}/contato/",
    ),
    ("languages", swap(EN_HOME, 'hreflang="x-default"', 'hreflang="x"'), "for x-default"),
    ("languages", swap(EN_HOME, 'lang="en-US"', 'lang="en"'), "which is in en"),
    ("languages", without(EN_CONTACT), "where there is no page"),
    (
        "languages",
        swap(CONTACT, '<a href="/clinica/en/contact/"', '<a href="/clinica/en/"'),
        "for en-US, not to",
    ),
    (
        "languages",
        swap(CONTACT, ' hreflang="en-US" lang="en-US"', ' hreflang="en-US"'),
        "not marked as en-US",
    ),
    ("languages", leading_home, "404.html: leads to"),
    ("outline", swap(EN_HOME, '<html lang="en-US"', '<html lang="pt-BR"'), 'lang="pt-BR", not en-US'),
    (
        "words",
        swap(EN_HOME, "Good work, done when we said it would be</h1>", "x</h1>"),
        "does not show “Good",
    ),
    ("manifest", without(EN_CONTACT), f"{EN_CONTACT}: the page 'contact' of the plan is missing"),
    ("facts", into_main("<p>US$ 75.00</p>", HOME), "shows the price 75.00"),
    ("facts", into_main("<p>R$ 99,90</p>", EN_HOME), "shows the price 99,90"),
    ("structured data", swap(EN_HOME, '"telephone":"+5581', '"telephone":"+5582'), f"{EN_HOME}: structured"),
]


@pytest.mark.parametrize(
    ("name", "fault", "finding"), FAULTS, ids=[f"{each[0]}-{at}" for at, each in enumerate(FAULTS)]
)
def test_a_planted_fault_is_found(name, fault, finding):
    files = dict(two_languages()[2])
    fault(files)
    check = check_of(examined(files), name)
    assert not check.passed
    assert any(finding in found for found in check.findings), check.findings


def test_what_is_a_fact_in_one_language_is_none_in_the_other():
    files = dict(two_languages()[2])
    into_main("<p>US$ 75.00</p>", EN_HOME)(files)
    assert check_of(examined(files), "facts").passed
