"""A call log in memory: what `sitewright.copywriting.CallLog` asks for, without a database."""

from sitewright.orders.models.usage import AiCall, CallOutcome, RecordedAnswer


class MemoryCallLog:
    """Calls in the order in which they were recorded; a call's id is its position."""

    def __init__(self) -> None:
        self.calls: list[AiCall] = []

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome.value for call in self.calls]

    async def recall(self, request_hash: str) -> RecordedAnswer | None:
        for call_id, call in reversed(list(enumerate(self.calls))):
            if call.request_hash == request_hash and call.outcome is CallOutcome.ANSWERED and call.answer:
                return RecordedAnswer(call_id=call_id, text=call.answer, author=call.author)
        return None

    async def record(self, call: AiCall) -> int:
        self.calls.append(call)
        return len(self.calls) - 1

    async def reject(self, call_id: int, problem: str) -> None:
        changed = {"outcome": CallOutcome.INVALID, "detail": problem}
        self.calls[call_id] = self.calls[call_id].model_copy(update=changed)
