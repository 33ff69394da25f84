"""What is shown of orders: frozen values whose JSON others script against."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from sitewright.orders.budgets import money
from sitewright.orders.costs import Money, OrderCost, RouteCost, RouteUsage, StepUsage, Usage, UsageRow
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState


class StepRecord(Value):
    """A completed step: when it was done and how long it took; `resumed` when a later run built upon it."""

    name: str
    status: str
    at: datetime
    seconds: float
    flow_run_id: str
    resumed: bool


class AiRecord(Usage):
    """What an order's AI calls came to, all revisions together; amounts in the account's currency.

    `held` is what calls in flight may cost at most, `perhaps_paid` what calls may have cost whose run died
    before they were recorded; both only where there is a `budget`, which they count against.
    """

    by_step: tuple[StepUsage, ...] = ()
    by_route: tuple[RouteUsage, ...] = ()
    budget: Money | None = None
    held: Money = Decimal(0)
    perhaps_paid: Money = Decimal(0)
    rows: Annotated[tuple[UsageRow, ...], Field(exclude=True)] = ()
    """The same by step, route and model, for people."""


def budget_sentences(ai: AiRecord) -> list[str]:
    """Return what there is to say of an order's budget, and of calls that may have been paid."""
    said = []
    if ai.budget is not None:
        said.append(f"Budget of the order: {money(ai.budget)}, of which {money(ai.cost)} is spent.")
    if ai.held:
        said.append(f"Held for calls in flight: {money(ai.held)}.")
    if ai.perhaps_paid:
        said.append(
            f"Perhaps paid: {money(ai.perhaps_paid)}, for calls that ended before they were recorded."
        )
    return said


class TimelineEntry(Value):
    """One line of an order's timeline."""

    at: datetime
    event: str
    detail: str


class OrderSummary(Value):
    """One order in a list."""

    id: int
    reference: str
    state: OrderState
    reason: str | None
    since: datetime
    revision: int
    url: str | None
    release: str | None
    due_at: datetime
    attempts: int
    disputed: Annotated[str | None, Field(exclude=True)] = None
    """What is disputed about it, for people; nothing of a disputed order is removed."""


class OrderRecord(OrderSummary):
    """One order with the steps of its current revision, first done first, and its whole timeline."""

    steps: tuple[StepRecord, ...]
    ai: AiRecord
    timeline: tuple[TimelineEntry, ...]


class LiveRun(Value):
    """A run that holds an order's lease."""

    order_id: int
    reference: str
    flow_run_id: str
    since: datetime
    heartbeat_at: datetime


class FailureCount(Value):
    """How many runs of the last day ended at one step by one cause."""

    step: str
    cause: str
    count: int


class PipelineStatus(Value):
    """How the pipeline stands, from the database alone.

    `late` is past its due date and not published. `interrupted` is building without a live run: recovery
    resumes it when its pause is over; `stuck` is what nobody has moved five minutes after it was due.
    `steps_per_minute` is over the last ten minutes, `failures` over the last day, the costs since midnight
    UTC, in the account's currency.
    """

    orders: dict[OrderState, int]
    live_runs: tuple[LiveRun, ...]
    oldest_waiting: OrderSummary | None
    late: tuple[OrderSummary, ...]
    stuck: tuple[OrderSummary, ...]
    interrupted: tuple[OrderSummary, ...]
    blocked: tuple[OrderSummary, ...]
    failed: tuple[OrderSummary, ...]
    failures: tuple[FailureCount, ...]
    steps_per_minute: float
    cost_today: Money
    cost_today_by_route: tuple[RouteCost, ...] = ()
    dearest_today: tuple[OrderCost, ...] = ()
