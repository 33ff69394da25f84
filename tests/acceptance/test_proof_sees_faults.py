"""What `make proof` asks of a page sees each fault that is planted, and nothing on a page without one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bench.proof.in_page import ask
from bench.proof.keyboard import faults_by_keyboard, faults_of_menu
from bench.proof.paper import faults_on_paper
from tests.support.browser import CHROMIUM, NO_BROWSER, View, chromium, visit

SOUND = """<!doctype html><html lang="en"><title>Sound</title><style>
:focus-visible { outline: 3px solid #00f }
[popover]:not(:popover-open) { display: none }
@media print { nav { display: none } }
</style><header>
<button popovertarget="menu">Menu</button>
<nav id="menu" popover><a href="#a">One</a> <a href="#b">Two</a></nav>
</header><main><h1>Sound</h1><p>Words that are read. <a href="#c">A link</a></p>%s</main>"""

TEXTS_CUT = {
    "is cut by": "<div style='height:1rem;overflow:hidden'><p>High</p><p>Higher</p><p>Highest</p></div>",
    "lie on one another": "<p>Below</p><p style='margin-top:-2.1rem'>Above</p>",
}
MOVING = {
    "has a transition": "<p style='transition:color .3s'>Slow</p>",
    "has an animation": "<style>@keyframes a{to{top:0}}</style><p style='animation:a 9s infinite'>On</p>",
}
ON_PAPER = {
    "has a dark ground": "<div style='background:#222'><br></div>",
    "on white": "<p style='color:#999'>Faint</p>",
    "the menu is printed": "<header><nav style='display:block'>Menu</nav></header>",
}
BY_KEYBOARD = {
    "does not show that it has the focus": "<a href='#d' style='outline:none'>Unseen</a>",
    "covers it": "<div style='position:relative'><a href='#e'>Covered</a>"
    "<div style='position:absolute;inset:-1rem;background:#fff'></div></div>",
    "not in order": "<a href='#f' tabindex='3'>First</a>",
    "outside the window": "<a href='#g' style='position:fixed;left:-900px'>Away</a>",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with visit(browser, View("phone", "light")) as opened:
        yield opened


def test_a_sound_page_has_no_fault(page: Page) -> None:
    page.set_content(SOUND % "")
    assert ask(page, "texts_cut") == ask(page, "motion") == ask(page, "contrast") == []
    assert faults_by_keyboard(page) == faults_of_menu(page) == faults_on_paper(page) == []


@pytest.mark.parametrize(
    ("name", "planted"),
    [("texts_cut", TEXTS_CUT), ("motion", MOVING), ("contrast", {":1": "<p style='color:#ccc'>Pale</p>"})],
)
def test_a_fault_is_seen_in_the_page(page: Page, name: str, planted: dict[str, str]) -> None:
    for told, html in planted.items():
        page.set_content(SOUND % html)
        assert told in "; ".join(ask(page, name))


def test_faults_on_paper_and_by_keyboard_are_seen(page: Page) -> None:
    for told, html in ON_PAPER.items():
        page.set_content(SOUND % html)
        assert told in "; ".join(faults_on_paper(page))
    for told, html in BY_KEYBOARD.items():
        page.set_content(SOUND % html)
        assert told in "; ".join(faults_by_keyboard(page))


def test_a_menu_that_cannot_be_opened_is_seen(page: Page) -> None:
    page.set_content(
        (SOUND % "").replace("<button popovertarget='menu'>", "").replace('popovertarget="menu"', "disabled")
    )
    assert faults_of_menu(page) == ["the links are hidden, and no button opens them"]


def test_a_text_that_disappears_is_not_seen_any_more(page: Page) -> None:
    page.set_content(SOUND % "<p id='gone'>Only with scripts</p>")
    before = ask(page, "texts_seen")
    page.evaluate("document.getElementById('gone').style.opacity = 0")
    assert set(before) - set(ask(page, "texts_seen")) == {"Only with scripts"}
