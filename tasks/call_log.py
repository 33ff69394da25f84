"""Where the AI adapter's calls are kept: in the order's own rows, before any answer is used."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from sitewright.database import Database
from sitewright.errors import DatabaseUnavailable
from sitewright.orders.models.order import Order
from sitewright.orders.models.usage import AiCall, RecordedAnswer
from sitewright.orders.usage import recall_answer, record_call, reject_answer

PAUSES = (0.5, 1, 2, 4, 8)
"""Seconds between tries to keep a call while the database is gone; they fit into what a step has beside the
asking's budget."""


@dataclass(frozen=True)
class OrderCallLog:
    """The adapter's call log for one order; every method is one transaction of its own.

    `holds` are what the order's budget holds for calls in flight, by step: one goes with its call's record.
    """

    database: Database
    order: Order
    holds: Mapping[str, int] = field(default_factory=dict)

    async def recall(self, request_hash: str) -> RecordedAnswer | None:
        """Return the answer that was paid for before for an equal request, if there is one."""
        return await recall_answer(self.database, self.order, request_hash)

    async def record(self, call: AiCall) -> int:
        """Keep a call, failed ones too, and return its id.

        While the database is gone it is tried again here: the task's own retry would ask, and pay, once more.
        """
        hold_id = self.holds.get(call.step)
        for pause in PAUSES:
            try:
                return await record_call(self.database, self.order, call, hold_id=hold_id)
            except DatabaseUnavailable:
                await asyncio.sleep(pause)
        return await record_call(self.database, self.order, call, hold_id=hold_id)

    async def reject(self, call_id: int, problem: str) -> None:
        """Mark a recorded answer as unusable, with what is wrong with it."""
        await reject_answer(self.database, call_id, problem)
