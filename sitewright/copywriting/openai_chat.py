"""The OpenAI chat-completions dialect: what a request looks like, and what an answer means.

Pure functions over bytes; `exchange.py` puts them on the wire.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sitewright.copywriting.retrying import retry_after_seconds
from sitewright.errors import (
    AnswerEmpty,
    AnswerRefused,
    AnswerTruncated,
    CopywritingError,
    KeyRejected,
    PurseEmpty,
    RequestRejected,
    RouteUnavailable,
)
from sitewright.settings import Route

_RETRIED = frozenset({408, 409, 425, 429})
_KEY_CODES = frozenset({"invalid_api_key", "api_key_invalid", "authentication_error", "account_deactivated"})
_PURSE_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "billing_error",
        "insufficient_balance",
        "insufficient_credits",
        "insufficient_funds",
        "exceeded_current_quota_error",
        "credit_balance_too_low",
        "payment_required",
    }
)
# Providers that send a plain 400 for these name them in the message only.
_KEY_WORDS = re.compile(r"api key not valid|(?:incorrect|invalid) api key", re.IGNORECASE)
_PURSE_WORDS = re.compile(r"credit balance is too low|insufficient (?:balance|credits?|funds)", re.IGNORECASE)
_REQUEST_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "cf-ray")
_SECRET = re.compile(r"\b(?:sk|pk|key|gsk|xai)-[\w*.-]{6,}|Bearer\s+\S+", re.IGNORECASE)
_EXCERPT = 300


@dataclass(frozen=True)
class Reply:
    """One HTTP answer as understood: the words, or the error; tokens are counted either way."""

    status: int | None = None
    request_id: str = ""
    finish_reason: str = ""
    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    error: CopywritingError | None = None
    retry_after: float | None = None


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


def request_body(
    route: Route, messages: list[dict[str, str]], name: str, schema: dict[str, Any]
) -> dict[str, Any]:
    """Return the JSON body that asks `route` for an answer of `schema`."""
    return {
        "model": route.model,
        "messages": messages,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": name, "strict": True, "schema": schema},
        },
        "max_completion_tokens": route.max_tokens,
    }


def read_reply(route: Route, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """Return what an HTTP answer means; its `error` is what went wrong, None when there are words to use.

    The finish reason is read before the words: a cut answer is never parsed.
    """
    data = _json_object(body)
    reply = _Reader(route, status, headers, body, data)
    if status != 200 or data.get("error"):
        return reply.failure()
    return reply.answer()


@dataclass(frozen=True)
class _Reader:
    route: Route
    status: int
    headers: Mapping[str, str]
    body: bytes
    data: dict[str, Any]

    def answer(self) -> Reply:
        choices = self.data.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(choice, dict) or not isinstance(message, dict):
            return self._reply(self._not_a_completion())
        finish = _storable(str(choice.get("finish_reason") or ""))[:100]
        text = _content(message.get("content"))
        return self._reply(self._finish_error(finish, message, text), finish=finish, text=text)

    def failure(self) -> Reply:
        error = self.data.get("error")
        details = error if isinstance(error, dict) else {"message": error}
        codes = [_storable(str(details[key]))[:100] for key in ("code", "type", "status") if details.get(key)]
        message = str(details.get("message") or "")
        # An error inside a 200 carries the status that the provider behind a gateway answered with.
        status = self.status
        if status == 200:
            status = next((int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)), 502)
        return self._reply(self._status_error(status, codes, message))

    def _status_error(self, status: int, codes: list[str], message: str) -> CopywritingError:
        named = {code.lower() for code in codes}
        code = codes[0] if codes else ""
        if status == 402 or named & _PURSE_CODES or _PURSE_WORDS.search(message):
            return self._error(PurseEmpty, "The AI provider's quota or credit is used up.", code)
        if status in {401, 403} or named & _KEY_CODES or _KEY_WORDS.search(message):
            return self._error(KeyRejected, "The AI provider rejected the key.", code)
        if status in _RETRIED or status >= 500:
            return self._error(RouteUnavailable, "The AI provider could not answer.", code)
        return self._error(RequestRejected, "The AI provider rejected the request itself.", code)

    def _not_a_completion(self) -> CopywritingError:
        if "html" in self.headers.get("content-type", ""):
            return self._error(
                RequestRejected, "The route's base_url answers with a web page, not with an API."
            )
        return self._error(RouteUnavailable, "The AI provider's answer is not a chat completion.")

    def _finish_error(self, finish: str, message: dict[str, Any], text: str) -> CopywritingError | None:
        if finish in {"length", "max_tokens"}:
            return self._error(
                AnswerTruncated, "The AI's answer was cut off at its token limit.", excerpt=text
            )
        if finish == "content_filter" or message.get("refusal"):
            reason = str(message.get("refusal") or "content filter")
            return self._error(AnswerRefused, "The AI declined to answer.", excerpt=reason)
        if finish == "error":
            return self._error(RouteUnavailable, "The AI provider broke off while answering.")
        if not text.strip():
            return self._error(AnswerEmpty, "The AI's answer was empty.")
        return None

    def _error(
        self, kind: type[CopywritingError], message: str, code: str = "", excerpt: str | None = None
    ) -> CopywritingError:
        said = excerpt if excerpt is not None else self.body[: 4 * _EXCERPT].decode("utf-8", "replace")
        return kind(
            message,
            route=self.route.name,
            model=self.route.model,
            status=self.status,
            code=code,
            request_id=self._request_id(),
            excerpt=_excerpt(said, self.route),
        )

    def _reply(self, error: CopywritingError | None, *, finish: str = "", text: str = "") -> Reply:
        usage = self.data.get("usage")
        counts = usage if isinstance(usage, dict) else {}
        return Reply(
            status=self.status,
            request_id=self._request_id(),
            finish_reason=finish,
            text=text,
            tokens_in=_count(counts.get("prompt_tokens")),
            tokens_out=_count(counts.get("completion_tokens")),
            error=error,
            retry_after=retry_after_seconds(self.headers.get("retry-after"), self.headers.get("date")),
        )

    def _request_id(self) -> str:
        found = next((self.headers[name] for name in _REQUEST_IDS if self.headers.get(name)), "")
        return _storable(found or str(self.data.get("id") or ""))[:100]


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _content(content: object) -> str:
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return _storable(content) if isinstance(content, str) else ""


def _storable(text: str) -> str:
    # JSON can escape what UTF-8 and PostgreSQL cannot hold: lone surrogates and the null character.
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


def _count(number: object) -> int:
    return number if isinstance(number, int) and number > 0 else 0


def _excerpt(text: str, route: Route) -> str:
    """Return the beginning of `text` on one line, at most 300 characters, without the route's key."""
    key = os.environ.get(route.api_key_env or "", "").strip()
    plain = " ".join(_storable(text).split())
    if key:
        plain = plain.replace(key, "[key]")
    plain = _SECRET.sub("[key]", plain)
    return plain if len(plain) <= _EXCERPT else plain[:_EXCERPT] + "…"
