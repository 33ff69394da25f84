"""What others make of our requests: the providers' own types of a request, and an independent mock of both.

The types are those of the official SDKs, made from the providers' descriptions of their APIs; here a field
that they do not know is refused. `llmock` answers what it finds valid, fails as it is told, and gives a
verdict on what it saw of its client: an ignored Retry-After, a 400 sent again, a storm of tries. Its faults
in the middle of an answer are for streams; ours are not streamed.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming as AnthropicRequest
from llmock.ratelimit import LimitSettings
from llmock.scenarios import Delay, Fail, Reply
from llmock.testing import LLMockServer
from llmock.verdict import judge
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as OpenAiRequest
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from sitewright.copywriting import AiLine, LocalGate, probe
from sitewright.copywriting.asking import ask
from sitewright.copywriting.dialects import request_body
from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.copywriting.question import Question, Reading
from sitewright.copywriting.retrying import Retrying
from sitewright.errors import CopywritingError
from sitewright.settings import AnswerFormat, Dialect, Route
from tests.support.call_log import MemoryCallLog
from tests.support.words import sample_names, sample_order, words_for

_STRICT = ConfigDict(extra="forbid")
TYPES: dict[Dialect, type[BaseModel]] = {
    Dialect.OPENAI: create_model("OpenAi", __config__=_STRICT, request=(OpenAiRequest, ...)),
    Dialect.ANTHROPIC: create_model("Anthropic", __config__=_STRICT, request=(AnthropicRequest, ...)),
}
SOON = Retrying(tries=3, first_wait=0.02, longest_wait=0.05)


def questions(name: str) -> Iterator[Question[Any]]:
    """Every question that the sample order asks, its pages with all the sections that they can have."""
    order = sample_order(name)
    plan, _ = words_for(order)
    yield plan_question(order)
    for page in plan.pages:
        yield page_question(order, plan, page)


def validated(value: object) -> None:
    """Look at every part: a list in these types is only validated as it is gone through."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | Iterator):
        for part in value:
            validated(part)


def accept(dialect: Dialect, body: dict[str, Any]) -> None:
    """Raises ValidationError where `body` is no request of the dialect."""
    validated(TYPES[dialect](request=body).model_dump()["request"])


@pytest.mark.parametrize("name", sample_names())
@pytest.mark.parametrize(
    ("dialect", "settings"),
    [
        (Dialect.OPENAI, {}),
        (Dialect.OPENAI, {"limit_field": "max_tokens"}),
        (Dialect.OPENAI, {"answer_format": AnswerFormat.JSON_OBJECT}),
        (Dialect.ANTHROPIC, {}),
        (Dialect.ANTHROPIC, {"answer_format": AnswerFormat.JSON_OBJECT}),
    ],
)
def test_every_request_is_one_by_the_provider_s_own_types(
    name: str, dialect: Dialect, settings: dict[str, Any]
) -> None:
    route = Route(name="main", base_url="http://127.0.0.1:1/v1", model="m", dialect=dialect, **settings)
    for question in questions(name):
        for messages in (question.messages, question.messages_again("{}", "it was empty")):
            accept(dialect, request_body(route, messages, question.name, question.schema))


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "change",
    [
        {"unheard_of": 1},
        {"max_tokens": "many"},
        {"messages": [{"role": "robot", "content": "text"}]},
        {"response_format": {"type": "json_schema", "schema": {}}},
        {"output_config": {"format": {"type": "json_schema", "json_schema": {}}}},
    ],
)
def test_the_types_refuse_what_is_none(dialect: Dialect, change: dict[str, Any]) -> None:
    route = Route(name="main", base_url="http://127.0.0.1:1/v1", model="m", dialect=dialect)
    body = request_body(route, [{"role": "system", "content": "Write."}], "probe", {})
    with pytest.raises(ValidationError):
        accept(dialect, body | change)


@pytest.fixture(scope="module")
def mock() -> Iterator[LLMockServer]:
    with LLMockServer() as server:
        yield server


@pytest.fixture
def llmock_server(mock: LLMockServer) -> LLMockServer:
    mock.state.reset()
    return mock


