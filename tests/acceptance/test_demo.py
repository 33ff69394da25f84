"""`sitewright demo`, as a newcomer meets it: interrupted in the middle, started again, and looked at."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sitewright.local.demo import sample_orders
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack
from tests.support.terminal import Terminal, left_of

SITEWRIGHT = [sys.executable, "-c", "from sitewright.cli import main; main()"]
STEPS = {"load", "plan", "render", "check", "publish"}


@pytest.mark.failure(26, 27)
@pytest.mark.timeout(600)
def test_the_demo_survives_ctrl_c_and_ends_with_every_site_live(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Terminal(home, "demo") as terminal:
        terminal.wait_for("building", seconds=240)
        terminal.press(b"\x03")
        assert terminal.end() == 130
    assert left_of(home) == []
    assert "built-in offline copywriter, without AI" in terminal.shown

    with _demo_with_json(home) as (demo, document):
        orders = document["orders"]
        assert {order["state"] for order in orders} == {"published"}
        assert len(orders) == len(sample_orders())
        for order in orders:
            assert {step["name"] for step in order["steps"]} > STEPS
            page = httpx.get(order["url"], trust_env=False)
            assert page.status_code == 200
            assert "<h1" in page.text
        assert httpx.get(document["prefect_ui"], trust_env=False, follow_redirects=True).status_code == 200
        assert document["site_root"] == str(home / "sites")
        assert all(document["seconds"].values())

        shown = _sitewright(home, "orders", "list", "--json")
        assert {order["id"] for order in json.loads(shown.stdout)["orders"]} == {o["id"] for o in orders}
        second = _sitewright(home, "up")
        assert second.returncode == 1
        assert f"process {demo.pid} has it" in second.stderr

        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    assert left_of(home) == []
    assert not (home / "stack.json").exists()
    _no_password_in_a_log(home)


def test_bad_orders_are_refused_before_anything_is_started(tmp_path: Path) -> None:
    order = sample_orders()[0].order
    broken = {**order.model_dump(mode="json"), "locale": "xx"}
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    done = _sitewright(tmp_path / "home", "demo", "--once", "--json", str(tmp_path / "broken.json"))

    assert done.returncode == 2
    assert done.stdout == ""
    assert "broken.json: locale: " in done.stderr
    assert not (tmp_path / "home").exists()


def _environment(home: Path) -> dict[str, str]:
    own = ("SITEWRIGHT_", "PREFECT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)} | {
        "SITEWRIGHT_HOME": str(home)
    }


def _sitewright(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SITEWRIGHT, *arguments], env=_environment(home), cwd=home.parent, capture_output=True, text=True
    )


@contextmanager
def _demo_with_json(home: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run `sitewright demo --json` until it serves; what it prints is one document and nothing else."""
    with (home.parent / "progress").open("w") as progress:
        demo = subprocess.Popen(
            [*SITEWRIGHT, "demo", "--json"],
            env=_environment(home),
            cwd=home.parent,
            stdout=subprocess.PIPE,
            stderr=progress,
            text=True,
        )
    assert demo.stdout
    try:
        lines = []
        for line in demo.stdout:
            lines.append(line)
            if line == "}\n":
                break
        assert lines, (home.parent / "progress").read_text()
        yield demo, json.loads("".join(lines))
        assert demo.stdout.read() == ""
    finally:
        demo.terminate()
        demo.wait(60)
        demo.stdout.close()


def _no_password_in_a_log(home: Path) -> None:
    password = (home / "postgres" / "password").read_text()
    for log in (home / "logs").iterdir():
        assert password not in log.read_text(errors="replace"), log.name


@pytest.mark.timeout(400)
def test_a_database_and_a_prefect_of_the_users_own_are_used(stack: RunningStack, tmp_path: Path) -> None:
    order = document(BICYCLES, reference="OWN-SERVERS", brief__business__name="Taller Propio")
    (tmp_path / "order.json").write_text(json.dumps(order))
    own = {name: stack.environment[name] for name in ("SITEWRIGHT_DATABASE_URL", "PREFECT_API_URL")}
    home = tmp_path / "home"
    done = subprocess.run(
        [*SITEWRIGHT, "demo", "--once", "--json", "order.json"],
        env=_environment(home) | own,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert [built["state"] for built in json.loads(done.stdout)["orders"]] == ["published"]
    assert json.loads(done.stdout)["prefect_ui"] == stack.addresses.prefect_ui
    assert not (home / "postgres").exists()
    assert not (home / "prefect").exists()
    assert [left for left in left_of(home) if "sitewright" in left] == []
