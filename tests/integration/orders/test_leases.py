import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest

from sitewright.errors import LeaseHeld, LeaseLost, OrderCancelled, UnknownOrder
from sitewright.orders.leases import LEASE_SECONDS, beat, release_lease, take_lease
from sitewright.orders.ledger import complete_step, completed_step, note_resumed
from sitewright.orders.loading import begin_again, open_revision
from sitewright.orders.models.order import OrderState
from sitewright.orders.releases import release_made, site_published
from sitewright.orders.repository import show_order
from sitewright.orders.states import cancel_order, move
from tests.support.database import count_rows, run_sql, until_waiting
from tests.support.orders import building, in_state, opened, placed, publication, release, step

RUN = """
import asyncio, sys
from sitewright.database import Database
from sitewright.errors import RunEnded
from tests.support.orders import opened, step
from sitewright.orders.ledger import complete_step

async def run(url, order_id, flow_run_id):
    database = Database(url)
    try:
        order = await opened(database, order_id, flow_run_id)
        print("building", order.lease.token, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await complete_step(database, order, step("plan", run=flow_run_id, by=flow_run_id))
        print("written", flush=True)
    except RunEnded as ended:
        print(type(ended).__name__, ended, flush=True)
    finally:
        await database.close()

url, order_id = sys.stdin.readline().strip(), int(sys.argv[1])
asyncio.run(run(url, order_id, sys.argv[2]))
"""


@contextmanager
def run_of_its_own(database, order_id, flow_run_id):
    """A run in another process: `say()` is its next line; one written line lets it record its step."""
    arguments = [sys.executable, "-c", RUN, str(order_id), flow_run_id]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        process.stdin.write(database.url + "\n")
        process.say = lambda: process.stdout.readline().strip()
        try:
            yield process
        finally:
            process.kill()


async def _age_heartbeat(database, seconds):
    await run_sql(database, f"UPDATE leases SET heartbeat_at = clock_timestamp() - interval '{seconds} s'")


@pytest.mark.failure(14)
async def test_of_two_processes_at_once_one_builds_and_the_other_is_told_which(database):
    order_id = await placed(database)
    with (
        run_of_its_own(database, order_id, "run-1") as one,
        run_of_its_own(database, order_id, "run-2") as two,
    ):
        first, second = await asyncio.gather(asyncio.to_thread(one.say), asyncio.to_thread(two.say))
        (held,) = [said for said in (first, second) if said.startswith("LeaseHeld")]
        winner = "run-1" if held == second else "run-2"
        assert f"Flow run {winner} has this order since" in held
        assert "its last heartbeat was seen at" in held
    assert (await show_order(database, order_id)).attempts == 1


@pytest.mark.failure(14)
async def test_many_coroutines_at_once_get_one_lease(database):
    order_id = await placed(database)
    taken = await asyncio.gather(
        *(take_lease(database, order_id, f"run-{n}") for n in range(20)), return_exceptions=True
    )
    assert sum(not isinstance(one, LeaseHeld) for one in taken) == 1
    assert await run_sql(database, "SELECT token FROM leases") == [(1,)]


@pytest.mark.failure(14)
async def test_a_second_process_of_the_same_flow_run_gets_no_free_pass(database):
    order_id = await placed(database)
    with run_of_its_own(database, order_id, "run-1") as first:
        assert await asyncio.to_thread(first.say) == "building 1"
        with pytest.raises(LeaseHeld, match="run-1"):
            await take_lease(database, order_id, "run-1")


async def test_in_its_own_process_a_flow_run_takes_its_lease_again(database):
    """Its task is tried again, after it could not hand the lease back: the database was away."""
    first = await building(database, "run-1")
    assert (await take_lease(database, first.id, "run-1")).token == first.lease.token + 1
    with pytest.raises(LeaseLost):
        await beat(database, first.id, first.lease)


@pytest.mark.failure(14)
async def test_a_lease_is_taken_over_when_its_heartbeat_is_too_old_and_not_before(database):
    order = await building(database, "run-1")
    await _age_heartbeat(database, LEASE_SECONDS - 5)
    with pytest.raises(LeaseHeld):
        await take_lease(database, order.id, "run-2")
    await beat(database, order.id, order.lease)
    await _age_heartbeat(database, LEASE_SECONDS + 1)
    second = await take_lease(database, order.id, "run-2")
    assert (second.token, second.flow_run_id) == (2, "run-2")
    record = await show_order(database, order.id)
    assert record.attempts == 2
    assert record.timeline[-1].event == "taken over"
    assert "from flow run run-1" in record.timeline[-1].detail
    with pytest.raises(LeaseLost, match="Flow run run-2 took this order over"):
        await beat(database, order.id, order.lease)


