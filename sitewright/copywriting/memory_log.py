"""A call log in memory, for tools and tests that ask without a pipeline."""

from sitewright.orders.models.usage import AiCall, CallOutcome, RecordedAnswer


class MemoryCallLog:
    """What `CallLog` asks for, kept as long as this process lives; a call's id is its position."""

    def __init__(self) -> None:
        self.calls: list[AiCall] = []

    @property
    def outcomes(self) -> list[str]:
        """How each call ended, in the order in which they were recorded."""
        return [call.outcome.value for call in self.calls]

    async def recall(self, request_hash: str) -> RecordedAnswer | None:
        """Return the last answer to this question that stands; see `CallLog.recall`."""
        for call_id, call in reversed(list(enumerate(self.calls))):
            if call.request_hash == request_hash and call.outcome is CallOutcome.ANSWERED and call.answer:
                return RecordedAnswer(call_id=call_id, text=call.answer, author=call.author)
        return None

    async def record(self, call: AiCall) -> int:
        """Keep `call`; see `CallLog.record`."""
        self.calls.append(call)
        return len(self.calls) - 1

    async def reject(self, call_id: int, problem: str) -> None:
        """Mark an answer as invalid; see `CallLog.reject`."""
        changed = {"outcome": CallOutcome.INVALID, "detail": problem}
        self.calls[call_id] = self.calls[call_id].model_copy(update=changed)
