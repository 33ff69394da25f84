"""An order's budget around one AI call: held before the request, settled with its record."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from anyio import CancelScope
from prefect import get_run_logger

from sitewright.database import Database
from sitewright.errors import CopywritingError, DatabaseError, RouteUnavailable
from sitewright.orders.budgets import NextCall, drop_hold, hold, leave_hold
from sitewright.orders.models.order import Order
from tasks.draining import refuse_when_stopping

LOOK_SECONDS = 0.5
"""How often a call that waits for others of its order looks whether they are recorded."""


@dataclass(frozen=True)
class OrderBudget:
    """What the calls of one order may cost; `holds` are the holds of its steps' calls in flight, by step."""

    database: Database
    order: Order
    limit: Decimal | None
    holds: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def held(self, call: NextCall) -> AsyncIterator[None]:
        """Hold what `call` may cost while the block asks and records it, in which the hold goes.

        Without a budget, and for a call that costs nothing, nothing is held. Waits for the order's other
        calls while only these stand against it. Raises BudgetSpent, RouteUnavailable when the call's time was
        used up waiting, or WorkerStopping when the run is asked to stop meanwhile.
        """
        if self.limit is None or not call.most:
            yield
            return
        hold_id = await self._hold(self.limit, call)
        self.holds[call.step] = hold_id
        try:
            yield
        except CopywritingError:
            await drop_hold(self.database, hold_id)  # what is raised was never sent: see Gate
            raise
        except BaseException:
            await self._leave(hold_id)
            raise
        finally:
            del self.holds[call.step]

    async def _hold(self, limit: Decimal, call: NextCall) -> int:
        deadline = time.monotonic() + call.seconds
        while (hold_id := await hold(self.database, self.order, limit, call)) is None:
            refuse_when_stopping()
            if time.monotonic() + LOOK_SECONDS > deadline:
                message = (
                    "The time for this question was used up waiting for the order's other AI calls, whose "
                    "cost the budget may have to bear."
                )
                raise RouteUnavailable(message, route=call.route, model=call.model)
            await asyncio.sleep(LOOK_SECONDS)
        return hold_id

    async def _leave(self, hold_id: int) -> None:
        # A step over its time, or whose run was stopped, is cancelled anew at every await.
        with CancelScope(shield=True):
            try:
                await leave_hold(self.database, hold_id)
            except DatabaseError as unwritten:
                get_run_logger().warning("A hold could not be marked; it ends by itself: %s", unwritten)
