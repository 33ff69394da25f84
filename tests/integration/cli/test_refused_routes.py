"""What `doctor` finds out of a refused route, and what `status` says of it; a real AI server refuses."""

import json
from collections.abc import Iterator

import pytest

from tests.integration.cli.conftest import Command
from tests.support.misbehaving_ai import MisbehavingAi, answers, fails, misbehaving_ai

REVOKED = fails(401, {"message": "Incorrect API key provided.", "code": "invalid_api_key"})
READY = answers({"ready": True})


@pytest.fixture
def ai(monkeypatch: pytest.MonkeyPatch) -> Iterator[MisbehavingAi]:
    with misbehaving_ai() as serving:
        route = {"name": "main", "base_url": serving.url, "model": "some-model"}
        monkeypatch.setenv("SITEWRIGHT_ROUTES", json.dumps([route]))
        monkeypatch.delenv("PREFECT_API_URL", raising=False)
        yield serving


@pytest.mark.failure(18, 25)
def test_doctor_takes_a_refused_route_out_of_use_and_puts_one_that_answers_in_use_again(
    command: Command, ai: MisbehavingAi
) -> None:
    ai.will(REVOKED)
    (tried,) = [each for each in command("doctor", "--json").json["findings"] if "route" in each["name"]]
    assert (tried["name"], tried["ok"]) == ("AI route main", False)
    assert "HTTP 401" in tried["detail"]

    (route,) = command("status", "--json").json["routes"]
    assert (route["name"], route["model"], route["offline"]) == ("main", "some-model", False)
    assert route["circuit"] == "open"
    assert "The AI provider rejected the key." in route["reason"]
    assert "HTTP 401" in route["reason"]
    assert "api_key_env" in route["remedy"]
    shown = command("status").out
    since = f"{route['since'][:19].replace('T', ' ')} UTC"
    assert f"Route main: model some-model, refused since {since}, no order asks it: The AI provider" in shown
    assert f"  -> {route['remedy']}" in shown
    assert len(ai.requests) == 1, "status reads, and asks nobody"

    ai.will(READY)
    assert command("doctor", "--json").json["findings"][-1]["ok"]
    (route,) = command("status", "--json").json["routes"]
    assert (route["circuit"], route["reason"], route["since"], route["remedy"]) == ("closed", "", None, "")
    assert "Route main: model some-model, in use" in command("status").out


def test_doctor_tries_the_routes_without_a_database_too(
    command: Command, ai: MisbehavingAi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ai.will(READY)
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    findings = {each["name"]: each["ok"] for each in command("doctor", "--json").json["findings"]}
    assert findings["AI route main"]
    assert not findings["database and migrations"]
    monkeypatch.delenv("SITEWRIGHT_DATABASE_URL")
    findings = {each["name"]: each["ok"] for each in command("doctor", "--json").json["findings"]}
    assert findings["AI route main"]
