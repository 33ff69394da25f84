"""What AI calls come to, in all and by step, route and order. Failed ones and answers not used cost the same.

Amounts are exact decimals in the account's currency, added up by PostgreSQL or as `Decimal`s, never as
floats.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import PlainSerializer
from sqlalchemy import Select, func, select

from sitewright.database import Database
from sitewright.orders.models.base import Value
from sitewright.orders.models.site import Author
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.tables import AiCallRow, OrderRow

Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""An amount in the account's currency; a number in JSON."""

MOST_NAMED = 5
"""How many of the day's dearest orders are named."""


class Usage(Value):
    """What AI calls came to. `failed` ones gave no usable answer.

    `retried` ones sent a request that had been sent before, after a failure or for a new build, and
    `asked_again` ones told the AI what was wrong with its answer; either may also have failed.
    `tokens_cached` are part of `tokens_in`, `tokens_reasoning` of `tokens_out`; `seconds` are the calls' own,
    side by side or not.
    """

    calls: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Money = Decimal(0)
    retried: int = 0
    asked_again: int = 0
    tokens_cached: int = 0
    tokens_reasoning: int = 0
    seconds: float = 0.0


class UsageRow(Usage):
    """What one step asked of one route and model."""

    step: str
    author: Author


class StepUsage(Usage):
    """What one step asked, of all routes together."""

    step: str


class RouteUsage(Usage):
    """What was asked of one route and model; `ai` is False for the offline copywriter."""

    route: str
    model: str
    ai: bool


class RouteCost(Value):
    """What a route's calls of the day came to."""

    route: str
    calls: int
    failed: int
    cost: Money


class OrderCost(Value):
    """What an order's calls of the day came to."""

    order_id: int
    reference: str
    calls: int
    cost: Money


class CallRecord(Value):
    """One AI call as it was recorded, without its words; `request_id` is the provider's."""

    id: int
    revision: int
    step: str
    route: str
    model: str
    started_at: datetime
    seconds: float
    outcome: CallOutcome
    asked_again: bool
    http_status: int | None
    error_code: str
    finish_reason: str
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    tokens_reasoning: int
    cost: Money
    request_id: str


Group = TypeVar("Group", bound=Usage)


def totals(rows: Iterable[Usage]) -> dict[str, Any]:
    """Return the fields of `Usage`, added up."""
    rows = tuple(rows)
    sums: dict[str, Any] = {
        name: sum((getattr(row, name) for row in rows), start=field.default)
        for name, field in Usage.model_fields.items()
    }
    return sums


def by_step(rows: Iterable[UsageRow]) -> tuple[StepUsage, ...]:
    """Return the rows added up by step, in the order of the first of each."""
    return _grouped(rows, StepUsage, lambda row: {"step": row.step})


def by_route(rows: Iterable[UsageRow]) -> tuple[RouteUsage, ...]:
    """Return the rows added up by route and model, in the order of the first of each."""
    return _grouped(rows, RouteUsage, lambda row: row.author.model_dump())


async def usage_table(database: Database, order_id: int, revision: int) -> tuple[UsageRow, ...]:
    """Return what each step of a revision asked of each route and model, in the order of the first call."""
    async with database.transaction() as session:
        rows = (await session.execute(usage_rows(order_id, revision))).mappings().all()
    return tuple(map(usage_row, rows))


async def recorded_calls(database: Database, order_id: int, limit: int) -> tuple[CallRecord, ...]:
    """Return the last calls of an order, at most `limit`, the oldest of them first."""
    columns = [getattr(AiCallRow, name) for name in CallRecord.model_fields]
    newest = select(*columns).where(AiCallRow.order_id == order_id).order_by(AiCallRow.id.desc())
    async with database.transaction() as session:
        rows = (await session.execute(newest.limit(limit))).mappings().all()
    return tuple(CallRecord.model_validate(dict(row)) for row in reversed(rows))


def usage_rows(order_id: int, revision: int | None = None) -> Select[*tuple[Any, ...]]:
    """Return the query whose rows `usage_row` takes; of all revisions unless one is named."""
    seen = func.row_number().over(
        partition_by=(AiCallRow.revision, AiCallRow.step, AiCallRow.request_hash), order_by=AiCallRow.id
    )
    calls = select(AiCallRow, (seen > 1).label("is_retried")).where(AiCallRow.order_id == order_id)
    if revision is not None:
        calls = calls.where(AiCallRow.revision == revision)
    call = calls.subquery().c
    who = (call.step, call.route, call.model, call.ai)
    added = [
        func.sum(call[name]).label(name)
        for name in (
            "tokens_in",
            "tokens_cached",
            "tokens_out",
            "tokens_reasoning",
            "cost",
            "seconds",
        )
    ]
    counted = [
        func.count().label("calls"),
        func.count().filter(call.outcome != CallOutcome.ANSWERED).label("failed"),
        func.count().filter(call.is_retried).label("retried"),
        func.count().filter(call.asked_again).label("asked_again"),
    ]
    return select(*who, *counted, *added).group_by(*who).order_by(func.min(call.id))


def usage_row(row: Any) -> UsageRow:
    """Return a row of `usage_rows` as a frozen value."""
    author = Author(route=row["route"], model=row["model"], ai=row["ai"])
    return UsageRow(author=author, step=row["step"], **{name: row[name] for name in Usage.model_fields})


def costs_today() -> Select[str, int, int, Decimal]:
    """Return the query for what each route's calls came to since midnight UTC, the dearest first."""
    cost = func.sum(AiCallRow.cost)
    failed = func.count().filter(AiCallRow.outcome != CallOutcome.ANSWERED)
    columns = (AiCallRow.route, func.count().label("calls"), failed.label("failed"), cost.label("cost"))
    return select(*columns).where(_today()).group_by(AiCallRow.route).order_by(cost.desc(), AiCallRow.route)


def dearest_today() -> Select[int, str, int, Decimal]:
    """Return the query for the few orders whose calls cost most since midnight UTC, the dearest first."""
    cost = func.sum(AiCallRow.cost).label("cost")
    few = (
        select(AiCallRow.order_id, func.count().label("calls"), cost)
        .where(_today())
        .group_by(AiCallRow.order_id)
        .having(func.sum(AiCallRow.cost) > 0)
        .order_by(cost.desc(), AiCallRow.order_id)
        .limit(MOST_NAMED)
        .subquery()
    )
    named = select(few.c.order_id, OrderRow.reference, few.c.calls, few.c.cost)
    return named.join(OrderRow, OrderRow.id == few.c.order_id).order_by(few.c.cost.desc(), few.c.order_id)


def _today() -> Any:
    return AiCallRow.started_at >= func.date_trunc("day", func.now(), "UTC")


def _grouped(
    rows: Iterable[UsageRow], into: type[Group], key: Callable[[UsageRow], dict[str, Any]]
) -> tuple[Group, ...]:
    groups: defaultdict[tuple[Any, ...], list[UsageRow]] = defaultdict(list)
    for row in rows:
        groups[tuple(key(row).values())].append(row)
    return tuple(into.model_validate(key(of[0]) | totals(of)) for of in groups.values())
