"""One HTTP request to one route, and its answer; the only place of this package that uses the network."""

import asyncio
import json
import os
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import httpx

from sitewright.copywriting.dialects import Reply, dialect_of, lost_reply, read_reply
from sitewright.copywriting.dialects.protocol import Usage
from sitewright.copywriting.taxonomy import AnswerTooLarge
from sitewright.errors import (
    AnswerEmpty,
    AnswerRefused,
    AnswerTruncated,
    CopywritingError,
    KeyRejected,
    PurseEmpty,
    RequestRejected,
    RequestTooLong,
    RouteUnavailable,
)
from sitewright.orders.models.site import Author
from sitewright.orders.models.usage import AiCall, CallOutcome
from sitewright.settings import Route

CONNECT_SECONDS = 10.0
MAX_ANSWER_BYTES = 2_000_000

_OUTCOMES: dict[type[CopywritingError], CallOutcome] = {
    KeyRejected: CallOutcome.KEY_REJECTED,
    PurseEmpty: CallOutcome.PURSE_EMPTY,
    RequestRejected: CallOutcome.REQUEST_REJECTED,
    RequestTooLong: CallOutcome.REQUEST_TOO_LONG,
    RouteUnavailable: CallOutcome.UNAVAILABLE,
    AnswerTruncated: CallOutcome.TRUNCATED,
    AnswerRefused: CallOutcome.REFUSED,
    AnswerEmpty: CallOutcome.EMPTY,
}


@dataclass(frozen=True)
class Exchange:
    """What was sent and what came of it: the reply, when it began (UTC) and how many seconds it took."""

    route: Route
    reply: Reply
    started_at: datetime
    seconds: float

    def call(self, *, step: str, request_hash: str, asked_again: bool, detail: str = "") -> AiCall:
        """Return this exchange as the row that is recorded."""
        reply, error = self.reply, self.reply.error
        return AiCall(
            step=step,
            request_hash=request_hash,
            asked_again=asked_again,
            author=author_of(self.route),
            started_at=self.started_at,
            seconds=self.seconds,
            outcome=_OUTCOMES[type(error)] if error else CallOutcome.ANSWERED,
            http_status=reply.status,
            error_code=error.code if error else "",
            request_id=reply.request_id,
            finish_reason=reply.finish_reason,
            tokens_in=reply.usage.tokens_in,
            tokens_cached=reply.usage.cached,
            tokens_out=reply.usage.tokens_out,
            tokens_reasoning=reply.usage.reasoning,
            cost=_price(self.route, reply.usage),
            answer=reply.text or None,
            detail=error.message if error else detail,
        )


def author_of(route: Route) -> Author:
    """Return who writes when `route` answers; the offline copywriter is not an AI."""
    return Author(route=route.name, model=route.model, ai=not route.offline)


async def exchange(route: Route, body: dict[str, Any], *, seconds: float) -> Exchange:
    """Send `body` to `route` and read its whole answer within `seconds`.

    Whatever goes wrong on the way is the reply's error, so that it can be recorded. Raises KeyRejected,
    without a request, when the variable with the route's key is not set.
    """
    dialect = dialect_of(route)
    headers = dialect.headers(api_key(route))
    started_at, clock = datetime.now(UTC), time.monotonic()
    try:
        async with asyncio.timeout(seconds), _client(route, seconds) as client:
            request = client.stream("POST", route.base_url + dialect.path, json=body, headers=headers)
            async with request as response:
                answer = await _read(response)
                reply = read_reply(dialect, route, response.status_code, response.headers, answer)
    except TimeoutError as cause:
        reply = lost_reply(route, cause, f"{seconds:.0f} seconds were over")
    except (httpx.HTTPError, httpx.InvalidURL, AnswerTooLarge, UnicodeError) as cause:
        reply = lost_reply(route, cause, f"{type(cause).__name__}: {cause}".rstrip(": ."))
    return Exchange(route, reply, started_at, round(time.monotonic() - clock, 3))


def api_key(route: Route) -> str | None:
    """Return the key of `route` from the environment; None when the route needs none.

    Raises KeyRejected when the variable that the route names is not set, is empty, or holds no key.
    """
    if route.api_key_env is None:
        return None
    key = os.environ.get(route.api_key_env, "").strip()
    # A key with other characters would be quoted in the HTTP library's complaint about the header.
    sendable = key.isascii() and key.isprintable() and " " not in key
    if not key or not sendable:
        problem = "holds characters that no key has" if key else "is not set"
        raise KeyRejected(
            f"The variable {route.api_key_env}, which holds the key of route {route.name}, {problem}.",
            route=route.name,
            model=route.model,
        )
    return key


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise AnswerTooLarge(f"over {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


def _client(route: Route, seconds: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        verify=_certificates(secure=route.base_url.startswith("https://")),
        trust_env=False,
        follow_redirects=False,
    )


@cache
def _certificates(*, secure: bool) -> ssl.SSLContext:
    # Reading the bundle of authorities costs half a second; a plain-http server needs none, and a context
    # without any trusts nobody.
    return httpx.create_ssl_context(trust_env=False) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def most_cost(route: Route, body: dict[str, Any]) -> Decimal:
    """Return what sending `body` to `route` can cost at most, in the route's currency.

    No tokenizer in use makes more tokens of a text than it has bytes, and no answer is longer than its limit.
    """
    sent = len(json.dumps(body, ensure_ascii=False).encode())
    dearest = 0 if (route.price_cached or 0) <= route.price_in else sent
    return _price(route, Usage(tokens_in=sent, cached=dearest, tokens_out=route.max_tokens))


def _price(route: Route, usage: Usage) -> Decimal:
    cached = route.price_in if route.price_cached is None else route.price_cached
    tokens = (
        (usage.tokens_in - usage.cached, route.price_in),
        (usage.cached, cached),
        (usage.tokens_out, route.price_out),
    )
    return sum((number * Decimal(str(price)) for number, price in tokens), Decimal(0)) / Decimal(1_000_000)
