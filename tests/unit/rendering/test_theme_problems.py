"""Each fault of a theme's folder is told in a sentence; the themes that come with Sitewright have none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sitewright.rendering import THEMES, all_themes, read_theme
from sitewright.rendering.design.theme_problems import theme_problems


@pytest.mark.parametrize("name", sorted(all_themes()))
def test_a_theme_that_comes_with_sitewright_has_no_problem(name: str) -> None:
    assert theme_problems(all_themes()[name]) == []


def _wrong_template(folder: Path) -> None:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "page.html").write_text("<p>\n{% if %}</p>")


def _unescaped(folder: Path) -> None:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "page.html").write_text("<p>\n{%- autoescape false %}{% endautoescape %}</p>")


def _called_safe(folder: Path) -> None:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "page.html").write_text("<p>\n{{ site.business.name | safe }}</p>")


def _unknown_section(folder: Path) -> None:
    (folder / "templates" / "sections").mkdir(parents=True, exist_ok=True)
    (folder / "templates" / "sections" / "prizes.html").write_text("<p></p>")


def _one_way_only(folder: Path) -> None:
    (folder / "styles" / "90-more.css").write_text(
        "/* right: no */ .card { margin-left: 1rem; inset-inline-start: 0 }"
    )


def _no_style_sheet(folder: Path) -> None:
    (folder / "styles" / "90-more.css").write_text(".card { color: red } }")


def _no_font(folder: Path) -> None:
    manifest = read_theme(THEMES / "mosaic").manifest
    (folder / "fonts" / manifest.face.file).write_bytes(b"OTTO" + bytes(70_000))


def _no_licence(folder: Path) -> None:
    manifest = read_theme(THEMES / "mosaic").manifest
    (folder / "fonts" / manifest.face.licence).write_text(" \n")


FAULTS: dict[str, Callable[[Path], None]] = {
    "templates/page.html, line 2": _wrong_template,
    "page.html, line 2: a theme's text is always escaped": _unescaped,
    "page.html, line 2: No filter named 'safe'": _called_safe,
    "there is no section 'prizes'": _unknown_section,
    "'margin-left' does not turn": _one_way_only,
    "styles/90-more.css": _no_style_sheet,
    "is not WOFF2": _no_font,
    "the face's licence belongs there": _no_licence,
}


@pytest.mark.parametrize("told", FAULTS)
def test_a_fault_is_told(told: str, tmp_path: Path) -> None:
    folder = tmp_path / "mosaic"
    shutil.copytree(THEMES / "mosaic", folder)
    FAULTS[told](folder)
    problems = theme_problems(read_theme(folder))
    assert [problem for problem in problems if told in problem], problems
    assert not any("'right'" in problem for problem in problems)
