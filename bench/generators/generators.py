"""The generators: each installed by name, given the same pages, and run as its users run it."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.generators.content import WrittenSite, write_markdown

PELICAN, MKDOCS, ELEVENTY = "pelican[markdown]==4.12.0", "mkdocs==1.6.1", "@11ty/eleventy@3.1.8"

# Eleventy's own way to put a page's HTML into its layout; the words are the bench's, nothing is published.
_ELEVENTY_LAYOUT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="description" content="{{ description }}"></head>
<body><main>{{ content | safe }}</main></body></html>
"""


@dataclass(frozen=True)
class Measured:
    """What a generator took: seconds by the clock for all pages, and how many HTML files it wrote."""

    name: str
    version: str
    seconds: float
    pages: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


class NotInstalled(Exception):
    """A generator could not be installed."""


def pelican(sites: list[WrittenSite], folder: Path, tools: Path) -> Measured:
    """Build with Pelican, its `simple` theme, no feeds and no caches."""
    python = _python_with(PELICAN, tools)
    write_markdown(sites, folder / "content/pages", "title: {title}\nsummary: {description}")
    settings = [
        'SITENAME = "x"',
        'THEME = "simple"',
        'TIMEZONE = "UTC"',
        'SLUGIFY_SOURCE = "basename"',
        "FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None",
        "AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None",
        'DIRECT_TEMPLATES = ["index"]',
        "LOAD_CONTENT_CACHE = CACHE_CONTENT = False",
        "DISPLAY_PAGES_ON_MENU = False",
    ]
    (folder / "conf.py").write_text("\n".join(settings) + "\n")
    command = [python, "-m", "pelican", "content", "-s", "conf.py", "-o", "out", "--quiet"]
    return _timed("Pelican", PELICAN, command, folder, folder / "out")


def mkdocs(sites: list[WrittenSite], folder: Path, tools: Path) -> Measured:
    """Build with MkDocs, its own theme, without the search index, and without a menu of all pages."""
    python = _python_with(MKDOCS, tools)
    write_markdown(sites, folder / "docs", '---\ntitle: "{title}"\ndescription: "{description}"\n---')
    (folder / "docs" / "index.md").write_text("# x\n")
    (folder / "mkdocs.yml").write_text(
        "site_name: x\nplugins: []\ntheme: {name: mkdocs}\nnav: [index.md]\n"
        "validation: {nav: {omitted_files: ignore}}\n"
    )
    command = [python, "-m", "mkdocs", "build", "--quiet", "-d", "out"]
    return _timed("MkDocs", MKDOCS, command, folder, folder / "out")


def eleventy(sites: list[WrittenSite], folder: Path, tools: Path) -> Measured:
    """Build with Eleventy: Markdown in a layout of five lines."""
    binary = _node_package(ELEVENTY, tools)
    front_matter = '---\nlayout: page.njk\ntitle: "{title}"\ndescription: "{description}"\n---'
    write_markdown(sites, folder / "src", front_matter)
    (folder / "src" / "_includes").mkdir()
    (folder / "src" / "_includes" / "page.njk").write_text(_ELEVENTY_LAYOUT)
    command = ["node", str(binary), "--input=src", "--output=out", "--quiet"]
    return _timed("Eleventy", ELEVENTY, command, folder, folder / "out")


def _timed(name: str, wanted: str, command: Sequence[str], folder: Path, out: Path) -> Measured:
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"{name} failed: {(done.stderr or done.stdout)[-800:]}")
    pages = sum(1 for _ in out.rglob("*.html"))
    return Measured(name, wanted.rpartition("=" if "==" in wanted else "@")[2], seconds, pages)


def _python_with(package: str, tools: Path) -> str:
    """Return a Python with `package`, in an environment of its own that is made once."""
    environment = tools / package.partition("=")[0].partition("[")[0]
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        installed = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package], check=False
        )
        if installed.returncode:
            shutil.rmtree(environment)
            raise NotInstalled(f"{package} could not be installed with pip.")
    return str(python)


def _node_package(package: str, tools: Path) -> Path:
    """Return the command of an npm package, installed once."""
    if shutil.which("npm") is None:
        raise NotInstalled("There is no npm on this machine; Debian has it as the package npm.")
    folder = tools / "node"
    binary = folder / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    if not binary.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True}))
        command = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", package]
        if subprocess.run(command, cwd=folder, check=False).returncode:
            raise NotInstalled(f"{package} could not be installed with npm.")
    return binary
