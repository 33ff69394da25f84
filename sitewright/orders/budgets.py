"""An order's budget: no AI call is begun that could take the order's cost, all revisions together, past it.

Before a request, what it can cost at most is held; the transaction that records the call takes the hold away.
So what is recorded and what is held together never pass the budget, however many pages are asked for at
once. A hold whose call was never recorded was left by a process that died: the call may have been paid, so it
counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Interval,
    Row,
    Select,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from sitewright.database import Database
from sitewright.errors import BudgetSpent
from sitewright.orders.ai_tables import AiHoldRow
from sitewright.orders.leases import LeaseFacts, is_live
from sitewright.orders.models.order import Order
from sitewright.orders.tables import AiCallRow

_TO_RECORD = timedelta(minutes=3)
"""How long recording a call may take at most, while the database comes and goes."""


@dataclass(frozen=True)
class NextCall:
    """A request that is about to be sent: what it can cost at `most`, and how many `seconds` it may take."""

    step: str
    route: str
    model: str
    most: Decimal
    seconds: float


class _Sums(NamedTuple):
    """What an order's recorded calls cost; what calls that will not be recorded, and those in flight, may."""

    spent: Decimal
    left: Decimal
    in_flight: Decimal


async def hold(database: Database, order: Order, budget: Decimal, call: NextCall) -> int | None:
    """Hold what `call` can cost at most and return the hold's id.

    None while only the holds of calls in flight stand against it: when these are recorded it may fit. Raises
    BudgetSpent when it does not fit even without them.
    """
    async with database.transaction() as session:
        # One at a time an order. Not the order's row: steps are recorded under its lock. And a statement of
        # its own, so that the sums are read after the wait.
        await session.execute(_alone(order.id))
        sums = _Sums(*(await session.execute(_sums(order))).one())
        if sum(sums) + call.most <= budget:
            return (await session.execute(_held(order, call))).scalar_one()
    if sums.spent + sums.left + call.most > budget:
        raise _spent(budget, call, sums)
    return None


async def drop_hold(database: Database, hold_id: int) -> None:
    """Take a hold away whose request was never sent."""
    async with database.transaction() as session:
        await session.execute(hold_dropped(hold_id))


async def leave_hold(database: Database, hold_id: int) -> None:
    """Say that nobody will record the call of this hold: its request may have been sent, and paid."""
    left = update(AiHoldRow).where(AiHoldRow.id == hold_id).values(until=func.clock_timestamp())
    async with database.transaction() as session:
        await session.execute(left)


class Held(NamedTuple):
    """What is held for an order's calls: for those in flight, and for those that nobody will record."""

    in_flight: Decimal
    perhaps_paid: Decimal


def held(holds: Iterable[Row[int, bool, Decimal]], lease: Row[*LeaseFacts]) -> Held:
    """Return what the rows of `holds_of` come to; a call is in flight while its run has the order."""
    sums = {True: Decimal(0), False: Decimal(0)}
    live = is_live(lease)
    for hold in holds:
        sums[live and hold.token == lease.token and hold.lasts] += hold.amount
    return Held(in_flight=sums[True], perhaps_paid=sums[False])


def holds_of(order_id: int) -> Select[int, bool, Decimal]:
    """Return the query for an order's holds: lease token, whether the call may last, amount."""
    lasts = (AiHoldRow.until > func.clock_timestamp()).label("lasts")
    return select(AiHoldRow.token, lasts, AiHoldRow.amount).where(AiHoldRow.order_id == order_id)


def hold_dropped(hold_id: int) -> Executable:
    """Return the statement that takes a hold away; it belongs into the transaction that records its call."""
    return delete(AiHoldRow).where(AiHoldRow.id == hold_id)


def budget_needed(order_id: int, most: Decimal) -> ColumnElement[Decimal]:
    """Return the least budget with which a call that costs `most` at most can be begun, as an expression."""
    held = select(func.coalesce(func.sum(AiHoldRow.amount), 0)).where(AiHoldRow.order_id == order_id)
    return _recorded(order_id).scalar_subquery() + held.scalar_subquery() + literal(most)


def money(amount: Decimal, *, up: bool = False) -> str:
    """Return an amount for people, to four places; `up` where a smaller one would not do."""
    places = Decimal("0.0001")
    return f"{amount.quantize(places, rounding=ROUND_CEILING) if up else amount:.4f}"


def _alone(order_id: int) -> Executable:
    return select(func.pg_advisory_xact_lock(func.hashtextextended(f"ai_holds:{order_id}", 0)))


def _sums(order: Order) -> Select[Decimal, Decimal, Decimal]:
    """Return the query for the order's `_Sums`.

    One statement, one snapshot: a call that is recorded meanwhile is in exactly one of the sums. A call is in
    flight while its time lasts and its run is this one; no other run asks for this order any more.
    """
    in_flight = (AiHoldRow.token == order.lease.token) & (AiHoldRow.until > func.clock_timestamp())
    held = (
        select(
            func.coalesce(func.sum(AiHoldRow.amount).filter(~in_flight), 0).label("left"),
            func.coalesce(func.sum(AiHoldRow.amount).filter(in_flight), 0).label("in_flight"),
        )
        .where(AiHoldRow.order_id == order.id)
        .subquery()
    )
    return select(_recorded(order.id).scalar_subquery(), held.c.left, held.c.in_flight)


def _recorded(order_id: int) -> Select[Decimal]:
    return select(func.coalesce(func.sum(AiCallRow.cost), 0)).where(AiCallRow.order_id == order_id)


def _held(order: Order, call: NextCall) -> ReturningInsert[int]:
    lasts = timedelta(seconds=call.seconds) + _TO_RECORD
    values = {
        "order_id": order.id,
        "token": order.lease.token,
        "step": call.step,
        "route": call.route,
        "amount": call.most,
        "until": func.clock_timestamp() + literal(lasts, Interval),
    }
    return insert(AiHoldRow).values(**values).returning(AiHoldRow.id)


def _spent(budget: Decimal, call: NextCall, sums: _Sums) -> BudgetSpent:
    unknown = f", {money(sums.left)} may have been by calls whose end is not known" if sums.left else ""
    in_flight = f", {money(sums.in_flight)} is held for calls in flight" if sums.in_flight else ""
    error = BudgetSpent(
        f"The next AI call may cost up to {money(call.most, up=True)} and so pass the order's budget of "
        f"{money(budget)}: {money(sums.spent)} is spent{unknown}{in_flight}. It takes a budget of at least "
        f"{money(sums.spent + sums.left + call.most, up=True)}.",
        route=call.route,
        model=call.model,
    )
    error.most = call.most
    return error
