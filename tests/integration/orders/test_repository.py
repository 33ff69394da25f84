from decimal import Decimal

import pytest

from sitewright.errors import CheckFailed, TransitionRefused, UnknownOrder
from sitewright.orders.failures import record_failure
from sitewright.orders.leases import LEASE_SECONDS, release_lease, take_lease
from sitewright.orders.ledger import complete_step, note_resumed
from sitewright.orders.models.order import OrderState
from sitewright.orders.pipeline import pipeline_status
from sitewright.orders.repository import find_order, list_orders, show_order
from sitewright.orders.starting import mark_started, start_point, undispatched_orders
from sitewright.orders.usage import record_call
from tests.support.database import run_sql
from tests.support.orders import GARDENER, ai_call, building, in_state, opened, placed, step


async def test_what_is_shown_of_an_order_has_the_keys_that_others_script_against(database):
    order = await building(database, "run-1")
    await complete_step(database, order, step("load"))
    await note_resumed(database, order, "load", "run-2")
    await complete_step(database, order, step("plan"))
    shown = (await show_order(database, order.id)).model_dump(mode="json")
    keys = (
        "id, reference, state, reason, since, revision, url, release, due_at, attempts, steps, ai, timeline"
    )
    assert ", ".join(shown) == keys
    assert list(shown["ai"])[:5] == ["calls", "failed", "tokens_in", "tokens_out", "cost"]
    assert list(shown["ai"])[5:] == [
        "retried",
        "asked_again",
        "tokens_cached",
        "tokens_reasoning",
        "seconds",
        "by_step",
        "by_route",
        "budget",
        "held",
        "perhaps_paid",
    ]
    assert [list(entry) for entry in shown["timeline"]] == [["at", "event", "detail"]] * 2
    assert [(one["name"], one["status"], one["resumed"]) for one in shown["steps"]] == [
        ("load", "completed", True),
        ("plan", "completed", False),
    ]
    assert list(shown["steps"][0]) == ["name", "status", "at", "seconds", "flow_run_id", "resumed"]
    assert shown["steps"][0]["seconds"] == pytest.approx(1)
    with pytest.raises(UnknownOrder):
        await show_order(database, 404)


async def test_an_order_is_found_by_its_id_or_else_by_its_reference(database):
    first = await placed(database)
    named = await placed(database, GARDENER, reference="20001")
    misleading = await placed(database, GARDENER, reference=str(first))
    assert await find_order(database, str(first)) == first
    assert await find_order(database, "CRM-21") == first
    assert await find_order(database, "20001") == named
    assert misleading not in (first, named)
    for unknown in ("404", "", "crm-21", "9" * 40, "²", "'; --"):
        with pytest.raises(UnknownOrder):
            await find_order(database, unknown)


async def test_orders_are_listed_newest_first_by_state_and_by_customer(database):
    first = await placed(database)
    second = await placed(database, reference="CRM-22", customer__email="other@example.com")
    third = await in_state(database, OrderState.BLOCKED, reference="CRM-23")
    assert [order.id for order in await list_orders(database)] == [third, second, first]
    assert [order.id for order in await list_orders(database, limit=1)] == [third]
    assert [order.id for order in await list_orders(database, state=OrderState.PLACED)] == [second, first]
    assert [order.id for order in await list_orders(database, customer="OTHER@example.com")] == [second]


async def undispatched(database, limit):
    return [order.id for order in await undispatched_orders(database, limit)]


async def test_placed_orders_wait_to_be_dispatched_until_a_run_is_started(database):
    first, second = await placed(database), await placed(database, GARDENER)
    await in_state(database, OrderState.BLOCKED, reference="BLOCKED")
    assert await undispatched(database, 10) == [first, second]
    assert await undispatched(database, 1) == [first]
    await mark_started(database, first, "run-1")
    assert await undispatched(database, 10) == [second]
    assert await run_sql(
        database, "SELECT id FROM orders WHERE flow_run_id = 'run-1' AND started_at <= now()"
    ) == [(first,)]
    with pytest.raises(UnknownOrder):
        await mark_started(database, 404, "run-1")


async def test_a_run_that_took_its_order_before_it_was_marked_is_not_on_its_way(database):
    order = await building(database, "run-1")
    await mark_started(database, order.id, "run-1")
    assert await run_sql(database, "SELECT flow_run_id, started_at FROM orders") == [("run-1", None)]


