"""The circuits of the AI routes: open while a route is refused, so that nobody asks with a dead key.

A circuit is a row for all workers. The first refused call opens it, in the transaction that records the call;
a trial of the route closes it. Routes that are no longer configured are not asked about: their rows stay as
they are and matter to nobody.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Executable, Interval, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from sitewright.database import Database
from sitewright.errors import CopywritingError, KeyRejected, PurseEmpty, RequestRejected
from sitewright.orders.ai_tables import CircuitRow
from sitewright.orders.models.base import Value
from sitewright.orders.models.usage import AiCall, CallOutcome

TRIED_EVERY = timedelta(seconds=50)
"""How long a claimed trial keeps other rounds from trying the route: recovery comes by every minute."""

_REFUSALS: dict[CallOutcome, type[CopywritingError]] = {
    CallOutcome.KEY_REJECTED: KeyRejected,
    CallOutcome.PURSE_EMPTY: PurseEmpty,
}
_CAUSES: dict[str, type[CopywritingError]] = {
    error.__name__: error for error in (KeyRejected, PurseEmpty, RequestRejected)
}


class Circuit(Value):
    """An open circuit: the route is refused since then, and not asked by any order.

    `cause` is the type of the error that a call of an order, or the newest trial, ended with; `detail` is its
    message. `tried_at` is when the route was last tried since.
    """

    id: int
    route: str
    model: str
    cause: str
    http_status: int | None
    detail: str
    since: datetime
    tried_at: datetime | None

    @property
    def remedy(self) -> str:
        """What to do about it, as a sentence."""
        return self._type.remedy

    def error(self) -> CopywritingError:
        """Return the error of an order that would have asked this route."""
        since = f"{self.since:%Y-%m-%d %H:%M:%S} UTC"
        error = self._type(f"Route {self.route} is not asked, it is refused since {since}: {self.detail}")
        # The detail names these already.
        error.route, error.model, error.status = self.route, self.model, self.http_status
        return error

    @property
    def _type(self) -> type[CopywritingError]:
        return _CAUSES.get(self.cause, KeyRejected)


async def open_circuits(database: Database, routes: Collection[str]) -> dict[str, Circuit]:
    """Return the open circuits of `routes`, by the route's name."""
    query = select(
        CircuitRow.id,
        CircuitRow.route,
        CircuitRow.model,
        CircuitRow.cause,
        CircuitRow.http_status,
        CircuitRow.detail,
        CircuitRow.opened_at.label("since"),
        CircuitRow.tried_at,
    ).where(CircuitRow.route.in_(sorted(routes)), CircuitRow.closed_at.is_(None))
    async with database.transaction() as session:
        rows = (await session.execute(query)).mappings().all()
    return {row["route"]: Circuit.model_validate(dict(row)) for row in rows}


async def refuse_when_open(database: Database, route: str) -> None:
    """Raise KeyRejected, PurseEmpty or RequestRejected when the route's circuit is open because of it."""
    for circuit in (await open_circuits(database, [route])).values():
        raise circuit.error()


def opened_by(call: AiCall) -> Iterator[Executable]:
    """Yield the statement that opens the circuit of a route that refused `call`; nothing for any other call.

    It belongs into the transaction that records the call. The first one wins: a later one changes nothing.
    """
    if refusal := _REFUSALS.get(call.outcome):
        opening = insert(CircuitRow).values(
            route=call.author.route,
            model=call.author.model,
            cause=refusal.__name__,
            http_status=call.http_status,
            detail=call.detail,
        )
        yield opening.on_conflict_do_nothing(
            index_elements=[CircuitRow.route], index_where=CircuitRow.closed_at.is_(None)
        )


async def claim_trials(database: Database, routes: Collection[str]) -> frozenset[str]:
    """Return those of `routes` with an open circuit that the caller, and nobody else now, is to try."""
    now = func.clock_timestamp()
    free = or_(
        CircuitRow.claimed_until.is_(None),
        CircuitRow.claimed_until <= now,
        # Written before the clock was stepped back.
        CircuitRow.claimed_until > now + literal(2 * TRIED_EVERY, Interval),
    )
    claimed = (
        update(CircuitRow)
        .where(CircuitRow.route.in_(sorted(routes)), CircuitRow.closed_at.is_(None), free)
        .values(claimed_until=now + literal(TRIED_EVERY, Interval))
        .returning(CircuitRow.route)
    )
    async with database.transaction() as session:
        return frozenset((await session.execute(claimed)).scalars())


async def settle_trial(database: Database, circuit: Circuit | None, problem: CopywritingError | None) -> None:
    """Bring a route's circuit to what a trial found; `circuit` is the one that was open when it began.

    No `problem` closes it; one that was opened meanwhile stays open, for that is newer. A key or a purse that
    the provider refused opens it, or is the new reason of one that is open, as is a request that was refused.
    All else (no answer, a variable that is not set where the trial was made) changes nothing.
    """
    async with database.transaction() as session:
        for statement in _settling(circuit, problem):
            await session.execute(statement)


def _settling(circuit: Circuit | None, problem: CopywritingError | None) -> Iterator[Executable]:
    now = func.clock_timestamp()
    if isinstance(problem, KeyRejected | PurseEmpty) and problem.status is not None:
        found = _found(problem)
        opening = insert(CircuitRow).values(route=problem.route, model=problem.model, tried_at=now, **found)
        yield opening.on_conflict_do_update(
            index_elements=[CircuitRow.route],
            index_where=CircuitRow.closed_at.is_(None),
            set_={"tried_at": now, **found},
        )
    elif circuit is not None:
        found = _found(problem) if isinstance(problem, RequestRejected) else {}
        closed = {"closed_at": now} if problem is None else {}
        still_open = CircuitRow.id == circuit.id, CircuitRow.closed_at.is_(None)
        yield update(CircuitRow).where(*still_open).values(tried_at=now, **found, **closed)


def _found(problem: CopywritingError) -> dict[str, str | int | None]:
    return {
        "cause": type(problem).__name__,
        "http_status": problem.status,
        "detail": problem.message,
    }
