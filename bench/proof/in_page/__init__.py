"""What is asked of a page from inside it: a function of JavaScript a file, `shared.js` before each."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FOLDER = Path(__file__).parent


@cache
def _function(name: str) -> str:
    shared, function = ((FOLDER / f"{each}.js").read_text("utf-8") for each in ("shared", name))
    return f"() => {{ {shared}\nreturn ({function}\n)(); }}"


def ask(page: Page, name: str) -> Any:
    """Return what the function in `<name>.js` returns on `page` as it is now."""
    return page.evaluate(_function(name))
