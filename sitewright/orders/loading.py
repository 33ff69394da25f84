"""Loading an order for a run: the frozen brief of one revision, and where the run begins."""

from sqlalchemy import ColumnElement, Executable, all_, delete, func, literal, select, update

from sitewright.database import Database
from sitewright.errors import UnknownStep
from sitewright.orders.leases import fence, known, prove_held, refuse_live, refuse_unbuildable
from sitewright.orders.models.order import LANGUAGES, Lease, Order, OrderState
from sitewright.orders.pauses import after_a_pause
from sitewright.orders.starting import refuse_other_revision
from sitewright.orders.states import state_changed
from sitewright.orders.tables import AiCallRow, LeaseRow, OrderRow, RevisionRow, StepRow
from sitewright.orders.timeline import note

STEPS = ("load", "plan", "page", "render", "check", "publish")
"""The steps of a run in their order.

`page` stands for every `page:<name>`. Those of an order's second language are `plan:<language>` and
`page:<language>/<name>`; they come between the first language's and `render`.
"""


async def open_revision(database: Database, order_id: int, revision: int | None, lease: Lease) -> Order:
    """Mark the order `building` and return it with the frozen brief of `revision` (None: the current one).

    Raises LeaseLost, OrderCancelled, UnknownOrder where there is no such order or revision, and
    TransitionRefused for a revision that a later one replaced.
    """
    query = (
        select(
            OrderRow.id,
            OrderRow.reference,
            OrderRow.revision,
            OrderRow.locale,
            OrderRow.document["second_locale"].astext.label("second_locale"),
            OrderRow.slug,
            OrderRow.product,
            RevisionRow.brief,
            OrderRow.placed_at,
            OrderRow.due_at,
            OrderRow.recoveries,
        )
        .join(RevisionRow, RevisionRow.order_id == OrderRow.id)
        .where(OrderRow.id == order_id, RevisionRow.number == OrderRow.revision)
    )
    async with database.transaction() as session:
        held = prove_held(order_id, lease, (await session.execute(fence(order_id))).one_or_none())
        refuse_unbuildable(order_id, held.state)
        row = (await session.execute(query)).one()
        refuse_other_revision(order_id, revision, row.revision)
        taken = state_changed(order_id, OrderState.BUILDING).values(cause=None, started_at=None)
        # Somebody who builds what was given up begins to count anew.
        recoveries = 0 if held.state is OrderState.FAILED else row.recoveries
        resume_at = after_a_pause(recoveries - 1) if recoveries else func.clock_timestamp()
        await session.execute(taken.values(recoveries=recoveries, resume_at=resume_at))
    if held.state is not OrderState.BUILDING:
        await note(
            database,
            order_id,
            OrderState.BUILDING,
            f"revision {row.revision}",
            revision=row.revision,
            flow_run_id=lease.flow_run_id,
        )
    columns = {name: value for name, value in row._asdict().items() if name in Order.model_fields}
    return Order.model_validate(columns | {"lease": lease})


async def begin_again(database: Database, order: Order, flow_run_id: str) -> bool:
    """Forget what is done of this revision, recorded answers too, once a flow run.

    Returns False, and changes nothing, when this flow run did so before: a retry of a run resumes what the
    run did. Raises LeaseLost and OrderCancelled.
    """
    begun = (
        update(RevisionRow)
        .where(*_revision(order.id, order.revision), literal(flow_run_id) != all_(RevisionRow.begun_again_by))
        .values(
            begun_again_by=func.array_append(RevisionRow.begun_again_by, flow_run_id),
            answers_from_token=order.lease.token,
        )
        .returning(RevisionRow.number)
    )
    async with database.transaction() as session:
        prove_held(order.id, order.lease, (await session.execute(fence(order.id))).one_or_none())
        if (await session.execute(begun)).one_or_none() is None:
            return False
        for statement in _reopened(order.id, order.revision, None):
            await session.execute(statement)
    await note(database, order.id, "begun again", revision=order.revision, flow_run_id=flow_run_id)
    return True


async def reopen_from(database: Database, order_id: int, revision: int | None, step: str) -> tuple[str, ...]:
    """Forget `step` and the steps that follow from it, with their recorded answers; return their names.

    `revision` None is the current one. `page:<name>` reopens that page alone, and `render` and what follows;
    `page:*` every page, `page:<language>/*` those of the second language. `plan` and `plan:<language>` reopen
    their language's pages; `plan:*` both. A run that was thought dead and wakes up can write nothing more.

    Raises UnknownOrder, UnknownStep, LeaseHeld while a run builds the order, OrderCancelled and
    TransitionRefused.
    """
    _refuse_unknown_step(step)
    async with database.transaction() as session:
        row = known(order_id, (await session.execute(fence(order_id))).one_or_none())
        refuse_unbuildable(order_id, row.state)
        refuse_live(order_id, row)
        current = select(OrderRow.revision).where(OrderRow.id == order_id)
        number = (await session.execute(current)).scalar_one()
        refuse_other_revision(order_id, revision, number)
        done = select(StepRow.name).where(StepRow.order_id == order_id, StepRow.revision == number)
        asked = select(AiCallRow.step).where(AiCallRow.order_id == order_id, AiCallRow.revision == number)
        there = (await session.execute(done.union(asked))).scalars()
        names = tuple(sorted(name for name in there if _follows(name, step)))
        # A run that was thought dead has neither lease nor answers to bring in from here on.
        given_back = func.coalesce(LeaseRow.released_at, func.clock_timestamp())
        for statement in (
            update(LeaseRow).where(LeaseRow.order_id == order_id).values(released_at=given_back),
            update(RevisionRow).where(*_revision(order_id, number)).values(answers_from_token=row.token + 1),
            *_reopened(order_id, number, names),
        ):
            await session.execute(statement)
    await note(
        database,
        order_id,
        "reopened",
        f"from {step}: {', '.join(names) or 'nothing was done'}",
        revision=number,
    )
    return names


def _refuse_unknown_step(step: str) -> None:
    kind, _, which = step.partition(":")
    may_be = {"page": bool(which), "plan": which in {"", "*", *LANGUAGES}}.get(kind, not which)
    if kind not in STEPS or not may_be:
        raise UnknownStep(f"There is no step '{step}'.")


def _follows(name: str, step: str) -> bool:
    """Return whether the step `name` is `step`, or has to be done again after it."""
    kind, _, which = step.partition(":")
    own_kind, _, own = name.partition(":")
    if own_kind not in STEPS:
        return True
    place, own_place = STEPS.index(kind), STEPS.index(own_kind)
    if own_place == place:
        return name == step or (which.endswith("*") and own.startswith(which.removesuffix("*")))
    if kind == "plan" and own_kind == "page":
        return which in {own.rpartition("/")[0], "*"}
    return own_place > place


def _revision(order_id: int, number: int) -> tuple[ColumnElement[bool], ...]:
    return RevisionRow.order_id == order_id, RevisionRow.number == number


def _reopened(order_id: int, revision: int, names: tuple[str, ...] | None) -> tuple[Executable, ...]:
    """Return the statements that forget the steps `names`; None: all of them."""
    steps = delete(StepRow).where(StepRow.order_id == order_id, StepRow.revision == revision)
    answers = update(AiCallRow).where(
        AiCallRow.order_id == order_id, AiCallRow.revision == revision, AiCallRow.discarded_at.is_(None)
    )
    if names is not None:
        steps, answers = steps.where(StepRow.name.in_(names)), answers.where(AiCallRow.step.in_(names))
    return steps, answers.values(discarded_at=func.clock_timestamp())
