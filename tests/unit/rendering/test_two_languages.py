"""A site in two languages: each page names itself in the other, and leads there."""

import re
from functools import cache

import pytest

from sitewright.orders.models.order import PlacedOrder
from sitewright.orders.models.site import SecondLanguage
from sitewright.rendering import all_themes, render_site
from tests.support.markup import parsed, text_of
from tests.support.orders import BICYCLES, DENTIST, document
from tests.support.pictures import encoded, photo, pictured
from tests.support.words import order_of, words_for

BASE = "https://sorriso.example/site"
WORDS = {
    "offer": {"services": [{"name": "Cleaning"}, {}, {}, {}]},
    "site": {"cta_text": "Book a visit"},
}
PAIRS = {
    "": "en/",
    "sobre/": "en/about/",
    "servicos/": "en/services/",
    "perguntas-frequentes/": "en/faq/",
    "contato/": "en/contact/",
}


@cache
def two_languages(theme="mosaic", pages=("home", "about", "services", "faq", "contact")):
    made = document(
        DENTIST,
        second_locale="en-US",
        brief__translations=WORDS,
        brief__business__custom_niche="Odontopediatria",
    )
    made["brief"]["site"]["pages"] = [*pages]
    order = order_of(PlacedOrder.model_validate(made))
    translated = order.in_second_language()
    plan, copies = words_for(translated)
    second = SecondLanguage(order=translated, plan=plan, copies=copies)
    files = render_site(order, *words_for(order), base_url=BASE, theme=all_themes()[theme], second=second)
    return order, second, files


def page(path):
    return parsed(two_languages()[2][f"{path}index.html"])


def alternates(path):
    links = [link for link in page(path).iter("link") if link.get("rel") == "alternate"]
    return {link.get("hreflang"): link.get("href") for link in links}


def test_the_second_language_lies_below_its_code_in_its_own_words():
    _, second, files = two_languages()
    home = page("en/")
    assert {path for path in files if path.endswith("index.html")} >= {
        f"{path}index.html" for pair in PAIRS.items() for path in pair
    }
    assert (page("").get("lang"), home.get("lang")) == ("pt-BR", "en-US")
    read = " ".join(home.itertext())
    assert second.copies[0].sections[0].heading in read
    assert "Book a visit" in read
    assert "Cleaning" in read


@pytest.mark.parametrize("first", PAIRS)
def test_each_page_and_its_other_name_each_other(first):
    other = PAIRS[first]
    told = {"pt-BR": f"{BASE}/{first}", "en-US": f"{BASE}/{other}", "x-default": f"{BASE}/{first}"}
    assert alternates(first) == alternates(other) == told
    meta = {each.get("property"): each.get("content") for each in page(other).iter("meta")}
    assert (meta["og:locale"], meta["og:locale:alternate"]) == ("en_US", "pt_BR")


@pytest.mark.parametrize(
    ("path", "name", "locale", "href"),
    [
        ("contato/", "English", "en-US", "/site/en/contact/"),
        ("en/contact/", "Português", "pt-BR", "/site/contato/"),
    ],
)
def test_the_switch_leads_to_the_same_page(path, name, locale, href):
    switches = [link for link in page(path).iter("a") if link.get("hreflang")]
    told = {(text_of(each), each.get("lang"), each.get("hreflang"), each.get("href")) for each in switches}
    assert told == {(name, locale, locale, href)}
    assert len(switches) == 2


def test_a_theme_with_a_header_of_its_own_has_the_switch_too():
    _, _, files = two_languages("field", ("home",))
    (header,) = [each for each in parsed(files["en/index.html"]).iter("header") if each.get("class") == "top"]
    (switch,) = [link for link in header.iter("a") if link.get("hreflang")]
    assert (text_of(switch), switch.get("href")) == ("Português", "/site/")


@pytest.mark.parametrize("first", PAIRS)
def test_pages_of_one_language_lead_to_each_other(first):
    links = [link for nav in page(PAIRS[first]).iter("nav") for link in nav.iter("a")]
    own = [link.get("href") for link in links if not link.get("hreflang")]
    assert own
    assert all(href.startswith("/site/en/") for href in own)
    current = {link.get("href") for link in links if link.get("aria-current")}
    assert current == {f"/site/{PAIRS[first]}"}


