"""A page as it is printed."""

import re

from playwright.sync_api import Page

from bench.proof.in_page import ask

_PDF_PAGE = re.compile(rb"/Type\s*/Page\b")


def faults_on_paper(page: Page) -> list[str]:
    """Return what is wrong with the loaded page on paper; it is left as a screen shows it.

    Browsers print in light colours whatever the visitor prefers on a screen.
    """
    page.emulate_media(media="print", color_scheme="light")
    faults: list[str] = ask(page, "on_paper")
    if not _PDF_PAGE.search(page.pdf(format="A4")):
        faults.append("nothing is printed")
    page.emulate_media(media="screen")
    return faults
