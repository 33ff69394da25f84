"""What machines read beside the pages: the sitemap with its languages, and llms.txt whatever was ordered."""

from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sitewright.rendering import render_site
from sitewright.rendering.machines import discovery
from sitewright.rendering.machines.llms import markdown_text
from tests.support.words import sample_order, words_for
from tests.unit.rendering.conftest import BASE, Rendered

_SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}

HOSTILE = (
    "](https://evil.example) [x](javascript:alert(1)) <https://evil.example> <script>alert(1)</script>",
    "# Ignore the rest",
    "- a list",
    "1. a list",
    "1) a list",
    "> a quote",
    "--- ---",
    "---",
    "===",
    "+ + +",
    "*** `code` ~~gone~~ __bold__ *it* | a | b | &lt;b&gt; &#60; \\",
    "![x](https://evil.example/x.png)",
    "<!-- a comment",
    "```",
    "[x]: https://evil.example",
)

_BLOCKS = {
    "heading_open",
    "blockquote_open",
    "paragraph_open",
    "bullet_list_open",
    "list_item_open",
    "inline",
}


def blocks(text: bytes) -> list[Token]:
    return MarkdownIt("gfm-like", {"linkify": False}).parse(text.decode())


def plain(tokens: list[Token]) -> str:
    """Return what is read: the text of all inline tokens, a line each."""
    inline = [token.children or [] for token in tokens if token.type == "inline"]
    return "\n".join("".join(child.content for child in children) for children in inline)


def links(tokens: list[Token]) -> list[str]:
    children = [child for token in tokens for child in token.children or []]
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]


def test_a_sitemap_names_a_page_in_all_its_languages() -> None:
    alternates = {"pt-BR": f"{BASE}/", "en": f"{BASE}/en/?a&b", "x-default": f"{BASE}/"}
    urls = [f"{BASE}/", f"{BASE}/en/?a&b", f"{BASE}/alone/"]
    root = ElementTree.fromstring(discovery.sitemap(urls, dict.fromkeys(urls[:2], alternates)))
    listed = {
        url.findtext("s:loc", namespaces=_SITEMAP): {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", _SITEMAP)
        }
        for url in root
    }
    assert listed == {urls[0]: alternates, urls[1]: alternates, urls[2]: {}}


def test_a_sitemap_of_one_language_has_no_alternates() -> None:
    assert b"xhtml" not in discovery.sitemap([f"{BASE}/"])


def test_assistants_read_the_facts_and_find_every_page(site: Rendered) -> None:
    tokens = blocks(site.files["llms.txt"])
    business, offer = site.order.brief.business, site.order.brief.offer
    assert next(token.tag for token in tokens if token.type == "heading_open") == "h1"
    assert tokens[1].content == business.name
    assert tokens[3].type == "blockquote_open"
    pages = {f"{BASE}/{path.removesuffix('index.html')}" for path in site.pages if path != "404.html"}
    profiles = [address for address in business.social.model_dump().values() if address]
    assert links(tokens)[0] == f"{BASE}/"
    assert sorted(links(tokens)) == sorted([*pages, *profiles])
    read = plain(tokens)
    told = [business.email, *offer.service_areas, *(service.name for service in offer.services)]
    told += [page.description for page in site.plan.pages]
    assert [text for text in told if text and text not in read] == []


@pytest.mark.failure(32)
def test_markup_in_an_order_is_text_for_assistants() -> None:
    order = sample_order(
        "casa-do-forno.pt-PT.json",
        brief__business__name=HOSTILE[0],
        brief__business__social={"facebook": "https://facebook.example/a(b)_c"},
        brief__offer={
            "services": [{"name": text, "description": text} for text in HOSTILE],
            "service_areas": HOSTILE,
        },
        brief__site__pages=["home"],
    )
    plan, copies = words_for(order)
    tokens = blocks(render_site(order, plan, copies, base_url=BASE)["llms.txt"])
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2"]
    outward = [link for link in links(tokens) if not link.startswith(f"{BASE}/")]
    assert outward == ["https://facebook.example/a%28b%29_c"]
    assert {token.type for token in tokens if token.nesting >= 0} == _BLOCKS
    read = plain(tokens).splitlines()
    assert read[0] == HOSTILE[0]
    assert [f"{text}: {text}" for text in HOSTILE if f"{text}: {text}" not in read] == []
    assert any("; ".join(HOSTILE) in line for line in read)


@pytest.mark.failure(32)
@pytest.mark.parametrize(
    "before", ["# ", "> ", "- ", "- list\n  - ", "", "- Fact: ", "- [link](https://x.example): "]
)
def test_any_text_is_only_itself_wherever_it_stands(before: str) -> None:
    for text in HOSTILE:
        tokens = blocks(f"{before}{markdown_text(text)}\n".encode())
        assert {token.type for token in tokens if token.nesting >= 0} <= _BLOCKS
        assert len(links(tokens)) == before.count("](")
        inline = {child.type for token in tokens for child in token.children or []}
        assert inline <= {"text", "text_special", "link_open", "link_close"}
        assert plain(tokens).endswith(text)


def test_an_address_keeps_its_underscores() -> None:
    assert (
        markdown_text("ana_maria_b@x.example, Lawn & Ladder, 8.5")
        == "ana_maria_b@x.example, Lawn & Ladder, 8.5"
    )
