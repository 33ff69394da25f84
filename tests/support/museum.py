"""Writes docs/failures.md from the list of failures and from the markers of the tests that close its rows.

A pytest plugin: `make museum` collects the suite with `-p tests.support.museum --museum docs/failures.md`.
"""

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

ROWS = Path(__file__).parent.parent / "museum.toml"
HEADINGS = {
    "database": "Database",
    "queue": "Queue and status",
    "ai": "AI",
    "content": "Content and publishing",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--museum", metavar="FILE", help="write the museum of failures to FILE")


def pytest_collection_finish(session: pytest.Session) -> None:
    target = session.config.getoption("--museum")
    if target:
        Path(target).write_text(museum(session.items))


def museum(items: list[pytest.Item]) -> str:
    """Return the document: each failure, what Sitewright owes, and the tests that provoke it."""
    closing: dict[int, set[str]] = defaultdict(set)
    for item in items:
        for marker in item.iter_markers("failure"):
            for row in marker.args:
                closing[row].add(item.nodeid.partition("[")[0])
    lines = [
        "# The museum of failures",
        "",
        "What went wrong in the system before this one, what Sitewright owes for it, and the tests that",
        "provoke it against real parts. Written by `make museum` from the tests' markers;",
        "`pytest -m failure` runs them all.",
    ]
    for section, rows in tomllib.loads(ROWS.read_text()).items():
        lines += [
            "",
            f"## {HEADINGS[section]}",
            "",
            "| # | What went wrong | What is owed | Closed by |",
            "|---|---|---|---|",
        ]
        for number, (wrong, owed) in rows.items():
            tests = "<br>".join(f"`{test}`" for test in sorted(closing[int(number)])) or "*open*"
            lines.append(f"| {number} | {wrong} | {owed} | {tests} |")
    return "\n".join(lines) + "\n"
