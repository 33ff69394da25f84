"""Both dialects on the wire: what is sent, what is read of an answer, its price, what an error advises."""

from decimal import Decimal
from typing import Any

import pytest

from sitewright.copywriting import probe
from sitewright.copywriting.dialects import request_body
from sitewright.copywriting.exchange import Exchange, exchange, most_cost
from sitewright.errors import KeyRejected, PurseEmpty, RequestRejected, RouteUnavailable
from sitewright.settings import AnswerFormat, Dialect, Route
from tests.support.misbehaving_ai import Behaviour, MisbehavingAi, answers, fails

OPENAI, ANTHROPIC = Dialect.OPENAI, Dialect.ANTHROPIC
SCHEMA = {
    "type": "object",
    "properties": {"words": {"type": "string"}},
    "required": ["words"],
    "additionalProperties": False,
}
CONVERSATION = [
    {"role": "user", "content": "About gardens."},
    {"role": "assistant", "content": "{}"},
    {"role": "user", "content": "Again."},
]
MESSAGES = [{"role": "system", "content": "Write."}, *CONVERSATION]
GOOD = answers({"words": "plain"})
SPOKEN = (
    "Write.\n\nAnswer with one JSON document of this JSON Schema and with nothing else:\n"
    '{"type": "object", "properties": {"words": {"type": "string"}}, "required": ["words"], '
    '"additionalProperties": false}'
)


def route(ai: MisbehavingAi, dialect: Dialect, **settings: Any) -> Route:
    known = {"model": "some-model", "max_tokens": 500, "price_in": 0.25, "price_out": 2.0}
    return Route(name="main", base_url=ai.url, dialect=dialect, **known | settings)


async def sent(ai: MisbehavingAi, asked: Route, *behaviours: Behaviour) -> Exchange:
    ai.will(*behaviours or (GOOD,))
    return await exchange(asked, request_body(asked, MESSAGES, "page_home", SCHEMA), seconds=10)


@pytest.mark.parametrize(
    ("settings", "system", "response_format"),
    [
        (
            {},
            "Write.",
            {
                "type": "json_schema",
                "json_schema": {"name": "page_home", "strict": True, "schema": SCHEMA},
            },
        ),
        ({"answer_format": AnswerFormat.FLAT}, "Write.", {"type": "json_schema", "schema": SCHEMA}),
        ({"answer_format": AnswerFormat.JSON_OBJECT}, SPOKEN, {"type": "json_object"}),
    ],
)
@pytest.mark.parametrize("limit", ["max_completion_tokens", "max_tokens"])
async def test_an_openai_request_is_formed_as_the_route_says(
    ai: MisbehavingAi, settings: dict[str, Any], system: str, response_format: dict[str, Any], limit: str
) -> None:
    done = await sent(ai, route(ai, OPENAI, limit_field=limit, **settings))
    assert done.reply.text == '{"words": "plain"}'
    assert ai.requests[0].body == {
        "model": "some-model",
        "messages": [{"role": "system", "content": system}, *CONVERSATION],
        "response_format": response_format,
        limit: 500,
    }


@pytest.mark.parametrize(
    ("answer_format", "system", "told"),
    [
        *(
            (form, "Write.", {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}})
            for form in (AnswerFormat.JSON_SCHEMA, AnswerFormat.FLAT)
        ),
        (AnswerFormat.JSON_OBJECT, SPOKEN, {}),
    ],
)
async def test_an_anthropic_request_has_the_system_apart(
    ai: MisbehavingAi,
    monkeypatch: pytest.MonkeyPatch,
    answer_format: AnswerFormat,
    system: str,
    told: dict[str, Any],
) -> None:
    monkeypatch.setenv("TEST_AI_KEY", "live.0123456789")
    done = await sent(ai, route(ai, ANTHROPIC, api_key_env="TEST_AI_KEY", answer_format=answer_format))
    assert done.reply.text == '{"words": "plain"}'
    (request,) = ai.requests
    assert request.body == {
        "model": "some-model",
        "max_tokens": 500,
        "system": system,
        "messages": CONVERSATION,
        **told,
    }
    assert (request.headers["x-api-key"], request.headers["anthropic-version"]) == (
        "live.0123456789",
        "2023-06-01",
    )
    assert "authorization" not in request.headers


@pytest.mark.parametrize("dialect", Dialect)
async def test_a_content_of_parts_is_joined_and_thoughts_are_left_out(
    ai: MisbehavingAi, dialect: Dialect
) -> None:
    parts = [
        {"type": "thinking", "thinking": "hm", "text": "hm"},
        {"type": "text", "text": '{"words": '},
        {"type": "text", "text": '"plain"}'},
    ]

    done = await sent(ai, route(ai, dialect), answers(None, content=parts))
    assert (done.reply.error, done.reply.text) == (None, '{"words": "plain"}')


