"""The run's right to its order, against a real database: whatever ends a run, the order is handed back."""

import asyncio
from collections.abc import Iterator

import anyio
import pytest
from prefect.logging import disable_run_logger

from sitewright.errors import (
    LeaseLost,
    OrderCancelled,
    RenderingError,
    SiteRootUnwritable,
    TransitionRefused,
    VerificationFailed,
    WorkerStopping,
)
from sitewright.orders.leases import take_lease
from sitewright.orders.models.order import OrderState
from sitewright.orders.recovery import interrupted_orders
from sitewright.orders.repository import show_order
from sitewright.orders.states import cancel_order
from tasks import lease as tasks_lease
from tasks.lease import failure_recorded
from tests.support.database import run_sql
from tests.support.orders import building, in_state


@pytest.fixture(autouse=True)
def _outside_prefect() -> Iterator[None]:
    with disable_run_logger():
        yield


@pytest.fixture
def _fast_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_lease, "HEARTBEAT_SECONDS", 0.05)


async def handed_back(database, order_id):
    [(released,)] = await run_sql(
        database, f"SELECT released_at IS NOT NULL FROM leases WHERE order_id = {order_id}"
    )
    return released


@pytest.mark.parametrize(
    ("error", "state"), [(RenderingError("It broke."), "failed"), (SiteRootUnwritable("No."), "blocked")]
)
async def test_a_failure_is_a_state_with_its_cause_and_the_order_is_handed_back(database, error, state):
    order = await building(database, "run-1")
    with pytest.raises(type(error)):
        async with failure_recorded(database, order.id, order.lease, step="render"):
            raise error
    shown = await show_order(database, order.id)
    assert (shown.state, shown.reason) == (state, str(error))
    assert f"Order {order.id}, step render: " in shown.reason
    assert await handed_back(database, order.id)


async def test_a_run_that_asks_for_what_the_order_cannot_do_leaves_a_live_site_as_it_is(database):
    order_id = await in_state(database, OrderState.PUBLISHED)
    lease = await take_lease(database, order_id, "run-1")
    with pytest.raises(TransitionRefused, match="Revision 1 was replaced"):
        async with failure_recorded(database, order_id, lease, step="load"):
            raise TransitionRefused("Revision 1 was replaced.")
    assert (await show_order(database, order_id)).state == "published"
    assert await handed_back(database, order_id)


async def test_a_failure_after_the_order_was_published_keeps_its_own_sentence(database):
    order_id = await in_state(database, OrderState.PUBLISHED)
    lease = await take_lease(database, order_id, "run-1")
    with pytest.raises(RenderingError, match=r"It broke\."):
        async with failure_recorded(database, order_id, lease):
            raise RenderingError("It broke.")
    assert await handed_back(database, order_id)


@pytest.mark.failure(17)
async def test_a_run_over_its_time_hands_its_order_back_though_it_is_cancelled_at_every_await(database):
    order = await building(database, "run-1")
    with anyio.move_on_after(0.05) as limit:
        async with failure_recorded(database, order.id, order.lease):
            await anyio.sleep_forever()
    assert limit.cancelled_caught
    assert await handed_back(database, order.id)
    assert (await show_order(database, order.id)).reason.startswith("Its run was stopped (CancelledError)")


@pytest.mark.usefixtures("_fast_heart")
@pytest.mark.failure(14)
async def test_the_heart_goes_on_after_beats_that_the_database_refused(database):
    order = await building(database, "run-1")
    last = f"SELECT heartbeat_at FROM leases WHERE order_id = {order.id}"
    async with tasks_lease._heartbeat(database, order):
        await run_sql(database, "ALTER TABLE leases RENAME TO away")
        await asyncio.sleep(0.3)
        await run_sql(database, "ALTER TABLE away RENAME TO leases")
        before = await run_sql(database, last)
        while await run_sql(database, last) == before:
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("_fast_heart")
@pytest.mark.failure(14)
async def test_the_heart_ends_a_run_whose_order_was_cancelled_or_taken_over(database):
    async def working(order):
        async with tasks_lease._heartbeat(database, order):
            await asyncio.sleep(30)

    cancelled = await building(database, "run-1")
    await cancel_order(database, cancelled.id, "a test")
    lost = await building(database, "run-1", reference="LOST")
    await run_sql(
        database, f"UPDATE leases SET token = token + 1, flow_run_id = 'run-2' WHERE order_id = {lost.id}"
    )
    with pytest.raises(OrderCancelled):
        await working(cancelled)
    with pytest.raises(LeaseLost, match="run-2"):
        await working(lost)
    # The cancellation that ended the block is not left behind for whatever comes next.
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


@pytest.mark.parametrize("fault", [VerificationFailed("No answer."), RuntimeError("Nobody foresaw this.")])
async def test_a_fault_of_the_machine_that_is_left_after_all_retries_waits_for_recovery(database, fault):
    order = await building(database, "run-1")
    with pytest.raises(type(fault)):
        async with failure_recorded(database, order.id, order.lease):
            raise fault
    shown = await show_order(database, order.id)
    assert shown.state == "building"
    assert str(fault.args[0]) in shown.reason
    assert shown.timeline[-1].event == "interrupted"
    assert shown.timeline[-1].detail.endswith("It is tried again in 0:00:15.")
    assert await handed_back(database, order.id)


async def test_a_run_that_is_asked_to_stop_hands_its_order_on_to_be_resumed_at_once(database):
    order = await building(database, "run-1")
    with pytest.raises(WorkerStopping):
        async with failure_recorded(database, order.id, order.lease):
            raise WorkerStopping
    [due] = await interrupted_orders(database, 10)
    assert (due.id, due.last_run, due.recoveries) == (order.id, "run-1", 0)
    assert (await show_order(database, order.id)).timeline[-1].event == "handed on"


async def test_a_run_that_is_stopped_says_so_on_the_order(database):
    order = await building(database, "run-1")
    with pytest.raises(KeyboardInterrupt):
        async with failure_recorded(database, order.id, order.lease):
            raise KeyboardInterrupt
    shown = await show_order(database, order.id)
    assert shown.state == "building"
    assert shown.reason.startswith("Its run was stopped (KeyboardInterrupt)")
    assert await handed_back(database, order.id)
