"""Which orders recovery finds, against a real database: every one that is due something, and no other."""

import subprocess
import sys

import pytest

from sitewright.errors import (
    DatabaseRefused,
    KeyRejected,
    LeaseHeld,
    RenderingError,
    RouteUnavailable,
    SiteRootUnwritable,
    VerificationFailed,
)
from sitewright.orders.failures import hand_back, record_failure
from sitewright.orders.leases import LEASE_SECONDS, release_lease, take_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.models.order import OrderState
from sitewright.orders.pauses import MOST_RECOVERIES, PAUSES
from sitewright.orders.recovery import (
    Why,
    block,
    causes_waited_for,
    give_up,
    interrupted_orders,
    mark_resumed,
    mended_orders,
    orders_with_a_run_on_its_way,
)
from sitewright.orders.releases import release_made, site_published
from sitewright.orders.repository import show_order
from sitewright.orders.starting import mark_started, not_needed, undispatched_orders
from sitewright.orders.states import cancel_order
from tasks.mend_causes import ROUTE
from tests.support.database import run_sql
from tests.support.orders import (
    BICYCLES,
    GARDENER,
    building,
    in_state,
    opened,
    placed,
    publication,
    release,
    step,
)

NO_ANSWER = VerificationFailed("No answer.")

CAUSES = frozenset({"KeyRejected", "SiteRootUnwritable"})


async def silent(database, order_id, seconds=LEASE_SECONDS + 1):
    """Let the lease's heartbeat be as old as that, held by a process of another machine."""
    await run_sql(
        database,
        f"UPDATE leases SET holder = '', heartbeat_at = clock_timestamp() - interval '{seconds} s'"
        f" WHERE order_id = {order_id}",
    )


async def pause_of(database, order_id):
    [(seconds,)] = await run_sql(
        database,
        f"SELECT extract(epoch FROM resume_at - clock_timestamp())::float FROM orders WHERE id = {order_id}",
    )
    return seconds


async def long_asked_for(database):
    await run_sql(
        database,
        "UPDATE orders SET started_at = clock_timestamp() - interval '1 minute' WHERE started_at IS NOT NULL",
    )


async def pause_over(database):
    await run_sql(database, "UPDATE orders SET resume_at = clock_timestamp() WHERE resume_at IS NOT NULL")


async def found(database):
    return [order.id for order in await interrupted_orders(database, 100)]


@pytest.mark.failure(9, 12)
async def test_every_order_that_is_building_without_a_live_run_is_found_and_no_other(database):
    silent_one = await building(database, "run-1", reference="SILENT")
    await silent(database, silent_one.id)
    given_back = await building(database, "run-2", reference="GIVEN-BACK")
    await release_lease(database, given_back.id, given_back.lease)
    live = await building(database, "run-3", reference="LIVE")
    await placed(database, reference="PLACED")
    for state in (OrderState.PUBLISHED, OrderState.FAILED, OrderState.CANCELLED, OrderState.BLOCKED):
        await in_state(database, state, reference=state.name)
    assert await found(database) == [silent_one.id, given_back.id]
    await silent(database, live.id, seconds=LEASE_SECONDS - 5)
    assert live.id not in await found(database)


