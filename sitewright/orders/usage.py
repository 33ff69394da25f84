"""AI calls: every one is a row, failed ones too, and an answer that was paid for is used again."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import PlainSerializer
from sqlalchemy import case, func, insert, literal, null, select, update

from sitewright.database import Database
from sitewright.errors import UnknownOrder
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import Author
from sitewright.orders.models.usage import AiCall, CallOutcome, RecordedAnswer
from sitewright.orders.tables import AiCallRow, RevisionRow

Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""An amount in the account's currency; a number in JSON."""


_REFUSED = (CallOutcome.KEY_REJECTED, CallOutcome.PURSE_EMPTY)


class UsageRow(Value):
    """What one step of a revision asked of one route and model; `failed` calls gave no usable answer."""

    step: str
    author: Author
    calls: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost: Money
    seconds: float


class RouteStanding(Value):
    """How a route stands by its last call: open when its key was rejected or its purse was empty."""

    circuit: Literal["closed", "open"]
    reason: str
    since: datetime


async def route_standings(database: Database, routes: Iterable[str]) -> dict[str, RouteStanding]:
    """Return how each of `routes` that was ever called stands, by its name."""
    last = select(AiCallRow.route, AiCallRow.outcome, AiCallRow.detail, AiCallRow.started_at).limit(1)
    async with database.transaction() as session:
        rows = [
            row
            for route in routes
            for row in await session.execute(
                last.where(AiCallRow.route == route).order_by(AiCallRow.id.desc())
            )
        ]
    return {
        row.route: RouteStanding(
            circuit="open" if row.outcome in _REFUSED else "closed",
            reason=row.detail if row.outcome in _REFUSED else "",
            since=row.started_at,
        )
        for row in rows
    }


async def record_call(database: Database, order: Order, call: AiCall) -> int:
    """Keep an AI call and return its id.

    A run that lost its lease records its calls all the same, because they were paid. Where the revision was
    begun again or reopened since the run took its lease, its answer is kept as discarded.
    """
    # The shared lock makes this wait for a transaction that discards answers, and that for this.
    current = (
        select(RevisionRow.answers_from_token)
        .where(RevisionRow.order_id == order.id, RevisionRow.number == order.revision)
        .with_for_update(read=True)
    )
    columns = call.model_dump(exclude={"author"}) | call.author.model_dump()
    async with database.transaction() as session:
        from_token = (await session.execute(current)).scalar_one_or_none()
        if from_token is None:
            raise UnknownOrder(f"There is no revision {order.revision} of order {order.id}.")
        discarded = func.now() if order.lease.token < from_token else null()
        row = insert(AiCallRow).values(
            order_id=order.id, revision=order.revision, discarded_at=discarded, **columns
        )
        return (await session.execute(row.returning(AiCallRow.id))).scalar_one()


async def recall_answer(database: Database, order: Order, request_hash: str) -> RecordedAnswer | None:
    """Return the newest answer that was kept for an equal request of this revision, if there is one.

    Answers that were found invalid or that were discarded do not count.
    """
    query = (
        select(AiCallRow.id, AiCallRow.answer, AiCallRow.route, AiCallRow.model, AiCallRow.ai)
        .where(
            AiCallRow.request_hash == request_hash,
            AiCallRow.order_id == order.id,
            AiCallRow.revision == order.revision,
            AiCallRow.outcome == CallOutcome.ANSWERED,
            AiCallRow.answer.is_not(None),
            AiCallRow.discarded_at.is_(None),
        )
        .order_by(AiCallRow.id.desc())
        .limit(1)
    )
    async with database.transaction() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    author = Author(route=row.route, model=row.model, ai=row.ai)
    return RecordedAnswer(call_id=row.id, text=row.answer, author=author)


async def reject_answer(database: Database, call_id: int, problem: str) -> None:
    """Mark a recorded answer as invalid, with what is wrong with it; it is never recalled again."""
    rejected = (
        update(AiCallRow).where(AiCallRow.id == call_id).values(outcome=CallOutcome.INVALID, detail=problem)
    )
    async with database.transaction() as session:
        await session.execute(rejected)


async def usage_table(database: Database, order_id: int, revision: int) -> tuple[UsageRow, ...]:
    """Return what each step of a revision asked of each route and model, in the order of the first call."""
    failed = func.sum(case((AiCallRow.outcome == CallOutcome.ANSWERED, 0), else_=literal(1)))
    who = (AiCallRow.step, AiCallRow.route, AiCallRow.model, AiCallRow.ai)
    query = (
        select(
            *who,
            func.count().label("calls"),
            failed.label("failed"),
            func.sum(AiCallRow.tokens_in).label("tokens_in"),
            func.sum(AiCallRow.tokens_out).label("tokens_out"),
            func.sum(AiCallRow.cost).label("cost"),
            func.sum(AiCallRow.seconds).label("seconds"),
        )
        .where(AiCallRow.order_id == order_id, AiCallRow.revision == revision)
        .group_by(*who)
        .order_by(func.min(AiCallRow.id))
    )
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return tuple(
        UsageRow(
            author=Author(route=row["route"], model=row["model"], ai=row["ai"]),
            **{field: row[field] for field in UsageRow.model_fields if field != "author"},
        )
        for row in rows
    )
