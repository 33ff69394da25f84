"""CI runs the README's own commands, on what the lock says."""

import json
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


@pytest.mark.failure(36)
def test_the_tools_from_npm_are_locked_although_some_ask_for_the_latest() -> None:
    """`npm ci` refuses a lock once "latest" means more than it did; an override says what it means."""
    lock = json.loads((ROOT / "bench/proof/package-lock.json").read_text())
    overrides = json.loads((ROOT / "bench/proof/package.json").read_text())["overrides"]
    packages = lock["packages"].values()
    asked = [each.get("dependencies", {}).items() for each in packages]
    moving = {name for ranges in asked for name, range_ in ranges if range_.isalpha()}
    locked = {name: lock["packages"][f"node_modules/{name}"]["version"] for name in overrides}
    assert overrides == locked
    assert moving == set(overrides)
    assert all("integrity" in each for path, each in lock["packages"].items() if path)
    assert not any("resolved" in each for each in packages)
