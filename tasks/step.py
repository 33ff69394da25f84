"""The one place where a Prefect task and the ledger meet: what makes a task a resumable step.

Prefect runs and shows a step; the ledger decides whether it is done. A step whose ledger row carries an equal
fingerprint is not done again: its recorded value is returned and its task run ends in a completed state named
*Resumed* that says when and by which run it was done.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, cast

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run as runtime
from prefect.runtime import task_run
from prefect.states import Completed
from prefect.tasks import Task
from pydantic import ValidationError

from sitewright.database import Database, open_database
from sitewright.errors import (
    DatabaseUnavailable,
    PublishingError,
    SitewrightError,
    StepTimedOut,
    VerificationFailed,
)
from sitewright.orders.leases import beat
from sitewright.orders.ledger import CompletedStep, StatementFor, complete_step, completed_step, note_resumed
from sitewright.orders.models.base import Value, fingerprint
from sitewright.orders.models.order import Order
from sitewright.orders.timeline import note
from sitewright.settings import load_settings
from tasks.draining import is_asked_to_stop, refuse_when_stopping
from tasks.run_states import refuse_when_cancelled

P = ParamSpec("P")
V = TypeVar("V", bound=Value)

Work: TypeAlias = Callable[Concatenate[Order, P], Awaitable[V]]
"""What a step does: a coroutine function whose first argument is the order."""

RETRY_DELAYS_SECONDS: list[float] = [2, 10, 30]


@dataclass(frozen=True)
class Recording(Generic[V]):
    """How a step's value is kept and trusted again.

    `value` is the model that the ledger's JSON is read back into. `tells` says of a value what people want to
    read on the timeline, under `event`; `shows` shows it in the Prefect UI, on every run. `records` gives the
    statements that belong into the same transaction as the ledger row. `holds` says whether a recorded value
    is still good (a release's files may be gone); where it is False, the step is done again. `reaffirm` runs
    `records` again when the step is resumed.
    """

    value: type[V]
    tells: Callable[[V], str] = lambda _value: ""
    event: str = "step done"
    shows: Callable[[Order, V], Awaitable[None]] | None = None
    records: Callable[[Order, V], Sequence[StatementFor]] = lambda _order, _value: ()
    holds: Callable[[Order, V], Awaitable[bool]] | None = None
    reaffirm: bool = False


class Step(Generic[P, V]):
    """A resumable step: call it like the coroutine function it wraps; `task` is the Prefect task."""

    def __init__(self, prefect_task: Task[P, Coroutine[Any, Any, Any]]) -> None:
        self.task = prefect_task

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> V:
        """Run the step as a Prefect task and return its value, done now or recorded before."""
        # A task that returns a state hands its caller that state; the value is inside it.
        state: State[V] = await cast(Any, self.task)(*args, **kwargs, return_state=True)
        return await state.aresult()


def resumable(run_name: str) -> Callable[[Callable[P, Coroutine[Any, Any, V | State[V]]]], Step[P, V]]:
    """Make a coroutine function a Prefect task as every step is one: no cache, machine's faults retried.

    `run_name` names the task run: a format string over the function's arguments.
    """

    def decorate(work: Callable[P, Coroutine[Any, Any, V | State[V]]]) -> Step[P, V]:
        return Step(
            task(
                name=work.__name__,
                task_run_name=run_name,
                tags=["step"],
                cache_policy=NO_CACHE,
                persist_result=False,
                retries=len(RETRY_DELAYS_SECONDS),
                retry_delay_seconds=RETRY_DELAYS_SECONDS,
                retry_condition_fn=_machine_fault,
            )(work)
        )

    return decorate


def step(
    name: str,
    recording: Recording[V],
    *,
    inputs: Callable[Concatenate[Order, P], Sequence[Any]],
    timeout_seconds: float,
) -> Callable[[Work[P, V]], Step[Concatenate[Order, P], V]]:
    """Make a coroutine function, whose first argument is the `Order`, a resumable step.

    `name` is the step's name in the ledger, a format string over the function's arguments
    (`{order.page_step}{page.page}`). `inputs` gives what the step depends on, its version among it: equal
    inputs, equal fingerprint. After `timeout_seconds` an attempt ends with StepTimedOut.
    """

    def decorate(work: Work[P, V]) -> Step[Concatenate[Order, P], V]:
        signature = inspect.signature(work)

        @wraps(work)
        async def run(order: Order, *args: P.args, **kwargs: P.kwargs) -> V | State[V]:
            arguments = signature.bind(order, *args, **kwargs).arguments
            attempt = Attempt(
                database=open_database(load_settings()),
                order=order,
                name=name.format(**arguments),
                fingerprint=fingerprint(*inputs(order, *args, **kwargs)),
                recording=recording,
                timeout_seconds=timeout_seconds,
            )
            async with time_limit(timeout_seconds):
                resumed = await attempt.resume()
            return resumed or await attempt.do(partial(work, order, *args, **kwargs))

        return resumable(name)(run)

    return decorate


@dataclass(frozen=True)
class Attempt(Generic[V]):
    """One attempt at one step of one order."""

    database: Database
    order: Order
    name: str
    fingerprint: str
    recording: Recording[V]
    timeout_seconds: float

    async def resume(self) -> State[V] | None:
        """Return the recorded value in a *Resumed* state, or None where the step has to be done."""
        done = await completed_step(self.database, self.order, self.name)
        if done is None or done.fingerprint != self.fingerprint:
            return None
        try:
            value = self.recording.value.model_validate(done.data)
        except ValidationError:  # recorded by a version whose values had another shape
            return None
        if self.recording.holds is not None and not await self.recording.holds(self.order, value):
            return None
        also = self.recording.records(self.order, value) if self.recording.reaffirm else ()
        await note_resumed(self.database, self.order, self.name, runtime.get_id() or "", *also)
        when = done.finished_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        message = f"{self.name} was done {when} by run {done.flow_run_id}."
        if self.recording.reaffirm:
            await self._note(f"{message} {self.recording.tells(value)}")
        get_run_logger().info("Order %s: resumed: %s", self.order.id, message)
        await self._show(value)
        return Completed(name="Resumed", message=message, data=value)

    async def do(self, work: Callable[[], Awaitable[V]]) -> V:
        """Do the work and record it; the ledger row and the step's data share one transaction."""
        get_run_logger().info("Order %s: %s begins.", self.order.id, self.name)
        started_at = datetime.now(UTC)
        try:
            # A run that was stopped, cancelled or taken over finds out before it pays for anything.
            refuse_when_stopping()
            await refuse_when_cancelled()
            await beat(self.database, self.order.id, self.order.lease)
            async with time_limit(self.timeout_seconds):
                value = await work()
            done = CompletedStep(
                name=self.name,
                fingerprint=self.fingerprint,
                started_at=started_at,
                finished_at=datetime.now(UTC),
                flow_run_id=runtime.get_id() or "",
                data=value.model_dump(mode="json"),
            )
            await complete_step(self.database, self.order, done, *self.recording.records(self.order, value))
        except SitewrightError as error:
            error.order_id, error.step = self.order.id, self.name
            raise
        await self._tell(done, value)
        return value

    async def _tell(self, done: CompletedStep, value: V) -> None:
        seconds = (done.finished_at - done.started_at).total_seconds()
        told = self.recording.tells(value)
        summary = f"{self.name} in {seconds:.1f} s" + (f": {told}" if told else "")
        await self._note(summary)
        get_run_logger().info("Order %s: done: %s.", self.order.id, summary)
        await self._show(value)

    async def _note(self, detail: str) -> None:
        where = {"step": self.name, "flow_run_id": runtime.get_id()}
        event, revision = self.recording.event, self.order.revision
        await note(self.database, self.order.id, event, detail, revision=revision, **where)

    async def _show(self, value: V) -> None:
        if self.recording.shows is not None:
            await self.recording.shows(self.order, value)


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """End the block after `seconds` with StepTimedOut; a timeout of the work's own passes as it is."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as cause:
        if not limit.expired():
            raise
        raise StepTimedOut(f"It took longer than {seconds:.0f} seconds.") from cause


def will_be_tried_again(error: BaseException) -> bool:
    """Return whether Prefect runs the current task again after `error`; False outside a task."""
    runs = task_run.run_count or 0
    return _is_tried_again(error) and 1 <= runs <= len(RETRY_DELAYS_SECONDS)


def is_machine_fault(error: object) -> bool:
    """Return whether `error` is the machine's: PostgreSQL away, the disk, the network to the target.

    A plain PublishingError is what no cause of its own was found for, an I/O error of the disk among them.
    """
    return isinstance(error, DatabaseUnavailable | VerificationFailed) or type(error) is PublishingError


async def _machine_fault(_task: Task[Any, Any], _task_run: TaskRun, state: State[Any]) -> bool:
    """Say to Prefect what it tries again; all else has another owner of its retries (rule 5)."""
    return _is_tried_again(await state.aresult(raise_on_failure=False))


def _is_tried_again(error: object) -> bool:
    return is_machine_fault(error) and not is_asked_to_stop()
