"""One HTTP request to one route, and its answer; the only place of this package that uses the network."""

import asyncio
import json
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import httpx

from sitewright.copywriting.openai_chat import Reply, api_key, read_reply
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

    def call(self, *, step: str, request_hash: str, detail: str = "") -> AiCall:
        """Return this exchange as the row that is recorded."""
        reply, error = self.reply, self.reply.error
        return AiCall(
            step=step,
            request_hash=request_hash,
            author=author_of(self.route),
            started_at=self.started_at,
            seconds=self.seconds,
            outcome=_OUTCOMES[type(error)] if error else CallOutcome.ANSWERED,
            http_status=reply.status,
            error_code=error.code if error else "",
            request_id=reply.request_id,
            finish_reason=reply.finish_reason,
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            cost=_cost(self.route, reply),
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
    key = api_key(route)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    started_at, clock = datetime.now(UTC), time.monotonic()
    try:
        async with asyncio.timeout(seconds), _client(route, seconds) as client:
            request = client.stream("POST", f"{route.base_url}/chat/completions", json=body, headers=headers)
            async with request as response:
                answer = await _read(response)
                reply = read_reply(route, response.status_code, response.headers, answer)
    except TimeoutError as cause:
        reply = _unavailable(route, f"The AI provider did not answer within {seconds:.0f} seconds.", cause)
    except httpx.TimeoutException as cause:
        reply = _unavailable(route, f"The AI provider did not answer in time ({_named(cause)}).", cause)
    except _AnswerTooLarge as cause:
        reply = _unavailable(route, f"The answer is larger than {MAX_ANSWER_BYTES} bytes.", cause)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as cause:
        error = RequestRejected(
            f"The route cannot be called: {_named(cause)}.", route=route.name, model=route.model
        )
        reply = Reply(error=_caused(error, cause))
    except httpx.HTTPError as cause:
        reply = _unavailable(route, f"The connection to the AI provider failed: {_named(cause)}.", cause)
    return Exchange(route, reply, started_at, round(time.monotonic() - clock, 3))


class _AnswerTooLarge(Exception):
    """More bytes than any answer has."""


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise _AnswerTooLarge
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


def _unavailable(route: Route, message: str, cause: BaseException) -> Reply:
    return Reply(error=_caused(RouteUnavailable(message, route=route.name, model=route.model), cause))


def _caused(error: CopywritingError, cause: BaseException) -> CopywritingError:
    error.__cause__ = cause
    return error


def _named(cause: BaseException) -> str:
    return f"{type(cause).__name__}: {cause}".rstrip(": .")


def _cost(route: Route, reply: Reply) -> Decimal:
    return _price(route, reply.tokens_in, reply.tokens_out)


def most_cost(route: Route, body: dict[str, Any]) -> Decimal:
    """Return what sending `body` to `route` can cost at most, in the route's currency.

    No tokenizer in use makes more tokens of a text than it has bytes, and no answer is longer than its limit.
    """
    return _price(route, len(json.dumps(body, ensure_ascii=False).encode()), route.max_tokens)


def _price(route: Route, tokens_in: int, tokens_out: int) -> Decimal:
    price_in, price_out = Decimal(str(route.price_in)), Decimal(str(route.price_out))
    return (tokens_in * price_in + tokens_out * price_out) / Decimal(1_000_000)