@pytest.mark.failure(8, 12)
async def test_an_order_whose_process_died_a_moment_ago_is_found_without_waiting_for_its_heartbeat(
    database,
):
    order_id = await placed(database)
    script = f"""
import asyncio, os, signal
from sitewright.database import Database
from tests.support.orders import opened
asyncio.run(opened(Database({database.url!r}), {order_id}, "run-1"))
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -9
    [due] = await interrupted_orders(database, 10)
    assert (due.id, due.why, due.last_run) == (order_id, Why.INTERRUPTED, "run-1")


@pytest.mark.failure(12)
async def test_pauses_grow_while_nothing_is_achieved_and_begin_anew_with_every_step(database):
    order_id = await placed(database)
    waited = []
    for number in range(4):
        order = await opened(database, order_id, f"run-{number}")
        await record_failure(
            database, order_id, order.lease, VerificationFailed("No answer."), step="publish"
        )
        waited.append(round(await pause_of(database, order_id)))
        assert await found(database) == []
        await pause_over(database)
        [due] = await interrupted_orders(database, 10)
        assert await mark_resumed(database, due, f"run-{number + 1}")
    assert waited == [pause.total_seconds() for pause in PAUSES[:4]]
    order = await opened(database, order_id, "run-4")
    await complete_step(database, order, step("plan"))
    assert await run_sql(database, "SELECT recoveries, resume_at <= now() FROM orders") == [(0, True)]


@pytest.mark.failure(12)
async def test_a_run_that_died_again_without_a_new_step_is_resumed_after_a_pause(database):
    order = await building(database, "run-1")
    await silent(database, order.id)
    [due] = await interrupted_orders(database, 10)
    await mark_resumed(database, due, "run-2")
    await opened(database, order.id, "run-2")
    await silent(database, order.id)
    assert await found(database) == []
    assert await pause_of(database, order.id) == pytest.approx(PAUSES[0].total_seconds(), abs=2)
    await pause_over(database)
    assert await found(database) == [order.id]


@pytest.mark.failure(12)
async def test_tries_are_capped_then_the_order_has_failed_and_building_it_counts_anew(
    database,
):
    order_id = await placed(database)
    order = await opened(database, order_id, "run-1")
    await run_sql(database, f"UPDATE orders SET recoveries = {MOST_RECOVERIES}")
    await record_failure(database, order_id, order.lease, NO_ANSWER, step="publish")
    shown = await show_order(database, order_id)
    assert shown.state == "failed"
    assert shown.reason.startswith("No answer.")
    assert shown.reason.endswith(f"Given up after {MOST_RECOVERIES} tries without a new step.")
    await opened(database, order_id, "run-2")
    assert await run_sql(database, "SELECT recoveries FROM orders") == [(0,)]


@pytest.mark.failure(12)
async def test_an_order_whose_runs_only_die_is_given_up_with_what_to_do(database):
    order = await building(database, "run-1")
    await silent(database, order.id)
    await run_sql(database, f"UPDATE orders SET recoveries = {MOST_RECOVERIES}")
    [due] = await interrupted_orders(database, 10)
    assert await give_up(database, due)
    shown = await show_order(database, order.id)
    assert shown.state == "failed"
    assert f"{MOST_RECOVERIES} runs in a row brought it no new step" in shown.reason
    assert not await give_up(database, due)


@pytest.mark.failure(19)
async def test_an_order_waits_for_a_provider_that_is_away_for_longer_than_all_its_tries(database):
    order_id = await placed(database)
    for number in range(MOST_RECOVERIES):
        order = await opened(database, order_id, f"run-{number}")
        await record_failure(database, order_id, order.lease, RouteUnavailable("Away."), step="plan")
        await pause_over(database)
        [due] = await interrupted_orders(database, 10)
        await mark_resumed(database, due, f"run-{number + 1}")
    order = await opened(database, order_id, "last")
    await record_failure(database, order_id, order.lease, RouteUnavailable("Away."), step="plan")
    shown = await show_order(database, order_id)
    assert shown.state == "blocked"
    assert shown.reason.startswith("Away.")
    assert await mended_orders(database, ROUTE, 10) == (), "its own pause first: it may be its own fault"
    await pause_over(database)
    assert await causes_waited_for(database, ROUTE) == {"RouteUnavailable"}
    [due] = await mended_orders(database, ROUTE, 10)
    assert due.recoveries == MOST_RECOVERIES // 2, "tries are left for faults of its own runs"


async def test_what_can_only_come_to_the_same_fails_at_once_and_names_its_step(database):
    order = await building(database, "run-1")
    await record_failure(database, order.id, order.lease, RenderingError("It broke."), step="render")
    assert (await show_order(database, order.id)).state == "failed"
    failures = await run_sql(database, "SELECT step, cause, message, flow_run_id FROM failures")
    assert failures == [("render", "RenderingError", "It broke.", "run-1")]


async def test_orders_that_are_blocked_by_what_was_mended_are_found_the_longest_waiting_first(database):
    key, disk = KeyRejected("Refused."), SiteRootUnwritable("Read-only.")
    orders = []
    for number, error in enumerate((key, disk, key)):
        order = await building(database, f"run-{number}", reference=f"BLOCKED-{number}")
        await record_failure(database, order.id, order.lease, error, step="plan")
        orders.append(order.id)
    assert await causes_waited_for(database, CAUSES) == CAUSES
    assert await mended_orders(database, frozenset(), 10) == ()
    mended = await mended_orders(database, frozenset({"KeyRejected"}), 10)
    assert [(order.id, order.why) for order in mended] == [(orders[0], Why.MENDED), (orders[2], Why.MENDED)]
    await mark_started(database, orders[0], "run-4")
    assert {due.id for due in await mended_orders(database, CAUSES, 10)} == {orders[1], orders[2]}


async def test_a_cause_that_seems_mended_and_is_not_is_tried_with_growing_pauses(database):
    order_id = await placed(database)
    for number in range(2):
        order = await opened(database, order_id, f"run-{number}")
        await record_failure(database, order_id, order.lease, KeyRejected("Refused."), step="plan")
        if not number:
            [due] = await mended_orders(database, CAUSES, 10)
            await mark_resumed(database, due, "run-1")
    assert await causes_waited_for(database, CAUSES) == frozenset()
    assert await pause_of(database, order_id) == pytest.approx(PAUSES[0].total_seconds(), abs=2)


@pytest.mark.failure(8)
async def test_an_order_whose_run_was_started_and_never_came_is_looked_at_whatever_its_state(database):
    waiting, blocked = await placed(database), await in_state(database, OrderState.BLOCKED, reference="B")
    for order_id in (waiting, blocked):
        await mark_started(database, order_id, f"lost-{order_id}")
    assert await orders_with_a_run_on_its_way(database, 10) == ()
    await long_asked_for(database)
    awaited = await orders_with_a_run_on_its_way(database, 10)
    assert [(order.id, order.started_run) for order in awaited] == [
        (waiting, f"lost-{waiting}"),
        (blocked, f"lost-{blocked}"),
    ]
    await opened(database, waiting, "another-run")
    assert [order.id for order in await orders_with_a_run_on_its_way(database, 10)] == [blocked]


async def on_their_way(database):
    await long_asked_for(database)
    return [order.id for order in await orders_with_a_run_on_its_way(database, 10)]


@pytest.mark.failure(15)
async def test_an_order_that_another_run_published_meanwhile_waits_for_no_run(database):
    """The run that was marked as on its way came too late, and is refused or dies: the live site stays."""
    order = await building(database, "run-1")
    await mark_started(database, order.id, "run-2")
    made = release()
    await complete_step(database, order, step("render"), release_made(order, made))
    await complete_step(database, order, step("publish"), *site_published(order, publication(made)))
    assert await on_their_way(database) == []


async def test_a_run_that_was_refused_its_order_is_not_waited_for(database):
    order = await building(database, "run-1")
    await mark_started(database, order.id, "run-2")
    await not_needed(database, order.id, "run-2")
    await release_lease(database, order.id, order.lease)
    assert await on_their_way(database) == []
    assert await found(database) == [order.id]


async def test_a_cancelled_order_waits_for_no_run(database):
    order_id = await placed(database)
    await mark_started(database, order_id, "run-1")
    await cancel_order(database, order_id, "a test")
    assert await on_their_way(database) == []


@pytest.mark.parametrize("state", [OrderState.FAILED, OrderState.BLOCKED, OrderState.PUBLISHED])
async def test_a_run_that_was_lost_changes_nothing_of_an_order_that_had_ended(database, state):
    """Somebody asked for another run and cancelled it, or it died until the tries were used up."""
    order_id = await in_state(database, state)
    await mark_started(database, order_id, "run-1")
    await long_asked_for(database)
    [due] = await orders_with_a_run_on_its_way(database, 10)
    assert not await block(database, due, "RunCancelled", "It was cancelled in Prefect.")
    shown = await show_order(database, order_id)
    assert shown.state == state
    assert (shown.timeline[-1].event, shown.timeline[-1].detail) == (
        "run lost",
        "It was cancelled in Prefect.",
    )
    assert await on_their_way(database) == []


@pytest.mark.failure(12)
async def test_runs_that_die_before_they_take_an_order_are_tried_again_with_growing_pauses(database):
    order_id = await placed(database)
    waited = []
    for number in range(3):
        await mark_started(database, order_id, f"run-{number}")
        await long_asked_for(database)
        [due] = await orders_with_a_run_on_its_way(database, 10)
        assert await mark_resumed(database, due, f"run-{number + 1}")
        waited.append(round(await pause_of(database, order_id)))
        assert await on_their_way(database) == []
        await pause_over(database)
    assert waited == [pause.total_seconds() for pause in PAUSES[:3]]


async def test_building_what_was_given_up_counts_anew_even_if_the_run_never_comes(database):
    order_id = await in_state(database, OrderState.FAILED)
    await run_sql(database, f"UPDATE orders SET recoveries = {MOST_RECOVERIES}")
    await mark_started(database, order_id, "run-1")
    await long_asked_for(database)
    [due] = await orders_with_a_run_on_its_way(database, 10)
    assert due.recoveries == 0


async def test_what_was_blocked_for_long_keeps_tries_for_faults_of_its_own_runs(database):
    order_id = await placed(database)
    for number in range(MOST_RECOVERIES + 2):
        order = await opened(database, order_id, f"run-{number}")
        await record_failure(database, order_id, order.lease, KeyRejected("Refused."), step="plan")
        await pause_over(database)
        [due] = await mended_orders(database, CAUSES, 10)
        await mark_resumed(database, due, f"run-{number + 1}")
    assert await run_sql(database, "SELECT recoveries FROM orders") == [(MOST_RECOVERIES // 2,)]


@pytest.mark.failure(14)
async def test_a_resumption_of_what_a_run_took_meanwhile_is_not_counted(database):
    order = await building(database, "run-1")
    await silent(database, order.id)
    [due] = await interrupted_orders(database, 10)
    await opened(database, order.id, "run-2")
    assert not await mark_resumed(database, due, "run-3")


async def test_a_run_that_died_between_lease_and_brief_leaves_its_order_to_the_dispatcher(database):
    order_id = await placed(database)
    await take_lease(database, order_id, "quick-run")
    assert await undispatched_orders(database, 10) == ()
    await silent(database, order_id)
    [waiting] = await undispatched_orders(database, 10)
    assert (waiting.id, waiting.attempts) == (order_id, 1)


@pytest.mark.failure(14)
async def test_two_rounds_at_once_count_a_resumption_once(database):
    order = await building(database, "run-1")
    await silent(database, order.id)
    [due] = await interrupted_orders(database, 10)
    assert [await mark_resumed(database, due, "run-2") for _ in range(2)] == [True, False]
    assert [entry.event for entry in (await show_order(database, order.id)).timeline].count("resumed") == 1


@pytest.mark.failure(14)
async def test_an_order_that_a_run_has_after_all_is_neither_given_up_nor_blocked(database):
    order = await building(database, "run-1")
    await silent(database, order.id)
    [due] = await interrupted_orders(database, 10)
    await opened(database, order.id, "run-2")
    for settle in (give_up(database, due), block(database, due, "RunCancelled", "It was cancelled.")):
        with pytest.raises(LeaseHeld):
            await settle
    assert (await show_order(database, order.id)).state == "building"


async def test_a_published_order_whose_rebuilding_failed_stays_published(database):
    order_id = await in_state(database, OrderState.PUBLISHED)
    lease = await take_lease(database, order_id, "run-1")
    await record_failure(database, order_id, lease, VerificationFailed("No answer."))
    shown = await show_order(database, order_id)
    assert shown.state == "published"
    assert shown.timeline[-1].detail.startswith("Its rebuilding failed, the live site stays. No answer.")
    assert shown.timeline[-1].event == "run ended"


async def test_what_was_handed_back_is_due_at_once(database):
    order = await building(database, "run-1")
    await hand_back(database, order.id, order.lease, "The worker is being stopped.", event="handed on")
    assert await found(database) == [order.id]


async def test_a_clock_that_was_stepped_back_hides_no_order_for_long(database):
    """A heartbeat and a pause that lie in the future were written before the step."""
    died = await building(database, "run-1", reference="DIED")
    await silent(database, died.id, seconds=-3600)
    paused = await building(database, "run-2", reference="PAUSED")
    await release_lease(database, paused.id, paused.lease)
    await run_sql(
        database,
        f"UPDATE orders SET resume_at = clock_timestamp() + interval '1 day' WHERE id = {paused.id}",
    )
    assert sorted(await found(database)) == [died.id, paused.id]


@pytest.mark.failure(35)
async def test_the_database_counts_revisions_and_refuses_one_past_the_limit(database):
    order_id = await placed(database, GARDENER)  # two revisions are included
    other = await placed(database, BICYCLES)
    add = (
        "INSERT INTO revisions (order_id, number, brief)"
        " SELECT {}, {}, brief FROM revisions WHERE order_id = {}"
    )
    for number in (2, 3):
        await run_sql(database, add.format(order_id, number, order_id) + " AND number = 1")
    refused = [
        (add.format(order_id, 4, order_id) + " AND number = 1", "has used its 2 revisions"),
        (add.format(order_id, 7, order_id) + " AND number = 1", "does not follow revision 3"),
        (add.format(other + 99, 1, other), "violates foreign key|does not follow"),
        (f"UPDATE orders SET revision = 9 WHERE id = {order_id}", "does not go from revision 1 to 9"),
        (f"UPDATE orders SET revision = 2 WHERE id = {other}", "does not go from revision 1 to 2"),
    ]
    for statement, why in refused:
        with pytest.raises(DatabaseRefused, match=why):
            await run_sql(database, statement)
    await run_sql(database, f"UPDATE orders SET revision = 3 WHERE id = {order_id}")
    with pytest.raises(DatabaseRefused, match="from revision 3 to 2"):
        await run_sql(database, f"UPDATE orders SET revision = 2 WHERE id = {order_id}")
