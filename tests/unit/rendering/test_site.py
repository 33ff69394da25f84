import gzip
import re
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import pytest

from sitewright.errors import RenderingError
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import AboutCopy, FaqCopy, SectionCopy, ServicesCopy, buildable_pages
from sitewright.rendering import all_themes, page_path, render_site
from sitewright.rendering.checks.references import css_addresses
from sitewright.rendering.locales.legal import Notice, notice_path
from tests.support.markup import parsed, text_of
from tests.support.words import sample_names, sample_order, words_for
from tests.unit.rendering.conftest import BASE, Rendered

CLINIC = "clinica-sorriso.pt-BR.json"


def _words(section: SectionCopy) -> list[str]:
    """Return every text of `section`, so that a new field is looked for without a new test."""
    match section:
        case ServicesCopy():
            return [section.heading, section.lead, *section.texts]
        case AboutCopy():
            return [section.heading, *section.paragraphs]
        case FaqCopy():
            answers = [text for item in section.items for text in (item.question, item.answer)]
            return [section.heading, section.lead, *answers]
        case _:
            return [section.heading, section.lead]


def test_the_same_words_give_the_same_bytes(site: Rendered) -> None:
    again = render_site(site.order, site.plan, site.copies, base_url=f"{BASE}/")
    assert again == site.files


def test_samples_show_every_page_language_and_kind_of_fact() -> None:
    orders = [sample_order(name) for name in sample_names()]
    assert {page for order in orders for page in order.brief.site.pages} == set(PageKind)
    assert {order.language for order in orders} == {"en", "pt", "es"}
    assert {order.locale for order in orders} >= {"pt-PT", "en-GB"}


@pytest.mark.failure(24)
def test_every_text_of_the_plan_and_the_copy_is_on_its_page(site: Rendered) -> None:
    planned = {page.page: page for page in site.plan.pages}
    for copy in site.copies:
        root = parsed(site.files[f"{page_path(copy.page, site.order.locale)}index.html"])
        read = text_of(root)
        missing = [
            text
            for section in copy.sections
            for text in _words(section)
            if " ".join(text.split()) not in read
        ]
        assert missing == []
        assert root.findtext(".//title") == planned[copy.page].title
        description = root.find(".//meta[@name='description']")
        assert description is not None
        assert description.get("content") == planned[copy.page].description


def test_every_internal_link_leads_to_a_file_of_the_site(site: Rendered) -> None:
    base_path = urlsplit(BASE).path
    for path, content in site.pages.items():
        root = parsed(content)
        here = f"{BASE}/{path.removesuffix('index.html')}"
        anchors = {element.get("id") for element in root.iter() if element.get("id")}
        for link in root.iter("a"):
            target = urlsplit(urljoin(here, link.get("href", "")))
            if target.netloc != urlsplit(BASE).netloc:
                assert target.scheme in {"https", "tel", "mailto"}
                continue
            if link.get("href", "").startswith("#"):
                assert target.fragment in anchors
                continue
            assert link.get("href", "").startswith(f"{base_path}/"), "404.html is shown at any depth"
            assert target.path.removeprefix(f"{base_path}/") + "index.html" in site.files


def test_a_page_asks_no_other_host_for_anything(site: Rendered) -> None:
    for content in site.pages.values():
        root = parsed(content)
        asked = [e.get("src") or e.get("srcset") for e in root.iter() if e.get("src") or e.get("srcset")]
        asked += [
            link.get("href")
            for link in root.iter("link")
            if link.get("rel") not in {"canonical", "alternate"}
        ]
        assert all((address or "").startswith("/a-site/") for address in asked)
        style = root.findtext(".//style") or ""
        assert all(address.startswith("/a-site/assets/") for address in css_addresses(style))
        assert "@import" not in style
        assert not [element for element in root.iter() if element.get("style")]


def test_every_page_and_its_styles_fit_into_one_round_trip(site: Rendered) -> None:
    weights = {path: len(gzip.compress(content, 6)) for path, content in site.pages.items()}
    assert max(weights.values()) < 14_000, weights


def test_pages_are_those_that_were_asked_for_and_have_facts(site: Rendered) -> None:
    pages = buildable_pages(site.order.brief)
    paths = {f"{page_path(page, site.order.locale)}index.html" for page in pages}
    notices = [notice_path(notice, site.order.locale) for notice in Notice]
    assert set(site.pages) == paths | {"404.html"} | {f"{path}index.html" for path in notices}
    listed = re.findall(r"<loc>(.*?)</loc>", site.files["sitemap.xml"].decode())
    addresses = [*(page_path(page, site.order.locale) for page in pages), *notices]
    assert listed == [f"{BASE}/{path}" for path in addresses]
    assert f"Sitemap: {BASE}/sitemap.xml" in site.files["robots.txt"].decode()


def test_each_page_has_one_main_heading_and_marks_itself_in_the_navigation(site: Rendered) -> None:
    for path, content in site.pages.items():
        root = parsed(content)
        assert len(list(root.iter("h1"))) == 1
        notice = path.removesuffix("index.html") in {notice_path(each, site.order.locale) for each in Notice}
        marked = root.findall(f".//{'footer' if notice else 'header'}//a[@aria-current='page']")
        assert len(marked) == (0 if path == "404.html" else 1)
        levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", str(e.tag))]
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_words_without_ai_are_named_as_such_and_only_those() -> None:
    order = sample_order(CLINIC)
    for ai in (False, True):
        plan, copies = words_for(order, ai=ai)
        page = render_site(order, plan, copies, base_url=BASE)["index.html"].decode()
        assert ("compostos sem IA" in page) is not ai
        assert ("words composed without AI" in page) is not ai


def test_words_that_do_not_fit_the_order_are_refused() -> None:
    order = sample_order(CLINIC)
    plan, copies = words_for(order)
    with pytest.raises(RenderingError, match="contact"):
        render_site(order, plan, copies[:-1], base_url=BASE)
    services = next(s for s in copies[0].sections if isinstance(s, ServicesCopy))
    short = services.model_copy(update={"texts": services.texts[:-1]})
    home = copies[0].model_copy(update={"sections": (short,)})
    with pytest.raises(RenderingError, match="3 texts for the brief's 4 services"):
        render_site(order, plan, (home, *copies[1:]), base_url=BASE)


@pytest.mark.failure(36)
def test_the_theme_version_names_its_release_and_content() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{12}", all_themes()["mosaic"].version)
