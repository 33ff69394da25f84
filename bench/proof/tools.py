"""The tools that measure, by their versions."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import axe_playwright_python  # type: ignore[import-untyped]  # it has no stubs

from bench.proof.needs import JAR, MODULES, output_of
from tests.support.browser import CHROMIUM


class Tools(NamedTuple):
    """What each tool calls itself."""

    chromium: str
    axe: str
    lighthouse: str
    checker: str
    playwright: str


def tools_here() -> Tools:
    """Return the tools of this machine. Raises Missing when one does not run."""
    axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    return Tools(
        chromium=output_of(str(CHROMIUM), "--version").split(" built")[0].strip(),
        axe=axe.read_text("utf-8")[:40].partition("axe ")[2].split()[0].removeprefix("v"),
        lighthouse=json.loads((MODULES / "lighthouse" / "package.json").read_text("utf-8"))["version"],
        checker=output_of("java", "-jar", str(JAR), "--version"),
        playwright=version("playwright"),
    )