async def test_the_lease_of_a_killed_process_is_free_at_once(database):
    order_id = await placed(database)
    with run_of_its_own(database, order_id, "run-1") as dead:
        assert await asyncio.to_thread(dead.say) == "building 1"
        with pytest.raises(LeaseHeld):
            await take_lease(database, order_id, "run-2")
        dead.kill()
        dead.wait()
        assert (await take_lease(database, order_id, "run-2")).token == 2


@pytest.mark.failure(14)
async def test_a_process_that_was_thought_dead_and_wakes_up_writes_nothing(database):
    order_id = await placed(database)
    with run_of_its_own(database, order_id, "zombie") as zombie:
        assert await asyncio.to_thread(zombie.say) == "building 1"
        zombie.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, zombie.pid, os.WSTOPPED | os.WNOWAIT)
        zombie.stdin.write("go on\n")
        await _age_heartbeat(database, LEASE_SECONDS + 1)
        order = await opened(database, order_id, "run-2")
        zombie.send_signal(signal.SIGCONT)
        said = await asyncio.to_thread(zombie.say)
    assert said.startswith("LeaseLost")
    assert "Flow run run-2 took this order over" in said
    assert await count_rows(database, "steps") == 0
    await complete_step(database, order, step("plan", run="run-2"))


@pytest.mark.failure(14)
async def test_a_write_that_waits_for_a_takeover_finds_out_and_writes_nothing(database):
    zombie = await building(database, "zombie")
    with psycopg.connect(database.url.replace("+psycopg", "")) as takeover:
        takeover.execute("UPDATE leases SET token = token + 1, flow_run_id = 'run-2'")
        write = asyncio.create_task(
            complete_step(database, zombie, step("render"), release_made(zombie, release()))
        )
        await until_waiting(database)
        assert not write.done()
        takeover.commit()
        with pytest.raises(LeaseLost, match="run-2"):
            await write
    assert await count_rows(database, "steps") == 0
    assert await count_rows(database, "releases") == 0


@pytest.mark.failure(14)
async def test_a_takeover_waits_for_a_write_that_began_before(database):
    order = await building(database, "run-1")
    await _age_heartbeat(database, LEASE_SECONDS + 1)
    with psycopg.connect(database.url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE steps")
        write = asyncio.create_task(complete_step(database, order, step("plan")))
        await until_waiting(database, 1)
        takeover = asyncio.create_task(take_lease(database, order.id, "run-2"))
        await until_waiting(database, 2)
        other.commit()
        await write
        assert (await takeover).token == 2
    assert await completed_step(database, order, "plan") is not None


@pytest.mark.failure(14)
async def test_nothing_can_be_done_with_a_lease_that_was_lost_or_given_back(database):
    order = await building(database)
    await release_lease(database, order.id, order.lease)
    await release_lease(database, order.id, order.lease)
    writes = (
        lambda: beat(database, order.id, order.lease),
        lambda: complete_step(database, order, step("plan")),
        lambda: note_resumed(database, order, "plan", "run-1"),
        lambda: begin_again(database, order, "run-1"),
        lambda: open_revision(database, order.id, None, order.lease),
        lambda: move(database, order.id, OrderState.FAILED, reason="because", lease=order.lease),
    )
    for write in writes:
        with pytest.raises(LeaseLost, match="gave this order back"):
            await write()
    second = await opened(database, order.id, "run-2")
    await release_lease(database, order.id, order.lease)  # the old one: the new lease stays
    for write in writes:
        with pytest.raises(LeaseLost, match="run-2 took this order over"):
            await write()
    assert await count_rows(database, "steps") == 0
    await beat(database, order.id, second.lease)
    assert (await show_order(database, order.id)).state is OrderState.BUILDING


async def test_a_cancelled_order_ends_its_run_at_the_next_heartbeat_or_write(database):
    order = await building(database)
    await cancel_order(database, order.id, "the operator")
    with pytest.raises(OrderCancelled):
        await beat(database, order.id, order.lease)
    with pytest.raises(OrderCancelled):
        await complete_step(
            database,
            order,
            step("publish"),
            release_made(order, release()),
            *site_published(order, publication(release())),
        )
    assert await count_rows(database, "releases") == 0
    with pytest.raises(OrderCancelled):
        await take_lease(database, order.id, "run-2")


@pytest.mark.failure(10)
@pytest.mark.parametrize("state", OrderState)
async def test_an_order_can_be_built_again_from_every_state_but_cancelled(database, state):
    order_id = await in_state(database, state)
    if state is OrderState.CANCELLED:
        with pytest.raises(OrderCancelled, match="was cancelled"):
            await take_lease(database, order_id, "run-1")
        return
    order = await opened(database, order_id)
    record = await show_order(database, order_id)
    assert (record.state, record.reason, record.attempts) == ("building", None, 1)
    assert order.revision == 1


async def test_an_order_that_is_not_there_is_unknown(database):
    with pytest.raises(UnknownOrder, match="There is no order 404"):
        await take_lease(database, 404, "run-1")