def test_the_page_for_missing_addresses_speaks_both():
    root = parsed(two_languages()[2]["404.html"])
    said, action = [each for each in root.iter("p") if each.get("lang") == "en-US"]
    assert text_of(said).startswith("Page not found. There is no page")
    assert [link.get("href") for link in action.iter("a")] == ["/site/en/"]
    assert {link.get("href") for link in root.iter("a") if link.get("hreflang")} == {"/site/en/"}
    assert "en/404.html" not in two_languages()[2]


def test_the_sitemap_has_every_page_with_its_alternates():
    sitemap = two_languages()[2]["sitemap.xml"].decode()
    entries = dict(re.findall(r"<url><loc>(.*?)</loc>(.*?)</url>", sitemap))
    for first, other in PAIRS.items():
        assert entries[f"{BASE}/{first}"] == entries[f"{BASE}/{other}"]
        assert f'hreflang="en-US" href="{BASE}/{other}"' in entries[f"{BASE}/{first}"]
        assert f'hreflang="x-default" href="{BASE}/{first}"' in entries[f"{BASE}/{other}"]
    assert len(entries) == len([path for path in two_languages()[2] if path.endswith("index.html")])


def test_what_is_not_translated_is_marked_as_of_the_first_language():
    order, *_ = two_languages()
    cleaning, untranslated = (service.name for service in order.brief.offer.services[:2])
    headings = {"".join(each.itertext()): each.get("lang") for each in page("en/services/").iter("h2")}
    assert cleaning not in headings
    assert headings["Cleaning"] is None
    assert headings[untranslated] == "pt-BR"
    assert not [each for each in page("servicos/").iter("h2") if each.get("lang")]


@pytest.mark.parametrize("theme", ["mosaic", "field", "studio"])
def test_a_trade_in_the_customers_words_is_marked_above_the_first_heading(theme):
    _, _, files = two_languages(theme, ("home",))
    for path, lang in (("index.html", None), ("en/index.html", "pt-BR")):
        eyebrow = next(each for each in parsed(files[path]).iter("p") if each.get("class") == "eyebrow")
        assert "Odontopediatria" in text_of(eyebrow)
        assert eyebrow.get("lang") == lang


def test_a_site_in_one_language_names_itself_and_has_no_switch():
    order = order_of(PlacedOrder.model_validate(document(BICYCLES, brief__site__pages=["home"])))
    root = parsed(render_site(order, *words_for(order), base_url=BASE)["index.html"])
    links = [link for link in root.iter("link") if link.get("rel") == "alternate"]
    told = {link.get("hreflang"): link.get("href") for link in links}
    assert told == {"es": f"{BASE}/", "x-default": f"{BASE}/"}
    assert not [each for each in root.iter() if each.tag != "link" and each.get("hreflang")]


def test_what_a_picture_shows_is_marked_too_where_it_is_not_translated():
    files = {"front.jpg": encoded(photo(600, 400)), "garden.jpg": encoded(photo(300, 200))}
    given = [
        {"file": "front.jpg", "alt": "A van in spring"},
        {"file": "garden.jpg", "alt": "A garden in autumn"},
    ]
    made = pictured(
        files,
        second_locale="es",
        brief__design__photos=given,
        brief__translations={"design": {"photos": [{"alt": "Una furgoneta en primavera"}, {}]}},
    )
    translated = made.order.in_second_language()
    plan, copies = words_for(translated)
    second = SecondLanguage(order=translated, plan=plan, copies=copies)
    pages = render_site(
        made.order, *words_for(made.order), base_url=BASE, pictures=made.pictures, second=second
    )

    def shown(below):
        read = [parsed(each) for path, each in pages.items() if below(path) and path.endswith(".html")]
        images = [image for root in read for image in root.iter("img") if image.get("alt")]
        return {(image.get("alt"), image.get("lang")) for image in images}

    assert shown(lambda path: path.startswith("es/")) == {
        ("Una furgoneta en primavera", None),
        ("A garden in autumn", "en-US"),
    }
    assert {lang for _, lang in shown(lambda path: not path.startswith("es/"))} == {None}
