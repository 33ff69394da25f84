"""Small windows, zoom and large text: nothing is scrolled sideways, cut or covered."""

from playwright.sync_api import Page, ViewportSize

from bench.proof.in_page import ask
from tests.support.browser import too_wide

WIDTHS = (320, 360, 390, 768, 1024, 1440, 1920, 2560)
"""CSS pixels at which no page may scroll sideways; 320 is the width of WCAG 1.4.10, Reflow."""

_ZOOMED: dict[str, ViewportSize] = {
    "at 200 %": {"width": 640, "height": 512},
    "at 400 %": {"width": 320, "height": 256},
}
"""What a window of 1280 by 1024 pixels has room for, in CSS pixels (WCAG 1.4.4 and 1.4.10)."""

LARGE_TEXT = 32
"""Pixels of ordinary text for a visitor who has set it to 200 %."""

_WIDTHS_OF_LARGE_TEXT = (1280, 768)


def faults_of_windows(page: Page) -> list[str]:
    """Return where the loaded page does not fit into a window of any width, or not when zoomed."""
    faults = too_wide(page, WIDTHS)
    for zoom, size in _ZOOMED.items():
        page.set_viewport_size(size)
        faults += [f"{zoom}: {fault}" for fault in [*_sideways(page), *ask(page, "texts_cut")]]
    return faults


def faults_of_large_text(page: Page) -> list[str]:
    """Return what goes wrong on a page that was loaded in a browser with text of `LARGE_TEXT`."""
    faults = []
    if page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") < LARGE_TEXT * 0.9:
        faults.append("text does not grow with the visitor's own size of text")
    for width in _WIDTHS_OF_LARGE_TEXT:
        page.set_viewport_size({"width": width, "height": 900})
        found = [*_sideways(page), *ask(page, "texts_cut")]
        faults += [f"text at 200 % in a window of {width}: {fault}" for fault in found]
    return faults


def _sideways(page: Page) -> list[str]:
    shown, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{shown} pixels wide in a window of {width}"] if shown > width else []
