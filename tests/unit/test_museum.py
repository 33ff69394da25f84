"""docs/failures.md is written from the tests' markers; it is not older than they are."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIRED = {*range(1, 8), 10, 11, *range(14, 18), *range(20, 25), *range(26, 35), 36}
"""The failures that are closed so far."""


def test_the_museum_of_failures_is_as_the_markers_say(tmp_path: Path) -> None:
    written = tmp_path / "failures.md"
    collect = ["-q", "--collect-only", "-m", "failure", "-p", "tests.support.museum", "--museum", written]
    subprocess.run([sys.executable, "-m", "pytest", *collect], cwd=ROOT, check=True, capture_output=True)
    rows = [
        line for line in written.read_text().splitlines() if line.startswith("| ") and "*open*" not in line
    ]
    closed = {int(row.split(" ")[1]) for row in rows if row.split(" ")[1].isdigit()}
    assert closed >= REQUIRED
    assert (ROOT / "docs/failures.md").read_text() == written.read_text(), "run `make museum`"
