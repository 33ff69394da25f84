"""The check of structured data is given a site that holds, with one fault planted in its data or page."""

from dataclasses import replace
from functools import cache

import pytest

from sitewright.orders.models.release import Check
from sitewright.rendering import render_site
from sitewright.rendering.checks.examined import ExaminedSite
from sitewright.rendering.checks.page import parse_page
from sitewright.rendering.checks.structured_data import check_structured_data
from tests.support.words import sample_order, words_for
from tests.unit.rendering.checks.test_planted_faults import (
    BASE,
    HOME,
    SAMPLE,
    SERVICES,
    Fault,
    released,
    rendered,
    swap,
)

ABOUT, FAQ = "sobre/index.html", "perguntas-frequentes/index.html"

FAULTS: list[tuple[Fault, str]] = [
    (swap(HOME, '{"@context"', '{"@context'), "is not a JSON object"),
    (swap(HOME, '"https://schema.org"', '"https://example.org"'), "is not a JSON object with a graph"),
    (swap(HOME, '"@id":"', '"id":"'), "is not a JSON object with a graph"),
    (swap(HOME, "application/ld+json", "text/plain"), "has 0 blocks of structured data"),
    (swap(SERVICES, "application/ld+json", "text/plain"), f"{SERVICES}: has 0 blocks"),
    (swap(HOME, '/#business","name"', '/#firm","name"'), "does not have the business"),
    (swap(HOME, '"@type":"Dentist"', '"@type":"Plumber"'), "has the business as 'Plumber'"),
    (swap(HOME, '"telephone":"+5581', '"telephone":"+5582'), "structured data has telephone"),
    (swap(SERVICES, '"telephone":"+5581', '"telephone":"+5582'), f"{SERVICES}: structured data has tel"),
    (
        swap(HOME, '"addressLocality":"Recife"', '"addressLocality":"Olinda"'),
        "has addressLocality 'Olinda'",
    ),
    (swap(HOME, '"addressCountry":"BR"', '"addressRegion2":"BR"'), "has addressCountry None"),
    (swap(HOME, '"opens":"08:00"', '"opens":"07:00"'), "other openingHoursSpecification"),
    (swap(HOME, '"dayOfWeek":["Monday",', '"dayOfWeek":['), "other openingHoursSpecification"),
    (swap(HOME, '"email":', '"aggregateRating":5,"email":'), "has aggregateRating 5"),
    (swap(HOME, '{"@type":"Service"', '{"review":[],"@type":"Service"'), "a self-serving review"),
    (swap(HOME, '"price":"120.00"', '"price":"99.90"'), "structured data has makesOffer"),
    (swap(HOME, '"price":"120.00"', '"price":"from 120"'), "structured data has makesOffer"),
    (swap(HOME, '"makesOffer"', '"offers"'), "structured data has makesOffer []"),
    (swap(SERVICES, '"name":"Ortodontia"', '"name":"Implantes"'), "structured data has makesOffer"),
    (swap(HOME, '"areaServed":["Recife Antigo",', '"areaServed":['), "structured data has areaServed"),
    (swap(HOME, '"foundingDate":"2011"', '"foundingDate":"1911"'), "has foundingDate '1911'"),
    (swap(ABOUT, '"name":"Dr. Tiago Nunes"', '"name":"Dr. No"'), "has the employee 'Dr. No'"),
    (swap(HOME, '"foundingDate"', '"geo":{},"foundingDate"'), "has geo, which nothing holds to the brief"),
    (swap(SERVICES, '"email":', '"description":"x","email":'), "has the business's description 'x', which"),
    (swap(HOME, '"foundingDate"', '"legalName":"X","foundingDate"'), "has legalName 'X', which is not in"),
    (swap(HOME, '"foundingDate"', '"contactPoint":{"email":"x"},"foundingDate"'), "has email 'x', the brief"),
    (swap(HOME, '"price":"120.00"', '"priceSpecification":{"price":"1"},"price":"120.00"'), "has '1' as the"),
    (swap(ABOUT, '"@type":"Person"', '"@type":"Person","jobTitle":"Rei"'), "has jobTitle 'Rei', which"),
    (swap(HOME, '"@graph":[', '"@graph":[{"@id":"x","@type":"Offer"},'), "has the Offer None, which nothing"),
    (swap(HOME, '"@type":"WebSite","@id"', '"@type":"Thing","@id"'), "has the Thing 'Sorriso"),
    (swap(HOME, '"sameAs":["https:', '"sameAs":["http:'), "structured data has sameAs"),
    (swap(HOME, '"image":["', '"image":["x'), "names the image"),
    (swap(HOME, '"logo":"', '"logo":"x'), "names the logo"),
    (swap(HOME, f'"@id":"{BASE}/","url"', f'"@id":"{BASE}/x","url"'), f"not have this page, {BASE}/"),
    (swap(HOME, '"inLanguage":"pt-BR","isPartOf"', '"inLanguage":"pt","isPartOf"'), "has inLanguage 'pt'"),
    (swap(SERVICES, '"name":"O que fazemos', '"name":"O que faremos'), "has name 'O que faremos"),
    (swap(HOME, '#website"},"about"', '#site"},"about"'), f"refers to {BASE}/#site"),
    (swap(FAQ, '"@type":"FAQPage"', '"@type":"WebPage"'), "has 7 questions on a WebPage"),
    (swap(FAQ, '"@type":"Question","name":"', '"@type":"Question","name":"x'), "does not have the question"),
    (swap(FAQ, '"acceptedAnswer":{"@type":"Answer","text":"', '"acceptedAnswer":{"text":"Não. '), "not show"),
    (swap(FAQ, '120,00"}', '90,00"}'), "that the page does not show below it"),
    (swap(FAQ, "<h2>O que devo saber sobre area", "<h2>O que saber sobre area"), "not show below it"),
    (swap(SERVICES, '"@type":"BreadcrumbList"', '"@type":"ItemList"'), "has 0 lists of breadcrumbs"),
    (swap(SERVICES, f'"@type":"WebPage","@id":"{BASE}/"', '"@id":"/"'), "leads to /, where there is no page"),
    (
        swap(SERVICES, f'"WebPage","@id":"{BASE}/servicos/"', f'"WebPage","@id":"{BASE}/sobre/"'),
        "has breadcrumbs that do not end at this page",
    ),
    (swap(SERVICES, '"position":2,"name":"', '"position":2,"name":"x'), "which the page does not show"),
]


