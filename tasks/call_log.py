"""Where the AI adapter's calls are kept: in the order's own rows, before any answer is used."""

from dataclasses import dataclass

from sitewright.database import Database
from sitewright.orders.models.order import Order
from sitewright.orders.models.usage import AiCall, RecordedAnswer
from sitewright.orders.usage import recall_answer, record_call, reject_answer


@dataclass(frozen=True)
class OrderCallLog:
    """The adapter's call log for one order; every method is one transaction of its own."""

    database: Database
    order: Order

    async def recall(self, request_hash: str) -> RecordedAnswer | None:
        """Return the answer that was paid for before for an equal request, if there is one."""
        return await recall_answer(self.database, self.order, request_hash)

    async def record(self, call: AiCall) -> int:
        """Keep a call, failed ones too, and return its id."""
        return await record_call(self.database, self.order, call)

    async def reject(self, call_id: int, problem: str) -> None:
        """Mark a recorded answer as unusable, with what is wrong with it."""
        await reject_answer(self.database, call_id, problem)
