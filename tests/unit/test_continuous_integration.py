"""CI runs the README's own commands, on what the lock says."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.failure(36)
def test_ci_runs_the_test_command_of_the_readme() -> None:
    """The script is run with its commands replaced by their echo, not read."""
    script = (ROOT / ".ci/run").read_text()
    read = re.search(r"^test_command=.*$", script, re.MULTILINE)
    assert read
    shown = subprocess.run(
        ["bash", "-c", f"{read[0]}\necho $test_command"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "make test"
    assert '\nbash -c "$test_command"\nmake lint\n' in script


@pytest.mark.failure(36)
def test_the_lock_is_hashed_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^[a-z0-9].*==.*\\$", lock, re.MULTILINE)
    assert len(pinned) > 80
    assert len(re.findall(r"^    --hash=sha256:", lock, re.MULTILINE)) >= len(pinned)
    assert "://" not in lock
    assert "--index" not in lock
