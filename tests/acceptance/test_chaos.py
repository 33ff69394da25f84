"""A short kill test: everything is killed while orders are built, and what `make chaos` promises holds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ORDERS, KILLS, SEED = 12, 20, 3


@pytest.mark.long
@pytest.mark.failure(8, 12, 15, 16)
@pytest.mark.timeout(1500)
def test_nothing_is_lost_doubled_paid_twice_missing_or_torn(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    asked = ["--orders", str(ORDERS), "--kills", str(KILLS), "--seed", str(SEED), "--again-every", "4"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", *asked, "--json", figures],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    found = json.loads(figures.read_text()) if figures.exists() else {}
    assert done.returncode == 0, done.stdout + done.stderr
    assert found["holds"]
    assert sum(found["kills"].values()) >= KILLS
    assert found["published"] == found["orders"] >= ORDERS
    assert found["answers_sent"] == found["answers_necessary"] + found["unrecorded_in_flight"]
    assert found["reads"] > 100
    assert found["sites_read"] == found["orders"]
    none_of = ("lost", "published_twice", "built_twice_at_once", "unrecorded_unexplained", "paid_again")
    assert [found[figure] for figure in (*none_of, "missing", "torn")] == [[]] * 7