@cache
def holding() -> ExaminedSite:
    order, plan, copies, files = rendered(SAMPLE)
    return ExaminedSite.of(files, released(files), order, plan, copies=copies, written_without_ai=True)


def checked_with(fault: Fault) -> Check:
    site = holding()
    files = dict(site.files)
    fault(files)
    changed = [path for path in site.pages if files[path] != site.files[path]]
    pages = {**site.pages, **{path: parse_page(path, files[path]) for path in changed}}
    return check_structured_data(replace(site, files=files, pages=pages))


@pytest.mark.parametrize(("fault", "finding"), FAULTS)
def test_a_planted_fault_is_found(fault: Fault, finding: str) -> None:
    check = checked_with(fault)

    assert not check.passed
    assert any(finding in found for found in check.findings), check.findings


def test_a_site_without_its_copies_is_checked_by_what_it_shows() -> None:
    assert check_structured_data(holding()).passed
    assert check_structured_data(replace(holding(), copies=())).passed


def test_the_site_of_a_business_without_an_address_holds() -> None:
    order = sample_order(SAMPLE, brief__business__address=None, brief__site__pages=["home", "faq"])
    plan, copies = words_for(order)
    files = render_site(order, plan, copies, base_url=BASE)
    site = ExaminedSite.of(files, released(files), order, plan, copies=copies, written_without_ai=True)

    assert b'"@type":"Organization"' in files[HOME]
    assert check_structured_data(site).findings == ()
