"""The Nu HTML checker, where this machine has Java: one call for all pages."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "vnu-jar@26.9.27"
"""The version that is fetched where none is there."""

_SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
_INSIDE = Path("node_modules", "vnu-jar", "build", "dist", "vnu.jar")
_PROJECT = Path(__file__).parents[2]
_FETCH_SECONDS = 120


class NoChecker(Exception):
    """There is no Nu HTML checker here; the message says what is missing."""


def checker_jar(cache: Path) -> Path:
    """Return the checker: of `SITEWRIGHT_VNU_JAR`, of `make proof`, of our node_modules, or of `cache`.

    What is in neither is fetched once into `cache` by npm, and run only if its bytes are the expected ones.

    Raises NoChecker.
    """
    if shutil.which("java") is None:
        raise NoChecker("there is no java on this machine; on Debian: apt-get install default-jre-headless")
    if named := os.environ.get("SITEWRIGHT_VNU_JAR"):
        return Path(named)
    for place in (_PROJECT / "bench" / "proof", _PROJECT, cache):
        if (place / _INSIDE).is_file():
            return place / _INSIDE
    return _fetched(cache)


def _fetched(cache: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NoChecker("SITEWRIGHT_VNU_JAR names no vnu.jar, and there is no npm to fetch one")
    command = [npm, "install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", PACKAGE]
    try:
        subprocess.run(
            [*command, "--prefix", str(cache)], check=True, capture_output=True, timeout=_FETCH_SECONDS
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as cause:
        raise NoChecker(f"npm could not fetch {PACKAGE}") from cause
    jar = cache / _INSIDE
    if hashlib.sha256(jar.read_bytes()).hexdigest() != _SHA256:
        jar.unlink()
        raise NoChecker(f"what npm fetched as {PACKAGE} has other bytes than expected")
    return jar


def faults_found(jar: Path, files: Iterable[Path]) -> list[str]:
    """Return what the checker says about `files`, warnings too: file, line and message."""
    checked = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--also-check-svg", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(checked.stderr)["messages"]
    return [
        f"{each.get('url')}:{each.get('lastLine')}: {each.get('subType', each['type'])}: {each['message']}"
        for each in messages
    ]
