"""What is wrong with orders, as the alarms say it: late, stuck, failed, blocked and by what.

An alarm leaves the house: it names orders by id and reference, a cause by its type, never a customer's words.
"""

from collections.abc import Iterable

from sqlalchemy import func, select

import sitewright.errors
from sitewright.database import Database
from sitewright.orders.models.alarm import Condition, Kind
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import OrderSummary, PipelineStatus
from sitewright.orders.rounds import Round
from sitewright.orders.tables import FailureRow, OrderRow

MOST_NAMED = 5
"""How many orders a sentence names; all of them are in the alarm's list."""


STUBBORN = 2
"""How often an order was resumed and blocked by the same again before its cause does not count as mended."""

PUBLISHED_LAST = 20
"""How many published sites are looked at: where the site root is another one, all of them are missing."""


class Blocked(Value):
    """Orders that are blocked by one cause: how many, and the longest waiting of them by id and reference.

    `stubborn` is how many of them were resumed twice, when it seemed mended, and blocked again.
    """

    cause: str
    count: int
    stubborn: int
    orders: tuple[tuple[int, str], ...]


class PublishedSite(Value):
    """An order that is published, and the name of its site."""

    id: int
    reference: str
    slug: str


async def published_last(database: Database) -> tuple[PublishedSite, ...]:
    """Return the orders that were published last, at most twenty."""
    query = (
        select(OrderRow.id, OrderRow.reference, OrderRow.slug)
        .where(OrderRow.state == OrderState.PUBLISHED)
        .order_by(OrderRow.since.desc())
        .limit(PUBLISHED_LAST)
    )
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return tuple(PublishedSite.model_validate(dict(row)) for row in rows)


async def blocked_by_cause(database: Database) -> tuple[Blocked, ...]:
    """Return what blocks orders, and which; at most a hundred orders a cause are named."""
    cause = func.coalesce(OrderRow.cause, "Unknown")
    counts = (
        select(
            cause.label("cause"),
            func.count().label("count"),
            func.count().filter(OrderRow.recoveries >= STUBBORN).label("stubborn"),
        )
        .where(OrderRow.state == OrderState.BLOCKED)
        .group_by(cause)
        .order_by(cause)
    )
    async with database.transaction() as session:
        found = []
        for row in (await session.execute(counts)).mappings().all():
            named = (
                select(OrderRow.id, OrderRow.reference)
                .where(OrderRow.state == OrderState.BLOCKED, cause == row["cause"])
                .order_by(OrderRow.since, OrderRow.id)
                .limit(100)
            )
            orders = tuple((order.id, order.reference) for order in await session.execute(named))
            found.append(Blocked.model_validate({**row, "orders": orders}))
    return tuple(found)


async def failure_conditions(database: Database, failed: Iterable[OrderSummary]) -> list[Condition]:
    """Return a condition for each failed order, with the step and the cause of its last failure."""
    conditions = []
    for order in failed:
        last = (
            select(FailureRow.step, FailureRow.cause)
            .where(FailureRow.order_id == order.id)
            .order_by(FailureRow.id.desc())
            .limit(1)
        )
        async with database.transaction() as session:
            row = (await session.execute(last)).one_or_none()
        step, cause = (row.step, row.cause) if row else ("", "")
        where = f" at step {step}" if step else ""
        conditions.append(
            Condition(
                cause=f"failed:{order.id}:{order.attempts}",
                kind=Kind.FAILED,
                sentence=f"{_name(order)} has failed{where}: {what_it_means(cause)}",
                remedy=f"`sitewright orders show {order.id}` says why; `orders build {order.id}` retries.",
                orders=(order.id,),
            )
        )
    return conditions


def order_conditions(standing: PipelineStatus) -> list[Condition]:
    """Return a condition for each order that is late or stuck."""
    late = [
        Condition(
            cause=f"late:{order.id}",
            kind=Kind.LATE,
            sentence=f"{_name(order)} was due on {order.due_at:%Y-%m-%d} and is {order.state}.",
            remedy=f"`sitewright orders show {order.id}` says what it waits for.",
            orders=(order.id,),
        )
        for order in standing.late
    ]
    stuck = [
        Condition(
            cause=f"stuck:{order.id}",
            kind=Kind.STUCK,
            sentence=f"{_name(order)} is {order.state} since {order.since:%Y-%m-%d %H:%M} UTC; no run comes.",
            remedy=f"`sitewright doctor` says what is missing; `orders build {order.id}` tries now.",
            orders=(order.id,),
        )
        for order in standing.stuck
    ]
    return late + stuck


def blocked_condition(blocked: Blocked) -> Condition:
    """Return the condition for orders that wait for an operator, not for anything watched by itself."""
    error = getattr(sitewright.errors, blocked.cause, None)
    return Condition(
        cause=f"blocked:{blocked.cause}",
        kind=Kind.BLOCKED,
        sentence=f"{counted(blocked)} blocked: {what_it_means(blocked.cause)}",
        remedy=getattr(error, "remedy", "") or "`sitewright status` says why.",
        orders=tuple(order_id for order_id, _ in blocked.orders),
    )


def schedule_conditions(rounds: Iterable[Round]) -> list[Condition]:
    """Return a condition for each scheduled flow that is overdue."""
    return [
        Condition(
            cause=f"schedule:{each.name}",
            kind=Kind.SCHEDULE,
            sentence=f"The scheduled flow {each.name} was last done "
            + (f"at {each.ended_at:%Y-%m-%d %H:%M} UTC." if each.ended_at else "never."),
            remedy="See its runs in the Prefect UI; `python -m deployments.register` switches schedules on.",
        )
        for each in rounds
        if each.overdue
    ]


def counted(blocked: Blocked) -> str:
    """Return how many orders are blocked, and some of them by id and reference."""
    named = ", ".join(f"{order_id} ({reference})" for order_id, reference in blocked.orders[:MOST_NAMED])
    more = f" and {blocked.count - MOST_NAMED} more" if blocked.count > MOST_NAMED else ""
    return f"Order {named} is" if blocked.count == 1 else f"{blocked.count} orders ({named}{more}) are"


def what_it_means(cause: str) -> str:
    """Return the sentence of an error's type: its docstring, which holds nobody's words."""
    error = getattr(sitewright.errors, cause, None)
    return what_is_said(error) or f"{cause or 'its cause was not recorded'}."


def what_is_said(error: object) -> str:
    """Return the first line of an error type's docstring, which is its default message."""
    return (getattr(error, "__doc__", None) or "").partition("\n")[0]


def _name(order: OrderSummary) -> str:
    return f"Order {order.id} ({order.reference})"
