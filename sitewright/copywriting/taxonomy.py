"""The taxonomy of failures: all that can go wrong with one request, as rows that are looked up in order.

A row says by which signs its failure is known and of which kind it is. What follows is decided by the kind:
RouteUnavailable is asked again after a wait, and nothing else is; KeyRejected and PurseEmpty open the route's
circuit; RequestRejected and RequestTooLong give way to the next route at once; an AnswerUnusable came back
and was paid for. The tests provoke every row over HTTP, and hold the table in docs/routes.md against them.
"""

import re
from dataclasses import dataclass

import httpx

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
from sitewright.settings import Dialect


class AnswerTooLarge(Exception):
    """More bytes came than any answer has."""


def _words(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Row:
    """One failure: its name, the kind of error it is, what it means, and the signs that it is known by.

    A sign that a row does not name may be anything. `codes` and `words` are two ways to say the same: one of
    them is enough. `statuses` are HTTP's; `codes` (lower case) are what the provider's error document names
    as code, type or status; `words` are looked for in its message; `finishes` (lower case) are reasons that
    an answer gives for its end; `causes` are what is raised where no answer came.
    """

    name: str
    kind: type[CopywritingError]
    meaning: str
    statuses: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    finishes: frozenset[str] = frozenset()
    causes: tuple[type[BaseException], ...] = ()

    @property
    def retried(self) -> bool:
        """True when the same route is asked again after a wait."""
        return issubclass(self.kind, RouteUnavailable)

    @property
    def opens_circuit(self) -> bool:
        """True when the route is not asked any more until it was tried and answered."""
        return issubclass(self.kind, KeyRejected | PurseEmpty)

    def fits(self, status: int, codes: frozenset[str], message: str) -> bool:
        """Return whether an error document with these signs is of this row."""
        if self.statuses and status not in self.statuses:
            return False
        if not self.codes and self.words is None:
            return True
        return bool(self.codes & codes) or bool(self.words and self.words.search(message))


_BELOW_500 = frozenset({200, *range(400, 500)})

LOST = (
    Row("no connection", RouteUnavailable, "The connection to the AI provider could not be made",
        causes=(httpx.ConnectError, httpx.ConnectTimeout)),
    Row("no answer in time", RouteUnavailable, "The AI provider did not answer in time",
        causes=(TimeoutError, httpx.TimeoutException)),
    Row("answer without end", RouteUnavailable, "The answer is larger than any answer is",
        causes=(AnswerTooLarge,)),
    Row("address that cannot be called", RequestRejected, "The route cannot be called",
        causes=(httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)),
    Row("connection lost", RouteUnavailable, "The connection to the AI provider failed",
        causes=(httpx.HTTPError,)),
)  # fmt: skip
"""No answer came."""

ERRORS = (
    Row("payment required", PurseEmpty, "The AI provider's quota or credit is used up.",
        statuses=frozenset({402})),
    Row("quota, credit or spend limit", PurseEmpty, "The AI provider's quota or credit is used up.",
        codes=_codes(
            "insufficient_quota insufficient_user_quota exceeded_current_quota_error insufficient_balance "
            "insufficient_credits insufficient_funds credit_balance_too_low credit_balance_exhausted "
            "billing_error billing_hard_limit_reached billing_not_active payment_required "
            "spend_limit_exceeded organization_spend_limit_exceeded project_spend_limit_exceeded "
            "organization_usage_limit_exceeded enforced_spend_limit_reached"
        ),
        words=_words(
            r"credit balance is too low", r"insufficient (?:balance|credits?|funds|quota)",
            r"reached your (?:specified )?(?:workspace )?API usage limits", r"spend(?:ing)? limit",
            r"billing (?:hard )?limit",
        )),
    Row("request too large", RequestTooLong, "What was asked is longer than the AI model takes.",
        statuses=frozenset({413})),
    Row("context too long", RequestTooLong, "What was asked is longer than the AI model takes.",
        codes=_codes(
            "context_length_exceeded string_above_max_length request_too_large exceed_context_size_error"
        ),
        words=_words(
            r"(?:prompt|input|request|message)s? (?:is|are) too (?:long|large)", r"request too large",
            r"maximum (?:context|prompt|model) length", r"less than the (?:model's )?context length",
            r"(?:exceeds?|exceeded|larger than|longer than) (?:the |this )?(?:model's |available |maximum )*"
            r"(?:context|number of tokens)",
        )),
    Row("content policy", AnswerRefused, "The AI provider's content policy refused the request.",
        statuses=_BELOW_500 - {401, 429},
        codes=_codes(
            "content_filter content_policy_violation content_policy responsibleaipolicyviolation moderation "
            "moderation_blocked data_inspection_failed"
        ),
        words=_words(
            r"content[ _-](?:management )?(?:policy|filter)", r"(?:was|been) flagged",
            r"flagged by (?:our |the )?moderation",
        )),
    Row("key refused", KeyRejected, "The AI provider rejected the key.", statuses=frozenset({401, 403})),
    Row("key refused by name", KeyRejected, "The AI provider rejected the key.",
        codes=_codes(
            "invalid_api_key api_key_invalid incorrect_api_key_error authentication_error "
            "invalid_authentication_error permission_error permission_denied unauthenticated "
            "account_deactivated unsupported_country_region_territory"
        ),
        words=_words(r"api key not valid", r"(?:incorrect|invalid|expired) api key")),
    Row("out of capacity", RouteUnavailable, "The AI provider has no capacity left at the moment.",
        codes=_codes(
            "overloaded_error overloaded engine_overloaded engine_overloaded_error server_overloaded "
            "capacity_exceeded model_overloaded service_unavailable slow_down"
        ),
        words=_words(r"\boverloaded\b", r"(?:out of|at|over|no|insufficient) capacity")),
    Row("rate limit", RouteUnavailable, "The AI provider's rate limit is reached.",
        statuses=frozenset({429})),
    Row("rate limit by name", RouteUnavailable, "The AI provider's rate limit is reached.",
        statuses=_BELOW_500,
        codes=_codes("rate_limit_error rate_limit_exceeded too_many_requests resource_exhausted")),
    Row("timeout or conflict there", RouteUnavailable, "The AI provider could not answer this time.",
        statuses=frozenset({408, 409, 425})),
    Row("provider overloaded", RouteUnavailable, "The AI provider has no capacity left at the moment.",
        statuses=frozenset({529})),
    Row("provider's own fault", RouteUnavailable, "The AI provider could not answer.",
        statuses=frozenset(range(500, 600)) - {529}),
    Row("model or address unknown", RequestRejected, "The AI provider knows no such model or address.",
        statuses=frozenset({404})),
    Row("request refused inside a 200", RequestRejected, "The AI provider rejected the request itself.",
        statuses=frozenset({200}),
        codes=_codes("invalid_request_error invalid_argument not_found_error model_not_found")),
    Row("error inside a 200", RouteUnavailable, "The AI provider answered with an error.",
        statuses=frozenset({200})),
    Row("request refused", RequestRejected, "The AI provider rejected the request itself."),
)  # fmt: skip
"""An error came in place of an answer; the last row is every error that no other row knows."""

WEB_PAGE = Row("web page", RequestRejected, "The route's base_url answers with a web page, not with an API.")
NO_ANSWER = Row("not an answer", RouteUnavailable, "What the AI provider sent is not an answer.")
CUT = Row("cut at the limit", AnswerTruncated, "The AI's answer was cut off at its token limit.",
          finishes=_codes("length max_tokens"))  # fmt: skip
FULL = Row("context full", RequestTooLong, "The AI model's context was full before the answer was whole.",
           finishes=_codes("model_context_window_exceeded"))  # fmt: skip
REFUSED = Row("declined", AnswerRefused, "The AI declined to answer.",
              finishes=_codes("content_filter refusal safety"))  # fmt: skip
BROKEN_OFF = Row("broken off", RouteUnavailable, "The AI provider broke off while answering.",
                 finishes=_codes("error"))  # fmt: skip
EMPTY = Row("empty", AnswerEmpty, "The AI's answer was empty.")

ANSWERS = (WEB_PAGE, NO_ANSWER, CUT, FULL, REFUSED, BROKEN_OFF, EMPTY)
"""An answer came, and it is none."""

TAXONOMY = (*LOST, *ERRORS, *ANSWERS)

_HINTS = {
    Dialect.OPENAI: (
        (_words("max_completion_tokens", "max_tokens"),
         'Try limit_field = "max_tokens" on the route ("max_completion_tokens" where that is set), or a '
         "lower max_tokens."),
        (_words("response_format", "json_schema"),
         'Try answer_format = "flat" or "json_object" on the route.'),
    ),
    Dialect.ANTHROPIC: (
        (_words("max_tokens"), "Try a lower max_tokens on the route."),
        (_words("output_config", "output_format", "json_schema"),
         'Try answer_format = "json_object" on the route.'),
    ),
}  # fmt: skip


def lost(cause: BaseException) -> Row:
    """Return the row of a request that `cause` ended before there was an answer.

    Raises StopIteration for anything that no row names.
    """
    return next(row for row in LOST if isinstance(cause, row.causes))


def error_row(status: int, codes: frozenset[str], message: str) -> Row:
    """Return the row of an error document: `codes` in lower case; a `status` of 200 says nothing."""
    return next(row for row in ERRORS if row.fits(status, codes, message))


def answer_row(finish: str, text: str, *, refused: bool) -> Row | None:
    """Return the row of an answer that ended with `finish`; None when its `text` can be read.

    How it ended is looked at before the text: a cut answer is never parsed.
    """
    for row in ANSWERS:
        if finish.lower() in row.finishes or (row is REFUSED and refused):
            return row
    return None if text.strip() else EMPTY


def hint(dialect: Dialect, message: str) -> str:
    """Return which setting of the route to try when a request was rejected with `message`; "" for none."""
    return next((told for words, told in _HINTS[dialect] if words.search(message)), "")
