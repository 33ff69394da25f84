"""Open or closed: the week as minutes, the zone of a country, and what a browser tells at a given moment."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from mimetypes import guess_type
from types import MappingProxyType
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from sitewright.orders.models.business import Address, Business, OpeningHours
from sitewright.rendering.document import content_policy
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.open_now import country_zone, open_now, open_now_script, week_spans
from tests.support.browser import CHROMIUM, NO_BROWSER, View, chromium, visit
from tests.unit.rendering.conftest import rendered

DAILY = "mo tu we th fr sa su"


def hours(*given: str) -> list[OpeningHours]:
    """Return opening hours written `mo tu 08:00 18:00`."""
    parts = [each.rsplit(" ", 2) for each in given]
    return [
        OpeningHours.model_validate({"days": days.split(), "opens": opens, "closes": closes})
        for days, opens, closes in parts
    ]


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        (["mo tu 08:00 18:00"], ((480, 1080), (1920, 2520))),
        (["mo 08:00 12:00", "mo 12:00 13:00"], ((480, 780),)),
        (["fr 19:30 02:00"], ((6930, 7320),)),
        (["su 20:00 00:00", "mo 00:00 02:00"], ((9840, 10200),)),
        (["su 20:00 04:00", "mo 01:00 02:00", "mo 03:00 08:00"], ((9840, 10560),)),
        (["tu 00:00 24:00", "we 00:00 24:00"], ((1440, 4320),)),
        ([f"{DAILY} 00:00 24:00"], ((0, 10080),)),
        ([f"{DAILY} 06:00 06:00"], ((0, 10080),)),
    ],
)
def test_hours_are_spans_of_the_week(given: Sequence[str], spans: tuple[tuple[int, int], ...]) -> None:
    assert week_spans(hours(*given)) == spans


def test_a_country_that_keeps_one_time_has_a_zone() -> None:
    assert {country: country_zone(country) for country in ("DE", "GB", "AE", "EG")} == {
        "DE": "Europe/Berlin",
        "GB": "Europe/London",
        "AE": "Asia/Dubai",
        "EG": "Africa/Cairo",
    }
    assert [country_zone(country) for country in ("BR", "US", "ES", "PT", "")] == [None] * 5


def told(given: Sequence[str], zone: str | None, locale: str, country: str | None = None) -> str:
    """Return a page with a badge for these hours, and nothing else."""
    address = Address(city="Anywhere", country=country) if country else None
    business = Business(
        name="A",
        niche="dentist",
        email="a@a.example",
        hours=tuple(hours(*given)),
        time_zone=zone,
        address=address,
    )
    formats = Formats.of(locale, country)
    view = open_now(business, formats)
    assert view is not None
    data = {
        "hours": view.hours,
        "zone": view.zone,
        "locale": view.locale,
        "until": view.until,
        "today": formats.words.opens_today,
        "later": formats.words.opens_on,
    }
    written = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    days = "".join(
        f'<i data-days="{"".join(map(str, row.weekdays))}"></i>' for row in formats.hours(business.hours)
    )
    script = open_now_script()
    policy = content_policy("", "", script)
    return (
        f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<p hidden {written}></p>{days}<script>{script}</script>"
    )


WEEKDAYS = ["mo tu we th fr 08:00 18:00", "sa 09:00 12:00"]
MOMENTS = [
    # A Tuesday in Germany; whoever looks sits in Tokyo.
    ("2026-01-13T16:59Z", WEEKDAYS, "Europe/Berlin", "de-DE", "Jetzt geöffnet · bis 18:00 Uhr"),
    ("2026-01-13T17:00Z", WEEKDAYS, "Europe/Berlin", "de-DE", "Geschlossen · öffnet Mittwoch um 08:00 Uhr"),
    ("2026-01-13T06:59Z", WEEKDAYS, "Europe/Berlin", "de-DE", "Geschlossen · öffnet heute um 08:00 Uhr"),
    ("2026-01-17T12:00Z", WEEKDAYS, "Europe/Berlin", "fr-FR", "Fermé · ouvre lundi à 08:00"),
    # Summer time: the same clock on the wall is an hour earlier in UTC.
    ("2026-07-14T15:59Z", WEEKDAYS, "Europe/Berlin", "en-GB", "Open now · until 18:00"),
    ("2026-07-14T16:00Z", WEEKDAYS, "Europe/Berlin", "en-GB", "Closed · opens Wednesday 08:00"),
    # The night in which the clocks go forward.
    ("2026-03-29T00:30Z", ["sa 22:00 04:00"], "Europe/Berlin", "en-GB", "Open now · until 04:00"),
    ("2026-03-29T01:59Z", ["sa 22:00 04:00"], "Europe/Berlin", "en-GB", "Open now · until 04:00"),
    ("2026-03-29T02:00Z", ["sa 22:00 04:00"], "Europe/Berlin", "en-GB", "Closed · opens Saturday 22:00"),
    # Past midnight, and past the end of the week.
    (
        "2026-01-12T04:30Z",
        ["fr sa su 19:30 02:00"],
        "America/Recife",
        "pt-BR",
        "Aberto agora · fecha às 02:00",
    ),
    (
        "2026-01-12T05:00Z",
        ["fr sa su 19:30 02:00"],
        "America/Recife",
        "pt-BR",
        "Fechado · abre sexta-feira às 19:30",
    ),
    ("2026-01-11T20:00Z", [f"{DAILY} 00:00 24:00"], "America/New_York", "en-US", "Open now"),
    ("2026-01-11T20:00Z", ["mo 07:30 17:00"], "America/New_York", "en-US", "Closed · opens Monday 7:30 AM"),
    ("2026-01-11T10:00Z", ["su 09:00 12:30"], "Asia/Dubai", "ar-AE", "مغلق · يفتح الأحد 9:00 ص"),
    ("2026-01-11T08:00Z", ["su 09:00 18:00"], "Africa/Cairo", "ar-EG", "مفتوح الآن · حتى ٦:٠٠ م"),
    (
        "2026-01-13T12:00Z",
        ["tu 08:00 14:30"],
        "America/Mexico_City",
        "es-MX",
        "Cerrado · abre hoy a las 8:00 a.m.",
    ),
]


def test_a_browser_tells_whether_it_is_open() -> None:
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with chromium() as browser:
        context = browser.new_context(timezone_id="Asia/Tokyo")
        page = context.new_page()
        heard = _listened(page)
        wrong = {}
        for moment, given, zone, locale, expected in MOMENTS:
            page.clock.set_fixed_time(datetime.fromisoformat(moment))
            _show(page, told(given, zone, locale))
            page.wait_for_selector("p:visible")
            read = " ".join(page.inner_text("p").split())
            if read != expected:
                wrong[moment, locale] = read
        assert (wrong, heard) == ({}, [])
        page.clock.set_fixed_time(datetime(2026, 1, 13, 12, 0, tzinfo=UTC))
        _show(page, told(WEEKDAYS, None, "de-DE", "DE"))
        page.wait_for_selector("p:visible")
        assert page.get_attribute("i >> nth=0", "aria-current") == "date"
        assert page.get_attribute("i >> nth=1", "aria-current") == "false"
        _show(page, told(WEEKDAYS, "Europe/Berlin", "de-DE").replace("Europe/Berlin", "Unknown/Zone"))
        page.wait_for_timeout(200)
        assert (page.locator("p:visible").count(), heard) == (0, [])
        context.close()
        assert _on_a_site(browser, scripts=True) == ("Open now · until 18:00", 2, [])
        assert _on_a_site(browser, scripts=False) == ("", 0, [])


def test_it_is_told_less_than_a_screen_before_the_hours_are_seen() -> None:
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with chromium() as browser, visit(browser, View("phone", "light")) as page:
        far = told(WEEKDAYS, "Europe/Berlin", "de-DE").replace("<p ", "<br>" * 150 + "<div><p ")
        _show(page, far.replace("</p>", "</p></div>"))
        page.wait_for_timeout(200)
        assert page.locator("p[hidden]").count() == 1
        page.mouse.wheel(0, 10_000)
        page.wait_for_selector("p:visible")


def test_nothing_moves_when_it_is_told() -> None:
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    site = rendered("mabel-and-finch.en-GB.json")
    with chromium() as browser, visit(browser, View("desktop", "light")) as page:
        page.clock.set_fixed_time(datetime(2026, 1, 13, 12, 0, tzinfo=UTC))
        page.set_viewport_size({"width": 1440, "height": 4000})
        page.add_init_script(
            "window.moved = []; new PerformanceObserver(list => moved.push(...list.getEntries()))"
            ".observe({ type: 'layout-shift', buffered: true })"
        )
        _show(page, site.files["contact/index.html"].decode(), site.files)
        page.wait_for_selector(".open-now:visible >> nth=0")
        page.wait_for_timeout(200)
        assert page.evaluate("moved.map(each => each.value)") == []


def _on_a_site(browser: Browser, *, scripts: bool) -> tuple[str, int, list[str]]:
    """Return what a page says at noon of a Tuesday, how many rows are today's, and what is complained of."""
    site = rendered("mabel-and-finch.en-GB.json")
    with visit(browser, View("phone", "light"), scripts=scripts) as page:
        heard = _listened(page)
        page.clock.set_fixed_time(datetime(2026, 1, 13, 12, 0, tzinfo=UTC))
        _show(page, site.files["contact/index.html"].decode(), site.files)
        page.locator(".hours").first.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        shown = page.locator(".open-now[data-state]")
        text = shown.first.inner_text() if shown.count() else ""
        return text, page.locator("tr[aria-current=date]").count(), heard


def _show(page: Page, document: str, files: Mapping[str, bytes] = MappingProxyType({})) -> None:
    """Load `document` as a page of a site that has `files`."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/a-site/")
        route.fulfill(body=files[path], content_type=guess_type(path)[0])

    page.unroute_all()
    page.route("**/a-site/**", answer)
    page.route(
        "**/page/", lambda route: route.fulfill(body=document, content_type="text/html; charset=utf-8")
    )
    page.goto("http://site.example/page/")


def _listened(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard
