"""`sitewright copy`: words without a database, a pipeline or a site, over real HTTP."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sitewright.cli import main
from tests.integration.cli.conftest import Answer, Command
from tests.support.misbehaving_ai import MisbehavingAi, answers, misbehaving_ai, stalls
from tests.support.orders import BICYCLES, document
from tests.support.plain_words import plain_words

STEPS = ["plan", "page:home", "page:services", "page:contact"]


@pytest.fixture
def copy(
    empty_stack_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run `sitewright copy` where no database answers."""
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.chdir(empty_stack_home)

    def run(*arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "argv", ["sitewright", "copy", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        code = ended.value.code
        return Answer(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "order.json"
    path.write_text(json.dumps(document(BICYCLES)))
    return path


@pytest.fixture
def ai(monkeypatch: pytest.MonkeyPatch) -> Iterator[MisbehavingAi]:
    with misbehaving_ai() as server:
        route = {"name": "main", "base_url": server.url, "model": "m", "price_in": 1, "price_out": 10}
        monkeypatch.setenv("SITEWRIGHT_ROUTES", json.dumps([route]))
        yield server


def test_without_a_route_the_offline_copywriter_writes_and_that_is_said(copy: Command, file: Path) -> None:
    shown = copy(file)
    assert shown.status == 0
    assert "No AI route is configured: words are composed by the offline copywriter" in shown.err
    for said in (
        "Taller Rueda (other, es)",
        "Plan",
        "voice",
        "Page home",
        "call_to_action",
        "Puesta a punto",
    ):
        assert said in shown.out
    for step in STEPS:
        assert step in shown.err
    assert "4 calls" in shown.err

    told = copy(file, "--json").json
    assert [page["page"] for page in told["pages"]] == ["home", "services", "contact"]
    assert sorted(call["step"] for call in told["calls"]) == sorted(STEPS)
    assert told["total"]["calls"] == 4


def test_configured_routes_are_asked_for_the_pages_wanted_and_their_price_is_shown(
    copy: Command, file: Path, ai: MisbehavingAi
) -> None:
    ai.will(answers(plain_words))
    told = copy(file, "--page", "contact", "--json").json
    assert [call["step"] for call in told["calls"]] == ["plan", "page:contact"]
    assert [page["page"] for page in told["pages"]] == ["contact"]
    # 1000 tokens in and 200 out a call, at 1 and 10 a million.
    assert float(told["total"]["cost"]) == pytest.approx(2 * 0.003)
    assert len(ai.requests) == 2


def test_what_was_found_and_cut_is_shown(copy: Command, file: Path, ai: MisbehavingAi) -> None:
    def inventing(received: Any) -> Any:
        words = plain_words(received)
        if "contact" in words:
            words["contact"]["lead"] += ". Hay 4711 clientes."
        return words

    ai.will(answers(inventing))
    shown = copy(file, "--page", "contact")
    assert shown.status == 0
    assert "found: contact.lead: '4711" in shown.out
    assert "cut: contact.lead: '4711" in shown.out


def test_the_prompt_is_shown_word_for_word_and_nothing_is_asked(
    copy: Command, file: Path, ai: MisbehavingAi
) -> None:
    questions = copy(file, "--show-prompt", "--page", "home", "--json").json["questions"]
    text = copy(file, "--show-prompt", "--page", "home").out
    assert ai.requests == []
    assert [question["step"] for question in questions] == ["plan", "page:home"]
    for question in questions:
        for message in question["messages"]:
            assert message["content"] in text
    ai.will(answers(plain_words))
    copy(file, "--page", "home")
    assert ai.requests[0].messages == questions[0]["messages"]
    assert ai.requests[1].messages[0] == questions[1]["messages"][0]


def test_a_malformed_order_and_a_page_that_is_not_built_are_refused(
    copy: Command, file: Path, ai: MisbehavingAi, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(document(BICYCLES, brief__business__email="hola@")))
    refused, no_page = copy(bad), copy(file, "--page", "faq")
    assert (refused.status, no_page.status) == (2, 2)
    assert "bad.json: brief.business.email: " in refused.err
    assert "--page faq: this order's site has no such page, it has home, services, contact." in no_page.err
    assert ai.requests == []


def test_what_was_paid_is_shown_where_the_words_cannot_be_used(
    copy: Command, file: Path, ai: MisbehavingAi
) -> None:
    ai.will(answers({"voice": "Sobrio."}))
    failed = copy(file)
    assert failed.status == 1
    assert "The AI's answer is not what was asked for, twice" in failed.err
    assert "2 calls" in failed.err
    assert "Order" not in failed.err  # none was placed
    assert failed.out == ""


def test_ctrl_c_ends_with_130_and_without_a_trace(file: Path, ai: MisbehavingAi) -> None:
    ai.will(stalls(60))
    command = subprocess.Popen(
        [sys.executable, "-c", "from sitewright.cli import main; main()", "copy", str(file)],
        env={**os.environ, "SITEWRIGHT_HOME": str(file.parent / "home")},
        cwd=file.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 30
    while not ai.requests and time.monotonic() < until:
        time.sleep(0.05)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=30)
    assert (command.returncode, out) == (130, "")
    assert "Interrupted." in err
    assert "Traceback" not in err


def test_the_second_language_is_written_by_itself(copy: Command, file: Path) -> None:
    refused = copy(file, "--second", "--show-prompt")
    assert refused.status == 2
    assert "no second_locale" in refused.err

    file.write_text(json.dumps(document(BICYCLES, second_locale="en-US")))
    asked = copy(file, "--second", "--show-prompt", "--json").json["questions"]
    assert [each["step"] for each in asked] == [
        "plan:en",
        "page:en/home",
        "page:en/services",
        "page:en/contact",
    ]
