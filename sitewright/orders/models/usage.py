"""One AI call as it is kept: what was asked of whom, what came back, and what it cost."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sitewright.orders.models.base import Value
from sitewright.orders.models.site import Author


class CallOutcome(StrEnum):
    """How a call ended. Only `answered` calls are ever used again."""

    ANSWERED = "answered"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    EMPTY = "empty"
    INVALID = "invalid"
    KEY_REJECTED = "key_rejected"
    PURSE_EMPTY = "purse_empty"
    REQUEST_REJECTED = "request_rejected"
    REQUEST_TOO_LONG = "request_too_long"
    UNAVAILABLE = "unavailable"


class AiCall(Value):
    """One HTTP request to an AI route, failed ones too.

    `tokens_in` counts all that went in, `tokens_cached` those of them that the provider had in its cache;
    `tokens_out` counts all that came out, `tokens_reasoning` those of them that are not in the answer.
    `asked_again` says that the answer before it was not good and that the request told why.
    """

    step: str
    request_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    asked_again: bool = False
    author: Author
    started_at: datetime
    seconds: Annotated[float, Field(ge=0)]
    outcome: CallOutcome
    http_status: int | None = None
    error_code: str = ""
    request_id: str = ""
    finish_reason: str = ""
    tokens_in: Annotated[int, Field(ge=0)] = 0
    tokens_cached: Annotated[int, Field(ge=0)] = 0
    tokens_out: Annotated[int, Field(ge=0)] = 0
    tokens_reasoning: Annotated[int, Field(ge=0)] = 0
    cost: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    answer: str | None = None
    detail: str = ""


class RecordedAnswer(Value):
    """An answer that was paid for and kept."""

    call_id: int
    text: str
    author: Author
