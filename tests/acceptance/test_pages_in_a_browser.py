"""The sample sites as visitors have them: in a browser, by keyboard, without JavaScript, as valid HTML."""

import re
from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.browser import CHROMIUM, NO_BROWSER, VIEWS, View, chromium, faults_seen, visit
from tests.support.html_checker import NoChecker, checker_jar, faults_found
from tests.support.sample_sites import SAMPLE_NAMES, SampleSite, published_samples

PHONE, DESKTOP = View("phone", "light"), View("desktop", "light")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, SampleSite]]:
    with published_samples(tmp_path_factory.mktemp("live") / "sites") as published:
        yield published


@pytest.fixture(params=SAMPLE_NAMES)
def site(request: pytest.FixtureRequest, sites: dict[str, SampleSite]) -> SampleSite:
    """Each sample site in turn."""
    return sites[request.param]


@pytest.fixture(scope="module")
def browser(sites: dict[str, SampleSite]) -> Iterator[Browser]:
    # The sites come first: publishing them runs an event loop, and an open browser keeps one in this thread.
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with chromium() as opened:
        yield opened


def test_no_page_has_a_fault(site: SampleSite, browser: Browser) -> None:
    """axe, the console, other hosts and scrolling sideways: every page once, in views that take turns."""
    faults = []
    for (name, url), view in zip(site.pages.items(), cycle(VIEWS), strict=False):
        with visit(browser, view) as page:
            faults += [f"{name} ({view}): {fault}" for fault in faults_seen(page, url)]
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_no_page_has_a_fault_in_any_view(site: SampleSite, browser: Browser, view: View) -> None:
    faults = []
    for name, url in site.pages.items():
        with visit(browser, view) as page:
            faults += [f"{name}: {fault}" for fault in faults_seen(page, url)]
    assert faults == []


PLANTED = {
    "color-contrast": "<p style='color:#bbb;background:#fff'>Faint words</p>",
    "image-alt": "<img src='../favicon.svg'>",
    "target-size": "<p style='display:flex;font-size:6px'><a href='#a'>a</a><a href='#b'>b</a></p>",
    "another host": "<img alt='' src='https://elsewhere.example/pixel.png'>",
    "console: said aloud": "<script>console.log('said aloud')</script>",
    "script error": "<script>missing()</script>",
    "404 for": "<img alt='' src='no-such-picture.png'>",
    "in a window of 320": "<p style='width:400px'>Wide</p>",
}


def test_each_fault_is_seen(sites: dict[str, SampleSite], browser: Browser) -> None:
    url = next(iter(sites.values())).pages["home"]

    def planted(route: Route) -> None:
        answer = route.fetch()
        # The site's own policy would stop what is planted.
        page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", answer.text())
        route.fulfill(response=answer, body=page.replace("</main>", f"{''.join(PLANTED.values())}</main>"))

    with visit(browser, PHONE) as page:
        page.route(url, planted)
        seen = faults_seen(page, url)
    assert [fault for fault in PLANTED if not any(fault in each for each in seen)] == [], seen


def test_without_javascript_everything_is_there(site: SampleSite, browser: Browser) -> None:
    with visit(browser, DESKTOP, scripts=False) as page:
        for name, url in site.pages.items():
            page.goto(url)
            assert page.locator("header nav a:visible").count() == len(site.pages) - 1, name
            ways = page.locator("a[href^='tel:'], a[href^='mailto:'], a[href^='https://wa.me/']")
            assert ways.count() >= 2, name
            assert ways.count() == ways.locator("visible=true").count(), name
    with visit(browser, PHONE, scripts=False) as page:
        page.goto(site.pages["home"])
        links = page.locator("header nav a")
        assert not links.first.is_visible()
        page.locator("header button").first.click()
        links.last.click()
        assert page.url == list(site.pages.values())[-2]


FOCUSED = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
    return {
        place: [...document.querySelectorAll('a, button')].indexOf(it),
        target: it.getAttribute('href') || it.getAttribute('popovertarget'),
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 0 && box.top < innerHeight && box.bottom > 0
            && box.left < innerWidth && box.right > 0,
    };
}"""
"""The element that has the focus: where it stands among all links and buttons, and whether it shows."""


def _tabbed(page: Page, times: int) -> list[dict[str, object]]:
    stops = []
    for _ in range(times):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    return stops


def test_every_link_is_reached_by_keyboard_and_shows_that_it_is(site: SampleSite, browser: Browser) -> None:
    with visit(browser, DESKTOP) as page:
        for name, url in site.pages.items():
            page.goto(url)
            links = page.locator("a").evaluate_all(
                "all => all.map(each => [...document.querySelectorAll('a, button')].indexOf(each))"
            )
            stops = _tabbed(page, len(links))
            assert stops[0]["target"] == "#content", name
            assert [stop["place"] for stop in stops] == links, name
            assert [stop for stop in stops if not (stop["seen"] and stop["outlined"])] == [], name
        page.goto(site.pages["home"])
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(site: SampleSite, browser: Browser) -> None:
    with visit(browser, PHONE) as page:
        page.goto(site.pages["home"])
        stops = _tabbed(page, 3)
        assert stops[2]["target"] == "menu"
        assert page.locator("header nav a").first.is_hidden()
        page.keyboard.press("Enter")
        inside = _tabbed(page, len(site.pages))
        assert inside[-1]["target"] == page.locator("header nav a").last.get_attribute("href")
        assert [stop for stop in inside if not (stop["seen"] and stop["outlined"])] == []
        page.keyboard.press("Escape")
        assert page.locator("header nav a").first.is_hidden()


def test_every_page_and_drawing_is_valid(sites: dict[str, SampleSite], pytestconfig: pytest.Config) -> None:
    files = [
        path
        for site in sites.values()
        for path in sorted(site.directory.rglob("*"))
        if path.suffix in {".html", ".svg"}
    ]
    cache = pytestconfig.cache.mkdir("html-checker")
    try:
        jar = checker_jar(cache)
    except NoChecker as missing:
        pytest.skip(str(missing))
    invalid = cache / "invalid.html"
    invalid.write_text('<!doctype html><html lang="en"><title>Planted</title><p colour="red"><div></p>')
    found = faults_found(jar, [*files, invalid])
    assert [fault for fault in found if "invalid.html" not in fault] == []
    assert [fault for fault in found if "colour" in fault]
    # Beside what the order asks for: imprint, privacy, and the icon.
    assert len(files) == sum(len(site.pages) + 3 for site in sites.values())
