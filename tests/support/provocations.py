"""What provokes each row of the taxonomy of failures: behaviours of the misbehaving server, and addresses."""

from typing import Any, NamedTuple

from sitewright.copywriting.taxonomy import ERRORS, Row
from sitewright.settings import Dialect
from tests.support.misbehaving_ai import Behaviour, answers, drops, fails, sends, stalls


class Provocation(NamedTuple):
    """What provokes a row: what the server does, or an address in place of the server's."""

    row: str
    behaviour: Behaviour | None = None
    base_url: str | None = None
    seconds: float = 10.0
    dialect: Dialect | None = None
    """The only dialect in which there is such a thing; None for both."""


def said(row: str, status: int, message: str, /, **error: Any) -> Provocation:
    """What a provider really says, by its own documents or as users of it reported."""
    return Provocation(row, fails(status, {"message": message, **error}))


OPENAI, ANTHROPIC = Dialect.OPENAI, Dialect.ANTHROPIC

PROVOCATIONS = (
    Provocation("no connection", base_url="http://127.0.0.1:1/v1"),
    Provocation("no answer in time", stalls(5), seconds=0.15),
    Provocation("connection lost", drops()),
    Provocation("answer without end", sends(b"{}".ljust(2_100_000))),
    Provocation("address that cannot be called", base_url="http://soft\u00adhyphen.invalid/v1"),
    Provocation("payment required", fails(402)),
    said("quota, credit or spend limit", 429, "You exceeded your current quota.", code="insufficient_quota"),
    said("quota, credit or spend limit", 429, "No.", details={"error_code": "enforced_spend_limit_reached"}),
    said("quota, credit or spend limit", 400, "Your credit balance is too low to access the Anthropic API."),
    said("quota, credit or spend limit", 400, "You have reached your specified API usage limits."),
    said("quota, credit or spend limit", 403, "Spend limit reached for this month."),
    said("quota, credit or spend limit", 400, "Billing hard limit has been reached"),
    said("quota, credit or spend limit", 403, "Insufficient credits. Add more using your account."),
    Provocation("quota, credit or spend limit", fails(400, "Insufficient balance")),
    Provocation("quota, credit or spend limit", fails(200, {"message": "no", "code": "insufficient_quota"})),
    Provocation("request too large", fails(413)),
    Provocation("request too large", sends(b"<h1>Too large</h1>", status=413, media_type="text/html")),
    said("context too long", 400, "prompt is too long: 200001 tokens > 199999 maximum"),
    said("context too long", 400, "This model's maximum context length is 4097 tokens."),
    said("context too long", 400, "input length and `max_tokens` exceed context limit: 1 + 2 > 2"),
    said("context too long", 400, "the request exceeds the available context size, try increasing it"),
    said(
        "context too long", 400, "The input token count (9) exceeds the maximum number of tokens allowed (8)."
    ),
    said("context too long", 403, "Input token count must be less than the context length of the model"),
    said(
        "context too long", 429, "Request too large for a-model on tokens per min", code="rate_limit_exceeded"
    ),
    said("content policy", 400, "The response was filtered.", code="content_filter"),
    said("content policy", 400, "Your request was rejected.", code="content_policy_violation"),
    said("content policy", 400, "The request triggered the content management policy."),
    said("content policy", 403, "Your input was flagged."),
    said("content policy", 403, "Input flagged by moderation"),
    Provocation("key refused", fails(401)),
    Provocation("key refused", fails(403)),
    said("key refused", 403, "Your region is not supported.", code="unsupported_country_region_territory"),
    Provocation("key refused", fails(200, {"message": "no", "code": 401})),
    said(
        "key refused by name", 400, "API key not valid. Please pass a valid one.", status="INVALID_ARGUMENT"
    ),
    Provocation("key refused by name", fails(400, "Incorrect API key provided")),
    Provocation("key refused by name", fails(200, {"message": "x", "type": "authentication_error"})),
    said("out of capacity", 500, "The engine is currently overloaded, please try again later"),
    said("out of capacity", 400, "Over capacity, try again"),
    said("out of capacity", 429, "Not now", type="engine_overloaded_error"),
    Provocation("out of capacity", fails(200, {"message": "Overloaded", "type": "overloaded_error"})),
    Provocation("rate limit", fails(429)),
    Provocation("rate limit", fails(429, retry_after="0")),
    said("rate limit", 429, "You exceeded your current quota", status="RESOURCE_EXHAUSTED"),
    Provocation("rate limit", fails(429, retry_after_ms="5", retry_after="3600")),
    Provocation("rate limit", sends(b"slow down, please", status=429, media_type="text/plain")),
    Provocation("rate limit by name", fails(200, {"message": "x", "type": "rate_limit_error"})),
    *(Provocation("timeout or conflict there", fails(status)) for status in (408, 409, 425)),
    Provocation("provider overloaded", fails(529, {"message": "x", "type": "provoked"})),
    *(Provocation("provider's own fault", fails(status)) for status in (500, 502, 503, 504, 520, 524)),
    Provocation("provider's own fault", sends(b"", status=500)),
    Provocation("provider's own fault", sends(b"<h1>Bad gateway</h1>", status=502, media_type="text/html")),
    Provocation("provider's own fault", fails(200, {"message": "upstream", "code": 502})),
    Provocation("model or address unknown", fails(404)),
    said("model or address unknown", 404, "The model `x` does not exist.", code="model_not_found"),
    Provocation("model or address unknown", sends(b'{"detail": "Not Found"}', status=404)),
    Provocation(
        "request refused inside a 200", fails(200, {"message": "x", "type": "invalid_request_error"})
    ),
    Provocation("error inside a 200", fails(200, "something went wrong")),
    Provocation("error inside a 200", fails(200, {"message": "something", "type": "unheard_of"})),
    Provocation("error inside a 200", sends(b'{"detail": "something went wrong"}')),
    Provocation("error inside a 200", sends(b'"something went wrong"')),
    Provocation("error inside a 200", sends(b'[{"error": {"message": "something"}}]')),
    *(Provocation("request refused", fails(status)) for status in (400, 405, 422)),
    Provocation("request refused", sends(b"", status=302)),
    Provocation("request refused", sends(b'{"detail": [{"loc": ["body"], "msg": "bad"}]}', status=422)),
    Provocation("web page", sends(b"<html>Hello</html>", media_type="text/html")),
    Provocation("not an answer", sends(b"")),
    Provocation("not an answer", sends(b"{}")),
    Provocation("not an answer", sends(b'{"choices": [{"mess')),
    Provocation("not an answer", sends(b'{"choices": [], "content": "text"}')),
    Provocation("cut at the limit", answers('{"words": "cut', finish="length")),
    Provocation("cut at the limit", answers('{"words": "whole"}', finish="length")),
    Provocation("context full", answers('{"words": "cut', finish="model_context_window_exceeded")),
    Provocation("declined", answers("{}", finish="content_filter")),
    Provocation("declined", answers(None, refusal="I cannot help."), dialect=OPENAI),
    Provocation("declined", answers(None, finish="refusal"), dialect=ANTHROPIC),
    Provocation("broken off", answers('{"words": "cut', finish="error")),
    Provocation("empty", answers("")),
    Provocation("empty", answers(" \n ")),
    Provocation("empty", answers(None)),
)


def _status(row: Row) -> int:
    return 400 if not row.statuses or 400 in row.statuses else min(row.statuses)


EVERY_CODE = tuple(
    Provocation(row.name, fails(_status(row), {"message": "x", "type": code.upper(), "code": code}))
    for row in ERRORS
    for code in sorted(row.codes)
)
"""Each code that the taxonomy knows, under a status that alone would say something else where it can."""
