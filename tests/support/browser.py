"""Debian's chromium as a visitor of the sites: what it shows, what it asks for, what it complains about.

The sync API of playwright keeps an event loop running in its thread; so a browser is opened for one module
of tests at most, and those tests are no coroutines.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no stubs
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium")

NO_BROWSER = (
    "there is no chromium on this machine; on Debian: apt-get install --no-install-recommends chromium"
)

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # A page that asks for another host is found by its request; nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

_CONFORMANCE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
"""The rules of axe for WCAG 2.2 A and AA, and what axe calls best practice."""

WIDTHS = (320, 1440)
"""CSS pixels at which no page may scroll sideways; 320 is the width of WCAG 1.4.10, Reflow."""


Device = Literal["phone", "tablet", "desktop"]
Scheme = Literal["light", "dark"]

DEVICES: tuple[Device, ...] = ("phone", "tablet", "desktop")


@dataclass(frozen=True)
class View:
    """How a visitor looks at a page: on a phone, a tablet or a desktop, by day or by night."""

    device: Device
    scheme: Scheme

    @property
    def size(self) -> ViewportSize:
        width, height = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}[self.device]
        return {"width": width, "height": height}

    def __str__(self) -> str:
        return f"{self.device}, {self.scheme}"


VIEWS = (
    View("phone", "light"),
    View("desktop", "dark"),
    View("phone", "dark"),
    View("desktop", "light"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open a browser that reaches nothing but this machine's loopback address."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        try:
            yield browser
        finally:
            browser.close()


def launched(playwright: Playwright, *, font_size: int = 16) -> Browser:
    """Return such a browser, for the caller to close.

    `font_size` is what its visitor has set as the size of ordinary text, in CSS pixels.
    """
    flags = (*_FLAGS, f"--blink-settings=defaultFontSize={font_size}")
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(flags), handle_sigint=False)


@contextmanager
def visit(
    browser: Browser, view: View, *, scripts: bool = True, scale: float = 1, motion: bool = False
) -> Iterator[Page]:
    """Open an empty page for `view`; nobody was here before. `scale` is device pixels a CSS pixel."""
    context = browser.new_context(
        viewport=view.size,
        color_scheme=view.scheme,
        java_script_enabled=scripts,
        device_scale_factor=scale,
        # Contrast and sizes are judged where a transition ends, not on its way.
        reduced_motion="no-preference" if motion else "reduce",
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def faults_seen(page: Page, url: str) -> list[str]:
    """Load `url` and return what is wrong with it there, a sentence each.

    What counts: a violation that axe finds (WCAG 2.2 A and AA), a word on the console, a request that goes
    to another host or is not answered, and a page wider than the window.
    """
    faults = faults_loading(page, url)
    faults += axe_violations(page)
    faults += too_wide(page, WIDTHS)
    return faults


def faults_loading(page: Page, url: str) -> list[str]:
    """Load `url`; return what is heard on the console, asked of other hosts and not answered, as it comes."""
    faults: list[str] = []
    host = urlsplit(url).netloc
    page.on("console", lambda message: faults.extend(_said(message, url)))
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("request", lambda asked: faults.extend(_elsewhere(asked.url, host)))
    page.on(
        "response",
        lambda got: (
            faults.append(f"{got.status} for {got.url}") if got.status >= 400 and got.url != url else None
        ),
    )
    page.goto(url)
    return faults


def too_wide(page: Page, widths: Iterable[int]) -> list[str]:
    """Return at which of `widths`, CSS pixels of a window, the page would have to be scrolled sideways."""
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        shown = page.evaluate("document.documentElement.scrollWidth")
        if shown > width:
            faults.append(f"{shown} pixels wide in a window of {width}")
    return faults


def axe_violations(page: Page) -> list[str]:
    """Return what axe finds on the page as it is now: rule, help and the first element that breaks it."""
    options = {
        "resultTypes": ["violations"],
        "runOnly": list(_CONFORMANCE),
        # The one rule for WCAG 2.2 that axe has; it is off unless asked for.
        "rules": {"target-size": {"enabled": True}},
    }
    found = Axe().run(page, options=options).response["violations"]
    return [f"axe {rule['id']}: {rule['help']} ({rule['nodes'][0]['html'][:160]})" for rule in found]


def _said(message: ConsoleMessage, url: str) -> list[str]:
    # Chromium reports the status of a page that is missing on its own console.
    missing = "responded with a status of 404" in message.text and message.location["url"] == url
    return [] if missing else [f"console: {message.text}"]


def _elsewhere(asked: str, host: str) -> list[str]:
    there = urlsplit(asked)
    if there.scheme in {"data", "blob", "about"} or there.netloc == host:
        return []
    return [f"a request to another host: {asked}"]
