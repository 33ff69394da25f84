"""What an order's AI calls pass before they are paid: the route's slot, its circuit, the order's budget."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from sitewright.copywriting import AiLine
from sitewright.database import Database, open_database
from sitewright.orders.models.order import Order
from sitewright.settings import Route, load_settings
from tasks.call_log import OrderCallLog
from tasks.route_slots import route_slot


def ai_line(order: Order) -> AiLine:
    """Return what the questions about `order` are asked with, by the settings of this process."""
    settings = load_settings()
    database = open_database(settings)
    gate = OrderGate(database, order, settings.budget_per_order)
    return AiLine(settings.routes, OrderCallLog(database, order), gate)


@dataclass(frozen=True)
class OrderGate:
    """The gate of one order's steps."""

    database: Database
    order: Order
    budget: Decimal | None

    @asynccontextmanager
    async def admitted(
        self, route: Route, most: Decimal, seconds: float, *, step: str
    ) -> AsyncIterator[None]:
        """Let one request through; see `sitewright.copywriting.Gate`."""
        del most, step  # until circuits and budgets are looked at here
        async with route_slot(route, seconds):
            yield
