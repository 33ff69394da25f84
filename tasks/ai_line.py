"""What an order's AI calls pass before they are paid: the route's slot, its circuit, the order's budget."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from sitewright.copywriting import AiLine
from sitewright.database import Database, open_database
from sitewright.orders.budgets import NextCall
from sitewright.orders.circuits import refuse_when_open
from sitewright.orders.models.order import Order
from sitewright.settings import Route, load_settings
from tasks.call_log import OrderCallLog
from tasks.draining import refuse_when_stopping
from tasks.order_budget import OrderBudget
from tasks.route_slots import route_slot


def ai_line(order: Order) -> AiLine:
    """Return what the questions about `order` are asked with, by the settings of this process."""
    settings = load_settings()
    database = open_database(settings)
    budget = OrderBudget(database, order, settings.budget_per_order)
    log = OrderCallLog(database, order, budget.holds)
    return AiLine(settings.routes, log, OrderGate(database, order, budget))


@dataclass(frozen=True)
class OrderGate:
    """The gate of one order's steps."""

    database: Database
    order: Order
    budget: OrderBudget

    @asynccontextmanager
    async def admitted(
        self, route: Route, most: Decimal, seconds: float, *, step: str
    ) -> AsyncIterator[None]:
        """Let one request through; see `sitewright.copywriting.Gate`.

        Raises WorkerStopping too: a run that is asked to stop begins no request, and does not wait for one.
        """
        refuse_when_stopping()
        # Nobody waits for a slot of a route that is refused.
        await refuse_when_open(self.database, route.name)
        deadline = time.monotonic() + seconds
        async with route_slot(route, seconds):
            refuse_when_stopping()
            left = max(0.0, deadline - time.monotonic())
            call = NextCall(step=step, route=route.name, model=route.model, most=most, seconds=left)
            async with self.budget.held(call):
                # Last of all: whoever was refused while this one waited has said so before he let go.
                await refuse_when_open(self.database, route.name)
                yield
