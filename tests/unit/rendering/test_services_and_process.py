"""Each service has a place of its own that other pages lead to; the steps of the work are a list in order."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from sitewright.rendering import all_themes, render_site
from sitewright.rendering.sections import service_anchors
from tests.support.markup import parsed, text_of
from tests.support.words import sample_order, words_for
from tests.unit.rendering.conftest import BASE, rendered


def test_services_lead_to_their_places_and_each_can_be_asked_about() -> None:
    site = rendered("lawn-and-ladder.en-US.json")
    services = site.order.brief.offer.services
    home, page = (parsed(site.files[path]) for path in ("index.html", "services/index.html"))
    section = page.find(".//section[@id='services']")
    assert section is not None
    ids = {element.get("id"): element for element in section.iter() if element.get("id")}
    led_to = [
        urlsplit(urljoin(BASE, link.get("href", ""))).fragment
        for link in home.findall(".//section[@id='services']//a")
        if link.get("href", "").startswith(f"{urlsplit(BASE).path}/services/#")
    ]
    assert [
        text_of(ids[anchor]).startswith(each.name) for anchor, each in zip(led_to, services, strict=True)
    ] == [True] * len(services)
    for anchor, service in zip(led_to, services, strict=True):
        links = list(ids[anchor].iter("a"))
        assert [service.name in text_of(link) for link in links] == [True]
        assert links[0].get("href", "").startswith(("tel:", "mailto:", "https://wa.me/"))


def test_places_of_services_are_told_apart() -> None:
    names = ["Poda", "Poda!", "poda 2", "تنظيف الأسنان", "Ação e Reação", "—"]
    anchors = service_anchors(names)
    assert anchors == (
        "service-poda",
        "service-poda-2",
        "service-poda-2-3",
        "service-4",
        "service-acao-e-reacao",
        "service-6",
    )


def test_the_steps_of_the_work_are_an_ordered_list() -> None:
    steps = [{"title": "We look", "description": "At your garden, with you."}, {"title": "You decide"}]
    order = sample_order("lawn-and-ladder.en-US.json", brief__offer__process=steps)
    plan, copies = words_for(order)
    files = render_site(order, plan, copies, base_url=BASE)
    listed = parsed(files["index.html"]).find(".//section[@id='process']//ol")
    assert listed is not None
    assert [text_of(step) for step in listed.findall("li")] == [
        "We look At your garden, with you.",
        "You decide",
    ]
    without = rendered("lawn-and-ladder.en-US.json").files["index.html"]
    assert parsed(without).find(".//section[@id='process']") is None


def home_services(theme: str, **changes: Any) -> Any:
    """Return the section of services on the home page of an order with `changes`, in `theme`."""
    order = sample_order("lawn-and-ladder.en-US.json", **changes)
    plan, copies = words_for(order)
    files = render_site(order, plan, copies, base_url=BASE, theme=all_themes(None)[theme])
    return parsed(files["index.html"]).find(".//section[@id='services']")


def names_in(element: Any) -> list[str]:
    return [text_of(heading) for heading in element.iter("h3")]


@pytest.mark.parametrize("theme", sorted(all_themes(None)))
def test_a_long_list_of_services_is_folded_on_the_home_page(theme: str) -> None:
    names = [f"Service {number}" for number in range(1, 41)]
    section = home_services(
        theme,
        brief__offer__services=[{"name": name} for name in names],
        brief__offer__primary_service="Service 30",
    )
    folded = section.find(".//details[@class='more']")
    assert text_of(folded.find("summary")) == "More services"
    assert names_in(folded) == [name for name in names[11:] if name != "Service 30"]
    assert names_in(section) == [*names[:11], "Service 30", *names_in(folded)]
    assert len(section.findall(".//a")) == 40


@pytest.mark.parametrize(
    ("services", "pages"), [(16, ["home", "services", "contact"]), (40, ["home", "contact"])]
)
def test_services_are_in_sight_where_they_are_few_or_have_no_other_page(
    services: int, pages: list[str]
) -> None:
    section = home_services(
        "mosaic",
        brief__offer__services=[{"name": f"Service {number}"} for number in range(services)],
        brief__offer__primary_service=None,
        brief__site__pages=pages,
    )
    assert section.find(".//details") is None
    assert len(names_in(section)) == services