def line(server: LLMockServer, dialect: Dialect, log: MemoryCallLog, *, seconds: float = 10) -> AiLine:
    url = server.base_url(dialect) + ("/v1" if dialect is Dialect.ANTHROPIC else "")
    route = Route(name="main", base_url=url, model="m", dialect=dialect, timeout_seconds=seconds)
    return AiLine((route,), log, LocalGate())


def read(text: str) -> Reading[str]:
    if not text.startswith('{"'):
        raise ValueError("it is no JSON object")
    return Reading(text)


@pytest.mark.parametrize("dialect", Dialect)
async def test_every_request_of_an_order_is_accepted(llmock_server: LLMockServer, dialect: Dialect) -> None:
    asked = [Question(**vars(each) | {"read": read}) for each in questions("lawn-and-ladder.en-US.json")]
    log = MemoryCallLog()
    for question in asked:
        llmock_server.state.scenarios.add(Reply(text="not JSON"))
        llmock_server.state.scenarios.add(Reply(text=json.dumps({"page": question.name})))
        answer, *_ = await ask(question, line(llmock_server, dialect, log), retrying=SOON)
        assert json.loads(answer) == {"page": question.name}

    records = llmock_server.state.journal.records()
    assert {record.status for record in records} == {200}
    assert [record.provider for record in records] == [dialect.value] * 2 * len(asked)
    assert all(call.tokens_in > 100 and call.tokens_out for call in log.calls)
    judge(records).assert_ok(strict=True)


@pytest.mark.failure(18, 19, 21)
@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    ("faults", "outcomes"),
    [
        pytest.param([Fail(429, retry_after=0.3)], ["unavailable", "answered"], id="429"),
        pytest.param([Fail(500), Fail(529)], ["unavailable", "unavailable", "answered"], id="500-529"),
        pytest.param([Fail(503, times=None)], ["unavailable"] * 3, id="503-for-ever"),
        pytest.param([Fail(429, retry_after=3600)], ["unavailable"], id="429-in-an-hour"),
        pytest.param([Fail(400)], ["request_rejected"], id="400"),
        pytest.param([Fail(401)], ["key_rejected"], id="401"),
        pytest.param([Fail(402)], ["purse_empty"], id="402"),
        pytest.param([Fail(403)], ["key_rejected"], id="403"),
        pytest.param([Fail(404)], ["request_rejected"], id="404"),
        pytest.param([Fail(413)], ["request_too_long"], id="413"),
        pytest.param([Fail(422)], ["request_rejected"], id="422"),
        pytest.param([Reply(text='{"cut', finish_reason="length")], ["truncated", "answered"], id="cut-off"),
        pytest.param([Reply(text="{}", finish_reason="content_filter")], ["refused"], id="content-filter"),
        pytest.param([Reply(text="")], ["empty", "answered"], id="empty"),
        pytest.param([Delay(1.5)], ["unavailable", "answered"], id="late"),
    ],
)
async def test_its_faults_end_as_the_taxonomy_says(
    llmock_server: LLMockServer, dialect: Dialect, faults: list[Any], outcomes: list[str]
) -> None:
    question = next(questions("lawn-and-ladder.en-US.json"))
    for fault in (*faults, Reply(text='{"whole": true}', times=None)):
        llmock_server.state.scenarios.add(fault)
    log, seconds = MemoryCallLog(), 0.7 if isinstance(faults[0], Delay) else 10

    asked = Question(**vars(question) | {"read": read})
    try:
        await ask(asked, line(llmock_server, dialect, log, seconds=seconds), budget_seconds=20, retrying=SOON)
    except CopywritingError:
        assert log.outcomes[-1] != "answered"

    assert log.outcomes == outcomes
    records = llmock_server.state.journal.records()
    assert len(records) == len(outcomes) - isinstance(faults[0], Delay)
    judge(records).assert_ok()


@pytest.mark.failure(18)
@pytest.mark.parametrize("dialect", Dialect)
async def test_a_prompt_over_its_context_window_and_a_probe(dialect: Dialect) -> None:
    with LLMockServer() as server:
        server.state.limiter.configure(LimitSettings(context_window=50))
        log = MemoryCallLog()
        with pytest.raises(CopywritingError):
            await ask(
                next(questions("lawn-and-ladder.en-US.json")), line(server, dialect, log), retrying=SOON
            )
        assert log.outcomes == ["request_too_long"]
        found = await probe(line(server, dialect, log).routes[0])
        assert found.ready, str(found)
