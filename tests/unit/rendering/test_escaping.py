import json
import re

import pytest

from sitewright.errors import RenderingError
from sitewright.orders.models.site import HeroCopy
from sitewright.rendering import render_site
from sitewright.rendering.document import DATA_PLACE, STYLE_PLACE, complete_document
from sitewright.rendering.machines.structured_data import script_json
from tests.support.markup import business_of, parsed, structured_data, text_of
from tests.support.words import sample_order, words_for
from tests.unit.rendering.conftest import BASE

NASTY = "</script><script>alert(1)</script><style></style>"
QUOTES = '" onload="alert(1)" x=\'{{ 7*7 }}\' &amp; ]]>'
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.mark.failure(32)
def test_markup_in_an_order_is_text_on_every_page() -> None:
    order = sample_order(
        "casa-do-forno.pt-PT.json",
        brief__business__name=NASTY,
        brief__business__owner={"name": QUOTES, "about": NASTY},
        brief__offer__service_areas=[QUOTES, NASTY, LONG],
        brief__site__cta_text=QUOTES,
        brief__proof__testimonials=[{"name": NASTY, "text": QUOTES, "role": NASTY}],
        brief__proof__gallery=[{"title": NASTY, "description": QUOTES}],
    )
    plan, copies = words_for(order)
    hero = HeroCopy(heading=NASTY, lead=QUOTES)
    home = copies[0].model_copy(update={"sections": (hero, *copies[0].sections[1:])})
    files = render_site(order, plan, (home, *copies[1:]), base_url=BASE)
    for path in (path for path in files if path.endswith(".html")):
        root = parsed(files[path])
        assert [script.get("type") for script in root.iter("script")] in (["application/ld+json"], [])
        assert len(list(root.iter("style"))) == 1
        events = [name for element in root.iter() for name in element.attrib if name.startswith("on")]
        assert events == []
        assert "49" not in text_of(root)
    home_text = text_of(parsed(files["index.html"]))
    assert NASTY in home_text
    assert QUOTES in home_text
    assert business_of(structured_data(files["index.html"]))["name"] == NASTY
    assert b"<script" not in files["favicon.svg"]


@pytest.mark.failure(32)
def test_a_colour_of_three_digits_is_rendered() -> None:
    order = sample_order("taller-rueda.es.json", brief__design__colors__primary="#0f8")
    plan, copies = words_for(order)
    assert b"#00ff88" in render_site(order, plan, copies, base_url=BASE)["index.html"]


def test_links_are_of_schemes_that_only_open_a_page_a_call_or_a_mail() -> None:
    order = sample_order(
        "clinica-sorriso.pt-BR.json",
        brief__business__email="o'x=?cc@x.example",
        brief__site__primary_cta="email",
    )
    plan, copies = words_for(order)
    files = render_site(order, plan, copies, base_url=BASE)
    hrefs = [a.get("href", "") for a in parsed(files["index.html"]).iter("a")]
    assert all(re.match(r"(https://|tel:\+\d+$|mailto:[^?]+$|/a-site/|#content$)", href) for href in hrefs)
    assert "mailto:o%27x%3D%3Fcc@x.example" in hrefs


def test_structured_data_holds_no_character_that_ends_a_script() -> None:
    text = script_json({"a": "<!--<script></script>&"})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"a": "<!--<script></script>&"}


@pytest.mark.parametrize(
    ("template", "style", "data"),
    [
        (f"{STYLE_PLACE}{DATA_PLACE}", "</style>", ""),
        (f"{STYLE_PLACE}{DATA_PLACE}", "", "</script>"),
        (f"{STYLE_PLACE}{STYLE_PLACE}{DATA_PLACE}", "", ""),
        (STYLE_PLACE, "", ""),
    ],
)
def test_a_document_is_refused_when_its_places_are_not_sure(template: str, style: str, data: str) -> None:
    with pytest.raises(RenderingError):
        complete_document(template, style=style, data=data)
