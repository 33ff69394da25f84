"""AI calls: every one is a row, failed ones too, and an answer that was paid for is used again."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Interval, func, insert, literal, null, select, update

from sitewright.database import Database
from sitewright.errors import UnknownOrder
from sitewright.orders.budgets import hold_dropped
from sitewright.orders.circuits import opened_by
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import Author
from sitewright.orders.models.usage import AiCall, CallOutcome, RecordedAnswer
from sitewright.orders.tables import AiCallRow, RevisionRow

_ANSWERS = (
    CallOutcome.ANSWERED,
    CallOutcome.TRUNCATED,
    CallOutcome.REFUSED,
    CallOutcome.EMPTY,
    CallOutcome.INVALID,
)
"""How a call ended whose route works: it answered, whatever the answer was worth."""


async def last_calls(database: Database, routes: Iterable[str], within: timedelta) -> dict[str, bool]:
    """Return whether the last call of each of `routes` was answered, by name; only those called `within`."""
    last = select(AiCallRow.outcome, AiCallRow.started_at > func.now() - literal(within, Interval)).limit(1)
    async with database.transaction() as session:
        found = {
            route: row
            for route in sorted(routes)
            for row in await session.execute(
                last.where(AiCallRow.route == route).order_by(AiCallRow.id.desc())
            )
        }
    return {route: outcome in _ANSWERS for route, (outcome, is_late) in found.items() if is_late}


async def record_call(database: Database, order: Order, call: AiCall, *, hold_id: int | None = None) -> int:
    """Keep an AI call and return its id; what the order's budget held for it goes in the same transaction.

    A call that the provider refused for its key or its purse opens the route's circuit in it too. A run that
    lost its lease records its calls all the same, because they were paid. Where the revision was
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
        if hold_id is not None:
            await session.execute(hold_dropped(hold_id))
        call_id = (await session.execute(row.returning(AiCallRow.id))).scalar_one()
        for statement in opened_by(call):
            await session.execute(statement)
        return call_id


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
