"""The AI adapter against a real server that misbehaves."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest

from sitewright.copywriting.asking import ask
from sitewright.copywriting.gate import LocalGate
from sitewright.copywriting.line import AiLine
from sitewright.copywriting.question import Question, Reading
from sitewright.copywriting.retrying import Retrying
from sitewright.errors import (
    AnswerEmpty,
    AnswerInvalid,
    AnswerRefused,
    AnswerTruncated,
    CopywritingError,
    KeyRejected,
    NoRoute,
    PurseEmpty,
    RequestRejected,
    RouteUnavailable,
)
from sitewright.orders.models.usage import CallOutcome
from sitewright.settings import Route
from tests.support.call_log import MemoryCallLog
from tests.support.misbehaving_ai import (
    Behaviour,
    MisbehavingAi,
    Received,
    answers,
    drops,
    fails,
    sends,
    stalls,
)

KEY = "live.0123456789abcdef"
SOON = Retrying(tries=3, first_wait=0.002, longest_wait=0.01)
SCHEMA = {
    "type": "object",
    "properties": {"words": {"type": "string"}},
    "required": ["words"],
    "additionalProperties": False,
}
GOOD = answers({"words": "plain"})
WHOLE = b'{"choices": [{"message": {"content": "{\\"words\\": \\"large\\"}"}, "finish_reason": "stop"}]}'


def read(text: str) -> Reading[str]:
    """Reads the words; `fact` is a finding that is cut, no words at all are no answer."""
    try:
        words = json.loads(text)["words"]
    except (ValueError, KeyError, TypeError) as cause:
        raise ValueError("words: Field required") from cause
    return Reading(
        words.replace("fact", "").strip(), ("words: 'fact' is a claim",) if "fact" in words else ()
    )


QUESTION = Question[str](
    order_id=7,
    step="page:home",
    name="page_home",
    schema=SCHEMA,
    system="Write.",
    user="About gardens.",
    again=lambda problem: f"Again: {problem}",
    read=read,
)


@pytest.fixture
def log() -> MemoryCallLog:
    return MemoryCallLog()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_AI_KEY", KEY)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # proxies of the environment are not for us
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)


def line(routes: Sequence[Route], log: MemoryCallLog) -> AiLine:
    return AiLine(tuple(routes), log, LocalGate())


def route(ai: MisbehavingAi | str, name: str = "main", **settings: Any) -> Route:
    url = ai if isinstance(ai, str) else ai.url
    return Route(
        name=name,
        base_url=url,
        **{"model": f"{name}-model", "api_key_env": "TEST_AI_KEY", "price_in": 0.25, "price_out": 2.0}
        | settings,
    )


async def asked(ai: MisbehavingAi, log: MemoryCallLog, *behaviours: Behaviour, **settings: Any) -> str:
    ai.will(*behaviours)
    words, *_ = await ask(QUESTION, line([route(ai, **settings)], log), budget_seconds=20, retrying=SOON)
    return words


async def test_a_good_answer_is_recorded_with_tokens_and_price(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    ai.will(GOOD)
    words, author, _ = await ask(QUESTION, line([route(ai)], log), budget_seconds=20)

    assert (words, author.route, author.model, author.ai) == ("plain", "main", "main-model", True)
    (request,) = ai.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "main-model",
        "messages": [{"role": "system", "content": "Write."}, {"role": "user", "content": "About gardens."}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "page_home", "strict": True, "schema": SCHEMA},
        },
        "max_completion_tokens": 4000,
    }
    (call,) = log.calls
    assert (call.outcome, call.http_status, call.request_id) == (CallOutcome.ANSWERED, 200, "req-200")
    assert (call.tokens_in, call.tokens_out, call.cost) == (1000, 200, Decimal("0.00065"))
    assert (call.step, call.finish_reason, call.answer) == ("page:home", "stop", '{"words": "plain"}')


@pytest.mark.parametrize("usage", [None, "unknown", {}, {"prompt_tokens": None, "completion_tokens": "7"}])
async def test_missing_usage_counts_as_nothing(ai: MisbehavingAi, log: MemoryCallLog, usage: object) -> None:
    assert await asked(ai, log, answers({"words": "plain"}, usage=usage)) == "plain"
    assert (log.calls[0].tokens_in, log.calls[0].tokens_out, log.calls[0].cost) == (0, 0, Decimal(0))


async def test_counts_that_no_call_has_are_not_believed(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    await asked(ai, log, answers({"words": "plain"}, usage={"prompt_tokens": 10**19, "completion_tokens": 7}))
    assert (log.calls[0].tokens_in, log.calls[0].tokens_out) == (0, 7)


async def test_a_route_without_a_key_sends_none(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    await asked(ai, log, GOOD, api_key_env=None)
    assert "authorization" not in ai.requests[0].headers


@pytest.mark.failure(19)
@pytest.mark.parametrize(
    "fault",
    [
        *(fails(status) for status in (408, 409, 429, 500, 502, 503, 529)),
        fails(429, retry_after="0"),
        fails(503, {"message": "overloaded"}, retry_after="tomorrow"),
        drops(),
        stalls(5),
        sends(b'{"choices": [{"mess'),
        sends(b""),
        sends(WHOLE.ljust(2_100_000)),
        sends(json.dumps({"error": {"code": 502, "message": "upstream"}}).encode()),
        answers("", finish="error"),
    ],
    ids=lambda fault: fault.__qualname__.partition(".")[0],
)
async def test_a_passing_fault_is_tried_again(
    ai: MisbehavingAi, log: MemoryCallLog, fault: Behaviour
) -> None:
    assert await asked(ai, log, fault, fault, GOOD, timeout_seconds=0.3) == "plain"
    assert len(ai.requests) == 3
    assert log.outcomes == ["unavailable", "unavailable", "answered"]
    assert all(call.detail for call in log.calls[:2])


@pytest.mark.failure(19)
async def test_a_route_that_stays_down_gives_way_to_the_next(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    ai.will(fails(503), fails(503), fails(503), GOOD)
    routes = [route(ai), route("http://127.0.0.1:1/v1", "closed"), route(ai, "spare")]
    _, author, _ = await ask(QUESTION, line(routes, log), budget_seconds=20, retrying=SOON)

    assert author.route == "spare"
    assert [call.author.route for call in log.calls] == ["main"] * 3 + ["closed"] * 3 + ["spare"]
    assert log.outcomes == ["unavailable"] * 6 + ["answered"]


@pytest.mark.failure(19)
async def test_retry_after_is_waited_for(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    ready = asyncio.Event()

    def busy(received: Received) -> Any:
        asyncio.get_running_loop().call_later(0.9, ready.set)
        return fails(429, retry_after="1")(received)

    def early_or_not(received: Received) -> Any:
        return (GOOD if ready.is_set() else busy)(received)

    await asked(ai, log, busy, early_or_not)
    assert log.outcomes == ["unavailable", "answered"]


@pytest.mark.failure(19)
@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "3600"},
        {"retry_after": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)},
        {"retry_after_ms": "3600000", "retry_after": "0"},
    ],
)
async def test_a_wait_longer_than_the_budget_is_not_begun(
    ai: MisbehavingAi, log: MemoryCallLog, headers: dict[str, str]
) -> None:
    with pytest.raises(RouteUnavailable, match="longer than is left"):
        await asked(ai, log, fails(429, **headers))
    assert len(ai.requests) == 1


@pytest.mark.failure(19)
async def test_a_busy_route_does_not_use_up_the_time_of_the_next(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    ai.will(fails(429, retry_after="2"), GOOD)
    _, author, _ = await ask(
        QUESTION, line([route(ai), route(ai, "spare")], log), budget_seconds=3, retrying=SOON
    )
    assert author.route == "spare"


@pytest.mark.failure(19)
async def test_a_route_that_hangs_does_not_use_up_the_time_of_the_next(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    ai.will(stalls(9), GOOD)
    routes = [route(ai, timeout_seconds=600), route(ai, "spare", timeout_seconds=600)]
    _, author, _ = await ask(QUESTION, line(routes, log), budget_seconds=2, retrying=SOON)
    assert author.route == "spare"


@pytest.mark.failure(19)
async def test_a_route_without_a_free_slot_does_not_use_up_the_time_of_the_next(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    ai.will(GOOD)
    routes = (route(ai, max_concurrency=1), route(ai, "spare"))
    full = AiLine(routes, log, LocalGate())
    async with full.gate.admitted(routes[0], Decimal(0), 1, step="plan"):
        _, author, _ = await ask(QUESTION, full, budget_seconds=2, retrying=SOON)
    assert author.route == "spare"


@pytest.mark.failure(20)
@pytest.mark.parametrize(
    ("fault", "kind", "outcome"),
    [
        (fails(401), KeyRejected, "key_rejected"),
        (fails(403), KeyRejected, "key_rejected"),
        (
            fails(400, {"message": "API key not valid.", "status": "INVALID_ARGUMENT"}),
            KeyRejected,
            "key_rejected",
        ),
        (fails(402), PurseEmpty, "purse_empty"),
        (fails(429, {"message": "quota", "code": "insufficient_quota"}), PurseEmpty, "purse_empty"),
        (fails(400, {"message": "limit", "type": "billing_hard_limit_reached"}), PurseEmpty, "purse_empty"),
        (fails(400, {"message": "Your credit balance is too low"}), PurseEmpty, "purse_empty"),
        (fails(400), RequestRejected, "request_rejected"),
        (fails(404), RequestRejected, "request_rejected"),
        (fails(422), RequestRejected, "request_rejected"),
        (sends(b"<html>Hello</html>", media_type="text/html"), RequestRejected, "request_rejected"),
        (sends(json.dumps({"error": {"code": 401, "message": "no"}}).encode()), KeyRejected, "key_rejected"),
    ],
)
async def test_what_no_retry_mends_is_never_retried(
    ai: MisbehavingAi, log: MemoryCallLog, fault: Behaviour, kind: type[CopywritingError], outcome: str
) -> None:
    with pytest.raises(kind) as raised:
        await asked(ai, log, fault)
    assert (len(ai.requests), log.outcomes) == (1, [outcome])
    assert raised.value.blocks
    assert raised.value.remedy


@pytest.mark.failure(20)
async def test_an_error_names_everything_but_the_key(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    echo = {"message": f"Incorrect API key provided: {KEY}. " + "x" * 900, "code": "invalid_api_key"}
    with pytest.raises(KeyRejected) as raised:
        await asked(ai, log, fails(401, echo))
    error, (call,) = raised.value, log.calls
    assert (error.route, error.model, error.status, error.code) == (
        "main",
        "main-model",
        401,
        "invalid_api_key",
    )
    assert (error.request_id, error.order_id, error.step) == ("req-401", 7, "page:home")
    assert (call.http_status, call.error_code, call.request_id) == (401, "invalid_api_key", "req-401")
    for told in (str(error), call.detail):
        assert "Incorrect API key provided: [key]" in told
        assert KEY not in told
        assert len(told) < 800


async def test_a_key_is_hidden_wherever_in_an_error_it_is_echoed(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    echo = json.dumps({"error": {"message": "No.", "code": f"bad key {KEY}"}}).encode()
    indented = b"{" + b" " * (1190 - len(KEY) // 2) + KEY.encode()
    for body in (echo, indented):
        ai.will(sends(body, status=401))
        with pytest.raises(KeyRejected) as raised:
            await ask(QUESTION, line([route(ai)], log), budget_seconds=20, retrying=SOON)
        call = log.calls[-1]
        for told in (str(raised.value), raised.value.code, call.detail, call.error_code):
            assert KEY[:6] not in told


@pytest.mark.failure(20)
@pytest.mark.parametrize("fault", [drops(), stalls(5), sends(b"", status=500)])
async def test_a_fault_without_words_still_has_a_cause(
    ai: MisbehavingAi, log: MemoryCallLog, fault: Behaviour
) -> None:
    with pytest.raises(RouteUnavailable) as raised:
        await asked(ai, log, fault, timeout_seconds=0.4)
    assert len(raised.value.message) > 20
    assert all(call.detail == raised.value.message for call in log.calls)


@pytest.mark.parametrize("key", ["", " \n", "sk-secret\x07bell", "sk-secret words", "sk-sécret"])
async def test_a_variable_without_a_key_is_named_and_nothing_is_sent(
    ai: MisbehavingAi, log: MemoryCallLog, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TEST_AI_KEY", key)
    with pytest.raises(KeyRejected, match="TEST_AI_KEY") as raised:
        await asked(ai, log, GOOD)
    assert "sk-" not in str(raised.value)
    assert (ai.requests, log.calls) == ([], [])


async def test_when_every_route_fails_the_one_an_operator_can_mend_is_raised(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    ai.will(fails(401), fails(503))
    with pytest.raises(KeyRejected, match="spare: The AI provider could not answer"):
        await ask(QUESTION, line([route(ai), route(ai, "spare")], log), budget_seconds=20, retrying=SOON)


@pytest.mark.parametrize("faults", [(fails(503), fails(413)), (fails(413), fails(503))])
async def test_when_no_operator_is_needed_the_failure_that_may_pass_is_raised(
    ai: MisbehavingAi, log: MemoryCallLog, faults: tuple[Behaviour, Behaviour]
) -> None:
    ai.will(*faults)
    once = Retrying(tries=1)
    with pytest.raises(RouteUnavailable, match="longer than the AI model takes"):
        await ask(QUESTION, line([route(ai), route(ai, "spare")], log), budget_seconds=20, retrying=once)


async def test_without_a_route_the_order_waits_for_an_operator_and_is_told_what_to_do(
    log: MemoryCallLog,
) -> None:
    with pytest.raises(NoRoute, match=r"Add one to sitewright\.toml") as raised:
        await ask(QUESTION, line([], log))
    assert raised.value.blocks


@pytest.mark.failure(21, 23)
@pytest.mark.parametrize(
    ("first", "said", "problem"),
    [
        (answers("{}"), "{}", "words: Field required"),
        (answers('{"words": "bad \\x escape"}'), '{"words": "bad \\x escape"}', "words: Field required"),
        (answers('{"words": "cut', finish="length"), '{"words": "cut', "cut off at the token limit"),
        (answers(""), "{}", "it was empty"),
        (answers(" \n "), "{}", "it was empty"),
        (answers(None), "{}", "it was empty"),
        (answers({"words": "a fact"}), '{"words": "a fact"}', "'fact' is a claim"),
    ],
)
async def test_an_unusable_answer_is_asked_again_once_with_the_problem(
    ai: MisbehavingAi, log: MemoryCallLog, first: Behaviour, said: str, problem: str
) -> None:
    assert await asked(ai, log, first, GOOD) == "plain"
    assert len(ai.requests) == 2
    *before, assistant, user = ai.requests[1].messages
    assert before == ai.requests[0].messages
    assert assistant == {"role": "assistant", "content": said}
    assert user["role"] == "user"
    assert problem in user["content"]
    assert [outcome == "answered" for outcome in log.outcomes] == [False, True]


@pytest.mark.failure(21, 23)
@pytest.mark.parametrize(
    ("answer", "kind", "outcomes"),
    [
        (answers("{}"), AnswerInvalid, ["invalid", "invalid"]),
        (answers('{"words": "whole"}', finish="length"), AnswerTruncated, ["truncated", "truncated"]),
        (answers("   "), AnswerEmpty, ["empty", "empty"]),
        (answers("{}", finish="content_filter"), AnswerRefused, ["refused"]),
        (answers(None, refusal="I cannot help."), AnswerRefused, ["refused"]),
    ],
)
async def test_twice_unusable_fails_and_is_kept_on_record(
    ai: MisbehavingAi,
    log: MemoryCallLog,
    answer: Behaviour,
    kind: type[CopywritingError],
    outcomes: list[str],
) -> None:
    with pytest.raises(kind) as raised:
        await asked(ai, log, answer)
    assert log.outcomes == outcomes
    assert (raised.value.order_id, raised.value.step) == (7, "page:home")
    assert all(call.tokens_out == 200 for call in log.calls)


async def test_the_route_that_answered_is_the_first_to_be_asked_again(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    ai.will(fails(401), answers("{}"), GOOD)
    await ask(QUESTION, line([route(ai), route(ai, "spare")], log), budget_seconds=20, retrying=SOON)
    assert [call.author.route for call in log.calls] == ["main", "spare", "spare"]


@pytest.mark.failure(33)
async def test_a_fact_that_comes_back_is_cut_and_told(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    assert await asked(ai, log, answers({"words": "plain fact"})) == "plain"
    assert log.outcomes == ["invalid", "answered"]
    assert log.calls[1].detail == "words: 'fact' is a claim"


async def test_a_recorded_answer_is_used_instead_of_a_call(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    await asked(ai, log, GOOD)
    assert await asked(ai, log, fails(500), model="another-model") == "plain"
    assert (len(ai.requests), len(log.calls)) == (1, 1)


async def test_a_recorded_second_answer_is_used_too(ai: MisbehavingAi, log: MemoryCallLog) -> None:
    await asked(ai, log, answers({"words": "plain fact"}))
    assert await asked(ai, log, fails(500)) == "plain"
    assert len(ai.requests) == 2


async def test_a_run_that_died_between_the_askings_only_asks_again(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    with pytest.raises(RouteUnavailable):
        await asked(ai, log, answers("{}"), fails(500))
    ai.requests.clear()
    assert await asked(ai, log, GOOD) == "plain"
    assert [len(request.messages) for request in ai.requests] == [4]


async def test_the_call_is_recorded_before_its_answer_is_used(ai: MisbehavingAi) -> None:
    class Full(MemoryCallLog):
        async def record(self, call: Any) -> int:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await asked(ai, Full(), GOOD)
    assert len(ai.requests) == 1


async def test_a_route_s_limit_bounds_the_questions_side_by_side(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    at_once: list[int] = [0, 0]

    async def counted(received: Any) -> Any:
        at_once[0] += 1
        at_once[1] = max(at_once)
        await asyncio.sleep(0.05)
        at_once[0] -= 1
        return GOOD(received)

    ai.will(counted)
    limited, gate = route(ai, "limited", max_concurrency=2), LocalGate()
    lines = [AiLine((limited,), MemoryCallLog(), gate) for _ in range(6)]
    await asyncio.gather(*(ask(QUESTION, each, budget_seconds=20) for each in lines))
    assert (len(ai.requests), at_once[1]) == (6, 2)


async def test_an_answer_that_no_database_could_hold_is_made_storable(
    ai: MisbehavingAi, log: MemoryCallLog
) -> None:
    content = rb'"{\"words\": \"pl\u0000ai\ud800n\"}"'
    body = b'{"choices": [{"message": {"content": ' + content + b'}, "finish_reason": "stop"}]}'
    assert await asked(ai, log, sends(body)) == "plain"
    assert log.calls[0].answer == '{"words": "plain"}'
