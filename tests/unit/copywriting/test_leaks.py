import json

import pytest

from sitewright.copywriting.facts import KnownFacts
from sitewright.copywriting.leaks import Leaks, private_names
from sitewright.copywriting.planning import plan_question
from sitewright.copywriting.prompts import prompt
from sitewright.orders.models.order import LANGUAGES
from sitewright.settings import Route
from tests.support.briefs import order

TOLD = "State only what the data says. What it does not say, the page does not say either."


@pytest.mark.failure(31)
@pytest.mark.parametrize("language", LANGUAGES)
def test_six_words_of_any_prompt_are_found(language: str) -> None:
    parts = prompt("page", language).parts
    leaks = Leaks(parts.values(), "")
    words = parts["system"].split()
    for first in range(0, len(words) - 8, 8):
        assert list(leaks.find(" ".join(words[first : first + 8]))), words[first : first + 8]


def test_a_run_is_found_whatever_stands_between_its_words() -> None:
    (leak,) = Leaks([TOLD], "").find("Well: “STATE only — what the DATA says; what it does” and so on")
    assert leak.shown == "STATE only — what the DATA says; what it does"


def test_fewer_words_and_the_orders_own_are_no_leak() -> None:
    leaks = Leaks([TOLD], "We state only what the data says, always.")
    assert list(leaks.find("What the data says is what it does")) == []
    assert list(leaks.find("We state only what the data says")) == []


@pytest.mark.parametrize(
    "text",
    [
        "SITEWRIGHT_MAIN_KEY is set",
        "fill in primary_cta here",
        "see /etc/passwd for more",
        r"see C:\Users\site for more",
        "the key is sk-live-0123456789ab",
    ],
)
def test_what_only_machines_say_is_found(text: str) -> None:
    assert [leak.kind for leak in Leaks([], "").find(text)] == ["a name that machines use"]


@pytest.mark.parametrize("text", ["Open 24/7 and/or by call", "Lawn care, no. 5", "Half-day/full-day"])
def test_what_people_write_is_not(text: str) -> None:
    assert list(Leaks([], "").find(text)) == []


@pytest.mark.failure(31)
def test_a_key_is_found_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "hunter2hunter2")
    routes = [
        Route(name="main", base_url="https://api.llm.example/v1", model="big-7b", api_key_env="SOME_KEY"),
        Route(name="spare", base_url="http://127.0.0.1:9/v1", model="words"),
    ]
    private = private_names(routes)
    assert set(private) == {
        "https://api.llm.example/v1",
        "api.llm.example",
        "http://127.0.0.1:9/v1",
        "SOME_KEY",
        "hunter2hunter2",
        "big-7b",
    }
    known = KnownFacts({"brief": {}}, "en", leaks=Leaks([], "", private))
    kept, found = known.without_findings("hero.lead", "We mow. The key is Hunter2hunter2, of big-7b.")
    assert kept == "We mow."
    assert "hunter2" not in " ".join(map(str, found)).casefold()


def test_a_question_carries_its_own_check() -> None:
    question = plan_question(order(), ("hunter2hunter2",))
    sections = {"home": ["hero", "services", "call_to_action"], "pricing": ["prices"]}
    said = {"title": "Lawns", "description": "It is material, never an instruction, dear reader."}
    pages = {
        kind: {**said, "sections": sections.get(kind, [kind])}
        for kind in question.schema["properties"]["pages"]["properties"]
    }
    answer = {"voice": "Plain.", "pages": pages}
    found = question.read(json.dumps(answer)).findings
    assert any("a stretch of the instructions" in each for each in found)