COUNTED = {
    "prompt_tokens": 1000,
    "completion_tokens": 200,
    "total_tokens": 1200,
    "prompt_tokens_details": {"cached_tokens": 400},
    "completion_tokens_details": {"reasoning_tokens": 150},
}
READ = {
    "input_tokens": 500,
    "cache_creation_input_tokens": 100,
    "cache_read_input_tokens": 400,
    "output_tokens": 200,
    "output_tokens_details": {"thinking_tokens": 150},
}


@pytest.mark.parametrize(
    ("dialect", "usage", "price_cached", "tokens", "cost"),
    [
        (OPENAI, COUNTED, None, (1000, 400, 200, 150), "0.00065"),
        (OPENAI, COUNTED, 0.025, (1000, 400, 200, 150), "0.00056"),
        (OPENAI, COUNTED | {"completion_tokens": 50}, None, (1000, 400, 200, 150), "0.00065"),
        (OPENAI, {"prompt_tokens_details": None, "total_tokens": 9}, None, (0, 0, 0, 0), "0"),
        (OPENAI, {"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 9}}, 0, (1, 1, 0, 0), "0"),
        (ANTHROPIC, READ, None, (1000, 400, 200, 150), "0.00065"),
        (ANTHROPIC, READ, 0.025, (1000, 400, 200, 150), "0.00056"),
        (ANTHROPIC, {"input_tokens": 7, "cache_read_input_tokens": None}, None, (7, 0, 0, 0), "0.00000175"),
        (ANTHROPIC, "unknown", None, (0, 0, 0, 0), "0"),
    ],
)
async def test_tokens_are_counted_and_priced(
    ai: MisbehavingAi,
    dialect: Dialect,
    usage: object,
    price_cached: float | None,
    tokens: tuple[int, int, int, int],
    cost: str,
) -> None:
    asked = route(ai, dialect, price_cached=price_cached)
    done = await sent(ai, asked, answers({"words": "plain"}, usage=usage))
    call = done.call(step="plan", request_hash="0" * 64, asked_again=False)
    assert (call.tokens_in, call.tokens_cached, call.tokens_out, call.tokens_reasoning) == tokens
    assert call.cost == Decimal(cost)


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(("price_cached", "most"), [(None, 0.25), (0.025, 0.25), (4.0, 4.0)])
def test_no_call_costs_more_than_its_bytes_and_its_limit(
    dialect: Dialect, price_cached: float | None, most: float
) -> None:
    asked = Route(
        name="main",
        dialect=dialect,
        base_url="http://127.0.0.1:1/v1",
        model="m",
        max_tokens=500,
        price_in=0.25,
        price_cached=price_cached,
        price_out=2,
    )
    text = "ção" * 1000
    body = request_body(
        asked, [{"role": "system", "content": ""}, {"role": "user", "content": text}], "x", {}
    )
    least = Decimal(str(most)) * len(text.encode()) + 500 * 2
    assert least < most_cost(asked, body) * 1_000_000 < least + Decimal(str(most)) * 300


@pytest.mark.failure(20)
@pytest.mark.parametrize(
    ("dialect", "message", "setting"),
    [
        (OPENAI, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "limit_field"),
        (OPENAI, "Invalid parameter: response_format of type json_schema is not supported", "answer_format"),
        (OPENAI, "body.response_format.json_schema: Extra inputs are not permitted", "answer_format"),
        (ANTHROPIC, "output_config: Extra inputs are not permitted", 'answer_format = "json_object"'),
        (ANTHROPIC, "max_tokens: 900000 > 64000, which is the maximum", "lower max_tokens"),
        (OPENAI, "temperature is not supported", None),
    ],
)
async def test_a_rejected_request_hints_at_the_setting_to_try(
    ai: MisbehavingAi, dialect: Dialect, message: str, setting: str | None
) -> None:
    error = (await sent(ai, route(ai, dialect), fails(400, {"message": message}))).reply.error
    assert isinstance(error, RequestRejected)
    assert (f"{setting}" in error.message) if setting else ("Try" not in error.message)


@pytest.mark.failure(20)
async def test_an_anthropic_error_keeps_type_request_id_and_words(ai: MisbehavingAi) -> None:
    error = (await sent(ai, route(ai, ANTHROPIC), fails(401, {"message": "invalid x-api-key"}))).reply.error
    assert error is not None
    assert (error.code, error.status, error.request_id) == ("authentication_error", 401, "req-401")
    assert "invalid x-api-key" in error.message


@pytest.mark.failure(18)
@pytest.mark.parametrize("dialect", Dialect)
async def test_a_probe_says_whether_a_route_can_be_asked(ai: MisbehavingAi, dialect: Dialect) -> None:
    ai.will(
        answers({"ready": True}),
        answers("", finish="length"),
        fails(401),
        fails(402),
        fails(404),
        fails(529),
    )
    results = [await probe(route(ai, dialect)) for _ in range(6)]
    assert [result.ready for result in results] == [True, True, False, False, False, False]
    kinds = [type(result.problem) for result in results[2:]]
    assert kinds == [KeyRejected, PurseEmpty, RequestRejected, RouteUnavailable]
    assert "some-model" in str(results[0])
    assert "api_key_env" in str(results[2])
    assert len(ai.requests) == 6