@pytest.mark.failure(10)
@pytest.mark.parametrize("state", OrderState)
async def test_a_run_can_be_started_from_every_state_or_it_is_said_why_not(database, state):
    order_id = await in_state(database, state)
    if state is OrderState.CANCELLED:
        with pytest.raises(TransitionRefused, match="was cancelled"):
            await start_point(database, order_id)
        return
    point = await start_point(database, order_id)
    assert (point.order_id, point.revision, point.attempt) == (order_id, 1, 0)
    await take_lease(database, order_id, "run-1")
    taken = await start_point(database, order_id, 1)
    assert (point.live_run, taken.attempt, taken.live_run) == (None, 1, "run-1")
    with pytest.raises(UnknownOrder, match="no revision 2"):
        await start_point(database, order_id, 2)


@pytest.mark.failure(11)
async def test_the_status_tells_live_from_stuck_and_names_what_waits_and_why(database):
    oldest = await placed(database)
    await placed(database, GARDENER)
    live = await building(database, "run-1", reference="LIVE")
    given_back = await building(database, "run-2", reference="GIVEN-BACK")
    await release_lease(database, given_back.id, given_back.lease)
    silent = await building(database, "run-3", reference="SILENT")
    await run_sql(
        database,
        f"UPDATE leases SET heartbeat_at = now() - interval '{LEASE_SECONDS + 1} s'"
        f" WHERE order_id = {silent.id}",
    )
    blocked = await in_state(database, OrderState.BLOCKED, reference="BLOCKED")
    published = await in_state(database, OrderState.PUBLISHED, reference="LATE-BUT-LIVE")
    await run_sql(
        database, f"UPDATE orders SET due_at = now() - interval '1 day' WHERE id IN ({blocked}, {published})"
    )
    for name in ("load", "plan"):
        await complete_step(database, live, step(name))
    status = await pipeline_status(database)
    assert status.orders == dict.fromkeys(OrderState, 0) | {
        OrderState.PLACED: 2,
        OrderState.BUILDING: 3,
        OrderState.BLOCKED: 1,
        OrderState.PUBLISHED: 1,
    }
    assert [(run.order_id, run.flow_run_id) for run in status.live_runs] == [(live.id, "run-1")]
    assert {order.id for order in status.interrupted} == {given_back.id, silent.id}
    assert status.stuck == ()
    assert status.oldest_waiting.id == oldest
    assert [(order.id, order.reason) for order in status.blocked] == [(blocked, "because")]
    assert [order.id for order in status.late] == [blocked]
    assert status.steps_per_minute == pytest.approx(0.2)
    await opened(database, silent.id, "run-4")
    assert [order.id for order in (await pipeline_status(database)).interrupted] == [given_back.id]


@pytest.mark.failure(9, 12)
async def test_what_was_due_long_ago_and_has_no_run_is_stuck(database):
    waiting = await placed(database)
    on_its_way = await placed(database, GARDENER)
    await mark_started(database, on_its_way, "run-1")
    died = await building(database, "run-2", reference="DIED")
    pausing = await building(database, "run-3", reference="PAUSING")
    long_ago = "now() - interval '6 minutes'"
    await run_sql(database, f"UPDATE orders SET since = {long_ago}, resume_at = {long_ago}")
    await run_sql(database, "UPDATE leases SET heartbeat_at = now() - interval '6 minutes', holder = ''")
    await run_sql(
        database,
        f"UPDATE orders SET resume_at = now() + interval '1 minute' WHERE id = {pausing.id}",
    )
    status = await pipeline_status(database)
    assert [order.id for order in status.stuck] == [waiting, died.id]
    assert [order.id for order in status.interrupted] == [pausing.id]


async def test_failures_are_counted_by_step_and_cause_and_what_the_day_cost(database):
    for number in range(2):
        order = await building(database, f"run-{number}", reference=f"FAILED-{number}")
        await record_call(database, order, ai_call())
        await record_failure(database, order.id, order.lease, CheckFailed(), step="check")
    status = await pipeline_status(database)
    assert [(each.step, each.cause, each.count) for each in status.failures] == [("check", "CheckFailed", 2)]
    assert [order.reference for order in status.failed] == ["FAILED-0", "FAILED-1"]
    assert status.cost_today == Decimal("0.0013")
    assert [(each.route, each.calls, each.failed, each.cost) for each in status.cost_today_by_route] == [
        ("main", 2, 0, Decimal("0.0013"))
    ]
    assert [(each.reference, each.calls) for each in status.dearest_today] == [
        ("FAILED-0", 1),
        ("FAILED-1", 1),
    ]


async def test_an_empty_pipeline_has_a_status_too(database):
    status = await pipeline_status(database)
    assert status.orders == dict.fromkeys(OrderState, 0)
    assert (status.oldest_waiting, status.live_runs, status.steps_per_minute) == (None, (), 0)
