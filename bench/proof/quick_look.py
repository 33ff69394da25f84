"""The look that a designer takes while working: axe, the console, widths, and a picture of every page."""

from pathlib import Path
from typing import NamedTuple

from bench.proof.crew import browser
from bench.proof.findings import Finding
from bench.proof.reflow import WIDTHS
from tests.support.browser import DEVICES, Scheme, View, axe_violations, faults_loading, too_wide, visit

SCHEMES: tuple[Scheme, ...] = ("light", "dark")

_EXAMINED = (View("phone", "light"), View("desktop", "dark"))


class Look(NamedTuple):
    """A page to look at, and the folder that its pictures go to."""

    site: str
    page: str
    url: str
    shots: Path


def look(asked: Look) -> list[Finding]:
    """Return what is wrong with a page, and leave pictures of it; for a process of the crew."""
    found = []
    for device in DEVICES:
        with visit(browser(), View(device, "light")) as page:
            faults = faults_loading(page, asked.url)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                name = f"{asked.site.partition('/')[2]}-{asked.page}-{device}-{scheme}.png"
                page.screenshot(path=asked.shots / name, full_page=True)
                if View(device, scheme) in _EXAMINED:
                    faults += [f"({scheme}) {fault}" for fault in axe_violations(page)]
            if device == "phone":
                faults += too_wide(page, WIDTHS)
            found += [Finding("browser", asked.site, asked.page, f"({device}) {fault}") for fault in faults]
    return found
