"""Where calls are recorded: a protocol, so that this package knows no database."""

from typing import Protocol

from sitewright.orders.models.usage import AiCall, RecordedAnswer


class CallLog(Protocol):
    """The record of one order's AI calls. Each method is durable when it returns."""

    async def recall(self, request_hash: str) -> RecordedAnswer | None:
        """Return the answer kept for this question, or None; only calls that stand as `answered` count."""
        ...

    async def record(self, call: AiCall) -> int:
        """Keep `call` and return its id; called for every HTTP request, failed ones too, before its use."""
        ...

    async def reject(self, call_id: int, problem: str) -> None:
        """Mark a recorded answer as `invalid` with the reason in its detail: it is not recalled again."""
        ...
