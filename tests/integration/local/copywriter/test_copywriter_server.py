"""The copywriter over real HTTP: the protocol, its errors, and every fault that can be asked for."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import validate

from sitewright.copywriting.order_data import delimited, page_data, plan_data
from sitewright.copywriting.schemas import page_answer, plan_answer, strict
from sitewright.local.copywriter import MODEL, offline_route
from sitewright.local.copywriter.protocol import tokens
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import PlannedPage, SectionKind, SitePlan
from tests.support import briefs

CHAT = "/v1/chat/completions"


def _asked(name: str, data: dict[str, Any], schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "model": MODEL,
        "messages": [
            {"role": "system", "content": "Write the words."},
            {"role": "user", "content": f"Here is the task.\n\n{delimited(data)}"},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": name, "strict": True, "schema": schema},
        },
        **more,
    }


def _plan(**more: Any) -> dict[str, Any]:
    order = briefs.order("pt-BR")
    return _asked("site_plan", plan_data(order), strict(plan_answer(order.brief)), **more)


def _about(**more: Any) -> dict[str, Any]:
    order = briefs.order("es")
    page = PlannedPage(page=PageKind.ABOUT, title="Nos", description="Nos.", sections=(SectionKind.ABOUT,))
    data = page_data(order, SitePlan(voice="Clara.", pages=(page,)), page)
    return _asked("page_about", data, strict(page_answer(page, order.brief)), **more)


def _said(**more: Any) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": "Are you there?"}], **more}


def _content(answer: httpx.Response) -> str:
    content: str = answer.json()["choices"][0]["message"]["content"]
    return content


def _statuses(desk: httpx.Client, name: str) -> dict[str, int]:
    statuses: dict[str, int] = desk.get("/requests").json()["by_name"][name]["statuses"]
    return statuses


def test_a_plan_is_answered_in_the_protocol_and_its_usage_counted(desk: httpx.Client) -> None:
    asked = _plan()
    answer = desk.post(CHAT, json=asked)
    body = answer.json()
    plan = json.loads(_content(answer))
    plan_answer(briefs.order("pt-BR").brief).model_validate(plan)
    assert answer.status_code == 200
    assert body["object"] == "chat.completion"
    assert body["model"] == MODEL
    assert body["choices"][0]["finish_reason"] == "stop"
    assert answer.headers["x-request-id"].removeprefix("req-") in body["id"]
    texts = sum(tokens(message["content"]) for message in asked["messages"])
    assert texts < body["usage"]["prompt_tokens"] < texts + tokens(json.dumps(asked["response_format"])) + 20
    assert body["usage"]["completion_tokens"] == tokens(_content(answer))
    assert desk.get("/v1/models").json()["data"][0]["id"] == MODEL


def test_an_answer_longer_than_it_may_be_is_cut_and_says_so(desk: httpx.Client) -> None:
    whole = _content(desk.post(CHAT, json=_about()))
    for limit in ({"max_tokens": 20}, {"max_completion_tokens": 20}):
        answer = desk.post(CHAT, json=_about(**limit))
        assert answer.json()["choices"][0]["finish_reason"] == "length"
        assert answer.json()["usage"]["completion_tokens"] <= 20
        assert whole.startswith(_content(answer))
    enough = desk.post(CHAT, json=_about(max_tokens=4000))
    assert enough.json()["choices"][0]["finish_reason"] == "stop"
    assert _content(enough) == whole


def test_without_order_data_there_is_a_plain_answer(desk: httpx.Client) -> None:
    assert _content(desk.post(CHAT, json=_said())).endswith(".")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"ready": {"type": "boolean"}}, "required": ["ready"]},
        {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 2},
        {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 3, "maxLength": 8},
                "kind": {"anyOf": [{"type": "null"}, {"const": "x"}]},
                "many": {"type": "array", "items": {"$ref": "#/$defs/leaf"}, "minItems": 2},
                "count": {"type": "integer", "minimum": 4},
                "maybe": {"type": ["null", "string"]},
            },
            "required": ["name", "kind", "many", "count", "maybe"],
            "additionalProperties": False,
            "$defs": {"leaf": {"type": "object", "properties": {"text": {"type": "string"}}}},
        },
    ],
)
def test_a_schema_that_it_has_no_words_for_is_honoured(desk: httpx.Client, schema: dict[str, Any]) -> None:
    asked = _said(response_format=_plan()["response_format"])
    asked["response_format"]["json_schema"]["schema"] = schema
    validate(json.loads(_content(desk.post(CHAT, json=asked))), schema)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"model": "gpt-unheard-of"}, 404, "model_not_found"),
        ({"messages": []}, 400, "invalid_request"),
        ({"stream": True}, 400, "invalid_request"),
        (
            {"messages": [{"role": "user", "content": "<order-data>\n{\n</order-data>"}]},
            400,
            "order_data_unreadable",
        ),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "x", "schema": {"pattern": "^7$"}},
                }
            },
            400,
            "unsupported_schema",
        ),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "x", "schema": {"$ref": "http://127.0.0.1:1/other.json"}},
                }
            },
            400,
            "unsupported_schema",
        ),
    ],
)
def test_bad_requests_are_refused_as_a_provider_refuses_them(
    desk: httpx.Client, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = desk.post(CHAT, json={**_said(), **changes})
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.headers["x-request-id"]
    assert desk.post(CHAT, content="{", headers={"content-type": "application/json"}).status_code == 400
    assert desk.post(CHAT, content="{}", headers={"content-type": "text/plain"}).status_code == 400
    assert desk.get("/health", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_fault_strikes_those_it_is_for_as_often_as_was_asked(desk: httpx.Client) -> None:
    fault = {"match": {"name": "page_about"}, "times": 2, "status": 429, "retry_after": "3"}
    assert desk.post("/faults", json=fault).status_code == 201
    assert desk.post(CHAT, json=_plan()).status_code == 200
    answers = [desk.post(CHAT, json=_about()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "3"
    assert answers[0].json()["error"]["code"] == "rate_limit_exceeded"
    assert _statuses(desk, "page_about") == {"429": 2, "200": 1}
    assert _statuses(desk, "site_plan") == {"200": 1}
    assert "Marcus" not in desk.get("/requests").text


def test_a_fault_without_end_is_taken_back(desk: httpx.Client) -> None:
    desk.post("/faults", json={"times": None, "status": 401})
    assert [desk.post(CHAT, json=_said()).status_code for _ in range(3)] == [401] * 3
    assert desk.delete("/faults").status_code == 204
    assert desk.post(CHAT, json=_said()).status_code == 200
    assert desk.post("/faults", json={"status": 401, "unknown": 1}).status_code == 400


@pytest.mark.parametrize(
    ("fault", "finish_reason"), [({"truncate": True}, "length"), ({"invalid_json": True}, "stop")]
)
def test_a_spoilt_answer_is_no_json_and_is_counted(
    desk: httpx.Client, fault: dict[str, Any], finish_reason: str
) -> None:
    desk.post("/faults", json=fault)
    answer = desk.post(CHAT, json=_plan())
    assert answer.json()["choices"][0]["finish_reason"] == finish_reason
    assert answer.json()["usage"]["completion_tokens"] > 0
    with pytest.raises(ValueError, match="column"):
        json.loads(_content(answer))


def test_empty_refused_custom_and_late_answers(desk: httpx.Client) -> None:
    faults: tuple[dict[str, Any], ...] = (
        {"empty": True},
        {"refuse": True},
        {"status": 429, "body": {"error": {"code": "insufficient_quota", "message": "No credit."}}},
        {"body": {"choices": []}},
        {"delay_seconds": 0.3},
    )
    for fault in faults:
        desk.post("/faults", json=fault)
    assert _content(desk.post(CHAT, json=_plan())) == ""
    refused = desk.post(CHAT, json=_plan()).json()["choices"][0]["message"]
    assert refused["content"] is None
    assert refused["refusal"]
    assert desk.post(CHAT, json=_plan()).json()["error"]["code"] == "insufficient_quota"
    assert desk.post(CHAT, json=_plan()).json() == {"choices": []}
    with pytest.raises(httpx.ReadTimeout):
        desk.post(CHAT, json=_plan(), timeout=0.1)


@pytest.mark.parametrize("when", ["before", "middle"])
def test_a_dropped_connection_is_really_closed(desk: httpx.Client, when: str) -> None:
    desk.post("/faults", json={"drop": when})
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        desk.post(CHAT, json=_plan())
    assert desk.post(CHAT, json=_plan()).status_code == 200
    assert _statuses(desk, "site_plan") == {"dropped": 1, "200": 1}


def test_half_of_a_dropped_answer_arrives(desk: httpx.Client) -> None:
    desk.post("/faults", json={"drop": "middle"})
    arrived = b""
    with desk.stream("POST", CHAT, json=_plan()) as answer:
        parts = answer.iter_raw()
        with contextlib.suppress(httpx.RemoteProtocolError, httpx.ReadError):
            while part := next(parts, b""):
                arrived += part
    assert 0 < len(arrived) < int(answer.headers["content-length"])


def _started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sitewright.local.copywriter", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def test_the_program_says_where_it_is_asks_for_its_key_and_stops_when_told(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    arguments = ("--port", "0", "--port-file", str(port_file), "--key-env", "SITEWRIGHT_TEST_KEY")
    with _started(*arguments, SITEWRIGHT_TEST_KEY="key-for-tests") as program:
        assert program.stdout is not None
        address = program.stdout.readline().strip()
        assert address == f"http://127.0.0.1:{port_file.read_text().strip()}/v1"
        assert offline_route(address).offline
        with httpx.Client(base_url=address, trust_env=False) as client:
            refused = client.post("/chat/completions", json=_said())
            client.headers["authorization"] = "Bearer key-for-tests"
            admitted = client.post("/chat/completions", json=_said())
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert admitted.status_code == 200


def test_the_program_serves_this_machine_alone() -> None:
    with _started("--host", "0.0.0.0") as program:
        assert program.wait(20) == 2
        assert program.stderr is not None
        assert "loopback" in program.stderr.read()
