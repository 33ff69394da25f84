"""What has to be on this machine, in a sentence each where it is not; the tools from npm are fetched here."""

import shutil
import subprocess
from pathlib import Path

from tests.support.browser import CHROMIUM, NO_BROWSER

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
JAR = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"

_OLDEST_NODE = 20


class Missing(Exception):
    """Something that is needed is not here; the message says what, and what to do."""


def fetch_tools() -> None:
    """See that browser, Java and Node are here, and fetch what `package-lock.json` names unless it is there.

    Raises Missing.
    """
    if CHROMIUM is None:
        raise Missing(NO_BROWSER)
    if shutil.which("java") is None:
        raise Missing("there is no java on this machine; on Debian: apt-get install default-jre-headless")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("there is no node with npm on this machine; on Debian: apt-get install nodejs npm")
    version = output_of("node", "--version")
    if int(version.removeprefix("v").partition(".")[0]) < _OLDEST_NODE:
        raise Missing(f"node is {version}, and {_OLDEST_NODE} or newer is needed")
    lock, installed = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts"], cwd=HERE, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Missing(f"npm could not fetch the tools: {done.stderr.strip()[-400:]}")
        installed.touch()


def output_of(*command: str) -> str:
    """Return the first line that a command says; Raises Missing when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"{command[0]} does not run: {done.stderr.strip()[-200:]}")
    return (done.stdout or done.stderr).strip().splitlines()[0]
