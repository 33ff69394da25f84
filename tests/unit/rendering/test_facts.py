import json

import pytest

from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import AboutCopy, PageCopy, SectionCopy, ServicesCopy
from sitewright.rendering import page_path, render_site
from sitewright.rendering.locales.formats import Formats
from tests.support.markup import numbers_in, parsed, text_of
from tests.support.words import sample_names, sample_order, words_for
from tests.unit.rendering.conftest import BASE, Rendered


def _written_facts(site: Rendered) -> str:
    """Return the brief, and its telephone numbers, prices and hours the way the reader writes them."""
    brief = site.order.brief
    formats = Formats.of(
        site.order.locale, brief.business.address.country if brief.business.address else None
    )
    phones = [formats.phone(each) for each in (brief.business.phone, brief.business.whatsapp) if each]
    prices = [formats.price(service.price) for service in brief.offer.services if service.price]
    hours = [time for row in formats.hours(brief.business.hours) for time in row.times]
    return " ".join((json.dumps(brief.model_dump(mode="json")), *phones, *prices, *hours))


@pytest.mark.failure(33)
def test_every_number_on_a_page_is_a_number_of_the_brief(site: Rendered) -> None:
    known = numbers_in(_written_facts(site))
    for path, content in site.pages.items():
        assert numbers_in(text_of(parsed(content))) <= known, path


@pytest.mark.failure(33)
@pytest.mark.parametrize("name", sample_names())
def test_sections_without_facts_are_left_out(name: str) -> None:
    order = sample_order(
        name,
        brief__proof__testimonials=[],
        brief__proof__gallery=[],
        brief__business__hours=[],
        brief__business__team=[],
        brief__business__owner=None,
        brief__business__founded=None,
        brief__offer__service_areas=[],
        brief__site__pages=list(PageKind),
    )
    full = sample_order("casa-do-forno.pt-PT.json")
    assert full.brief.proof.testimonials
    plan, copies = words_for(order)
    files = render_site(order, plan, copies, base_url=BASE)
    for absent in (PageKind.TESTIMONIALS, PageKind.GALLERY):
        assert f"{page_path(absent, order.locale)}index.html" not in files
    for path in (path for path in files if path.endswith(".html")):
        root = parsed(files[path])
        assert not list(root.iter("blockquote"))
        assert not [table for table in root.iter("table") if table.get("class") == "hours"]
        assert not [
            e for e in root.iter() if (e.get("class") or "").split(" ")[0] in {"person", "works", "places"}
        ]


def test_words_for_sections_that_the_brief_has_no_facts_for_are_not_shown() -> None:
    with_facts = sample_order("lawn-and-ladder.en-US.json")
    plan, copies = words_for(with_facts)
    without = sample_order("lawn-and-ladder.en-US.json", brief__offer__service_areas=[])
    page = render_site(without, plan, copies, base_url=BASE)["index.html"]
    assert "Where we work" not in text_of(parsed(page))


def test_what_the_words_say_already_is_not_said_again_beside_them() -> None:
    order = sample_order("clinica-sorriso.pt-BR.json")
    plan, copies = words_for(order)
    owner, service = order.brief.business.owner, order.brief.offer.services[0]
    assert owner is not None
    assert owner.about is not None
    assert service.description is not None
    quoting = tuple(_quoting(copy, owner.about, service.description) for copy in copies)
    for page, said in ((PageKind.ABOUT, owner.about), (PageKind.SERVICES, service.description)):
        path = f"{page_path(page, order.locale)}index.html"
        for words in (copies, quoting):
            shown = text_of(parsed(render_site(order, plan, words, base_url=BASE)[path]))
            assert shown.count(said) == 1, page


def _quoting(copy: PageCopy, about: str, description: str) -> PageCopy:
    """Return `copy` with words that quote the brief's."""
    sections: list[SectionCopy] = []
    for section in copy.sections:
        match section:
            case AboutCopy():
                sections.append(section.model_copy(update={"paragraphs": (f"She says: {about}",)}))
            case ServicesCopy():
                sections.append(section.model_copy(update={"texts": (description, *section.texts[1:])}))
            case _:
                sections.append(section)
    return copy.model_copy(update={"sections": tuple(sections)})
