"""Style sheets are cut to the page: nothing that could match is lost, nothing that cannot is carried."""

import pytest

from sitewright.errors import RenderingError
from sitewright.rendering.design.style_sheet import StyleSheet

PAGE = '<main id="content"><h2 class="head wide">x</h2><ul><li class="card first">y</li></ul></main>'


def used(css: str, page: str = PAGE) -> str:
    return StyleSheet.parse(css, source="test").used_on(page)


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".card { color: red ; }", ".card{color:red}"),
        (".gone { color: red }", ""),
        (".card.first > .gone { color: red }", ""),
        ("h2, h3, .gone { margin: 0 }", "h2{margin:0}"),
        ("#content .card { margin: 0 }", "#content .card{margin:0}"),
        ("#menu .card { margin: 0 }", ""),
        (".card:hover, .card::before { margin: 0 }", ".card:hover,.card::before{margin:0}"),
        (".card:not(.gone) { margin: 0 }", ".card:not(.gone){margin:0}"),
        (":is(.gone, h2) { margin: 0 }", ":is(.gone,h2){margin:0}"),
        ("[hidden] { display: none }", "[hidden]{display:none}"),
        ("*, ::before { margin: 0 }", "*,::before{margin:0}"),
        ("UL > LI { margin: 0 }", "UL>LI{margin:0}"),
        ("@media (min-width: 30rem) { .gone { margin: 0 } }", ""),
        (
            "@media print { @supports (display: grid) { .gone { top: 0 } .card { top: 0 } } }",
            "@media print{@supports (display:grid){.card{top:0}}}",
        ),
        ("@font-face { font-family: X; src: local(X) }", "@font-face{font-family:X;src:local(X)}"),
        ("@keyframes turn { to { rotate: 1turn } }", "@keyframes turn{to{rotate:1turn}}"),
        ("/* words */ .card { /* more */ top: calc(1rem + 2px) }", ".card{top:calc(1rem + 2px)}"),
        ('.card::before { content: "a  ;  b" / "" }', '.card::before{content:"a  ;  b" / ""}'),
        (".card { margin: 1px/**/2px /* two */ 3px }", ".card{margin:1px 2px 3px}"),
        ("@layer low, high;", "@layer low,high;"),
        (":root:lang(ar) .card { top: 0 }", ""),
        (".card:not(:lang(ar)) { top: 0 }", ".card:not(:lang(ar)){top:0}"),
        (":lang(ar, en) .card { top: 0 }", ":lang(ar,en) .card{top:0}"),
        (".card { width: calc(100% - 2 * var(--gap)) }", ".card{width:calc(100% - 2 * var(--gap))}"),
    ],
)
def test_a_rule_is_kept_when_it_can_match(css, kept):
    assert used(css) == kept


@pytest.mark.parametrize(
    ("css", "page"),
    [
        (".card{top:0}", "<li class='first card'>"),
        (".card{top:0}", "<li class=card>"),
        (".card{top:0}", '<LI Class = "card">'),
        (".a\\&b{top:0}", '<li class="a&amp;b">'),
        ("#menu{top:0}", "<ul id='menu'>"),
        ("h2{top:0}", "<H2>"),
        ("tbody tr{top:0}", "<table><tr><td>1</table>"),
        ("linearGradient{top:0}", "<svg><linearGradient/></svg>"),
        ("price-list{top:0}", "<price-list></price-list>"),
    ],
)
def test_markup_is_read_however_a_designer_writes_it(css, page):
    assert used(css, page) == css


@pytest.mark.parametrize("lang", ["ar", "ar-AE", "AR-ae"])
def test_rules_of_a_language_are_kept_where_something_is_in_it(lang):
    page = f'<html lang="{lang}"><a hreflang="en" href="/"></a><p class="card">x</p></html>'
    assert used(":lang(ar) .card { top: 0 } :lang(en) .card { top: 0 }", page) == ":lang(ar) .card{top:0}"


def test_a_layer_keeps_its_place_among_the_layers():
    css = "@layer base { .gone { top: 0 } } @layer theme { h2 { top: 1px } } @layer base { h2 { top: 2px } }"
    assert used(css) == "@layer base{}@layer theme{h2{top:1px}}@layer base{h2{top:2px}}"


@pytest.mark.parametrize("css", ["@import 'other.css';", "@charset 'utf-8';", ".card", "}"])
def test_what_is_no_rule_is_refused_with_its_place(css):
    with pytest.raises(RenderingError, match=r"test, line 2: "):
        StyleSheet.parse(f"h2 {{ top: 0 }}\n{css}", source="test")


def test_rules_keep_their_order():
    css = "h2 { top: 0 } @media print { h2 { top: 1px } } h2 { top: 2px }"
    assert used(css) == "h2{top:0}@media print{h2{top:1px}}h2{top:2px}"
