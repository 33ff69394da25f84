"""All that browsers are asked about one page: in each view, by keyboard, zoomed, without scripts, printed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from playwright.sync_api import Page

from bench.proof.crew import browser
from bench.proof.findings import Finding
from bench.proof.in_page import ask
from bench.proof.keyboard import faults_by_keyboard, faults_of_menu
from bench.proof.paper import faults_on_paper
from bench.proof.reflow import LARGE_TEXT, faults_of_large_text, faults_of_windows
from tests.support.browser import VIEWS, View, axe_violations, faults_loading, visit

TOOLS = (
    "axe",
    "console",
    "reflow",
    "keyboard",
    "without scripts",
    "forced colours",
    "reduced motion",
    "print",
)
"""What a careful look finds out, by the names that its findings have."""

_PHONE, _DESKTOP = View("phone", "light"), View("desktop", "light")


_FRAMES = 50
"""Milliseconds, some frames: what moves with scrolling has moved then."""


class Asked(NamedTuple):
    """A page to look at."""

    site: str
    page: str
    url: str


def look_carefully(asked: Asked) -> list[Finding]:
    """Return everything that is wrong with a page; for a process of the crew."""
    return [Finding(tool, asked.site, asked.page, what) for tool, what in _faults(asked.url)]


def _faults(url: str) -> Iterator[tuple[str, str]]:
    seen: list[str] = []
    for view in VIEWS:
        with visit(browser(), view) as page:
            heard = faults_loading(page, url)
            yield from _each("axe", axe_violations(page), view)
            if view == _PHONE:
                seen = ask(page, "texts_seen")
                yield from _by_phone(page, url)
            if view == _DESKTOP:
                yield from _by_desktop(page, url)
            yield from _each("console", heard, view)
    yield from _without_scripts(url, seen)
    with visit(browser(LARGE_TEXT), _DESKTOP) as page:
        page.goto(url)
        yield from _each("reflow", faults_of_large_text(page))


def _by_phone(page: Page, url: str) -> Iterator[tuple[str, str]]:
    yield from _each("reduced motion", ask(page, "motion"))
    yield from _each("keyboard", [*faults_by_keyboard(page), *faults_of_menu(page)], _PHONE)
    page.goto(url)
    yield from _each("reflow", faults_of_windows(page))


def _by_desktop(page: Page, url: str) -> Iterator[tuple[str, str]]:
    yield from _each("keyboard", faults_by_keyboard(page), _DESKTOP)
    seen = ask(page, "texts_seen")
    page.emulate_media(forced_colors="active")
    page.goto(url)
    forced = [*_gone(seen, ask(page, "texts_seen")), *ask(page, "contrast")]
    yield from _each("forced colours", [*forced, *faults_by_keyboard(page)])
    page.emulate_media(forced_colors="none")
    page.goto(url)
    yield from _each("print", faults_on_paper(page))


def _without_scripts(url: str, seen: list[str]) -> Iterator[tuple[str, str]]:
    with visit(browser(), _PHONE, scripts=False, motion=True) as page:
        page.goto(url)
        gone = _gone(seen, _seen_on_the_way(page))
        yield from _each("without scripts", [*gone, *faults_of_menu(page)])


def _seen_on_the_way(page: Page) -> Counter[str]:
    """Return what a visitor reads who scrolls down the page; some of it may come or go as it moves."""
    seen: Counter[str] = Counter()
    for part in (0, 0.5, 1):
        page.evaluate(f"scrollTo(0, {part} * document.documentElement.scrollHeight)")
        page.wait_for_timeout(_FRAMES)
        seen |= Counter(ask(page, "texts_seen"))
    page.evaluate("scrollTo(0, 0)")
    return seen


def _gone(before: list[str], now: Iterable[str]) -> list[str]:
    missing = Counter(before) - (now if isinstance(now, Counter) else Counter(now))
    return [f"{text[:60]!r} is not seen" for text in missing]


def _each(tool: str, faults: list[str], view: View | None = None) -> Iterator[tuple[str, str]]:
    where = f"({view}) " if view else ""
    yield from ((tool, f"{where}{fault}") for fault in dict.fromkeys(faults))
