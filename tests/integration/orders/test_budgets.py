"""An order's budget against a real database: held before a call, settled with its record, never passed."""

import asyncio
from decimal import Decimal

import pytest

from sitewright.errors import BudgetSpent
from sitewright.orders.budgets import NextCall, drop_hold, hold, leave_hold
from sitewright.orders.failures import record_failure
from sitewright.orders.leases import release_lease
from sitewright.orders.models.order import OrderState
from sitewright.orders.recovery import Why, orders_within_budget
from sitewright.orders.repository import show_order
from sitewright.orders.usage import record_call
from tests.support.database import count_rows, run_sql, until_waiting
from tests.support.orders import ai_call, building, opened

BUDGET = Decimal("1.00")


def call(most="0.40", step="plan", seconds=60.0):
    return NextCall(step=step, route="main", model="some-model", most=Decimal(most), seconds=seconds)


async def paid(database, order, cost, step="plan", hold_id=None):
    await record_call(database, order, ai_call(step, cost=Decimal(cost)), hold_id=hold_id)


async def test_what_is_recorded_and_what_is_held_never_pass_the_budget_however_many_ask_at_once(database):
    order = await building(database)
    await paid(database, order, "0.15")
    asked = [hold(database, order, BUDGET, call("0.20", f"page:{number}")) for number in range(10)]
    held = [each for each in await asyncio.gather(*asked) if each is not None]
    assert len(held) == 4
    ai = (await show_order(database, order.id, BUDGET)).ai
    assert (ai.cost, ai.held, ai.perhaps_paid) == (Decimal("0.15"), Decimal("0.80"), 0)


async def test_two_that_ask_at_the_same_moment_are_let_through_one_after_the_other(database):
    order = await building(database)
    async with database.transaction() as session:
        lock = f"SELECT pg_advisory_xact_lock(hashtextextended('ai_holds:{order.id}', 0))"
        await (await session.connection()).exec_driver_sql(lock)
        both = [asyncio.create_task(hold(database, order, BUDGET, call("0.60", step))) for step in "ab"]
        await until_waiting(database, 2)
    assert sorted(held is None for held in await asyncio.gather(*both)) == [False, True]


async def test_a_hold_goes_in_the_transaction_that_records_its_call(database):
    order = await building(database)
    held = await hold(database, order, BUDGET, call("0.90"))
    assert await hold(database, order, BUDGET, call("0.40", "page:home")) is None, "it may fit yet"
    await paid(database, order, "0.01", hold_id=held)
    assert await count_rows(database, "ai_holds") == 0
    assert await hold(database, order, BUDGET, call("0.40", "page:home"))


async def test_a_call_that_does_not_fit_even_alone_is_refused_with_all_figures(database):
    order = await building(database)
    await paid(database, order, "0.7")
    await hold(database, order, BUDGET, call("0.1", "page:home"))
    with pytest.raises(BudgetSpent) as refused:
        await hold(database, order, BUDGET, call("0.30001", "page:about"))
    assert str(refused.value) == (
        "The next AI call may cost up to 0.3001 and so pass the order's budget of 1.0000: 0.7000 is spent, "
        "0.1000 is held for calls in flight. It takes a budget of at least 1.0001. "
        "(route main, model some-model) Raise budget_per_order in sitewright.toml; the order then goes on by "
        "itself."
    )
    assert await hold(database, order, BUDGET, call("0.2", "page:about")), "what fits is let through"


async def test_all_revisions_of_an_order_share_its_budget_and_other_orders_have_their_own(database):
    order = await building(database)
    await run_sql(database, "INSERT INTO revisions (order_id, number, brief) SELECT id, 2, '{}' FROM orders")
    await paid(database, order, "0.9")
    with pytest.raises(BudgetSpent):
        await hold(database, order.model_copy(update={"revision": 2}), BUDGET, call())
    assert await hold(database, await building(database, reference="OTHER"), BUDGET, call())


async def test_a_call_that_nobody_will_record_counts_as_spent_and_one_that_was_not_sent_does_not(database):
    order = await building(database)
    await drop_hold(database, await hold(database, order, BUDGET, call("0.9")))
    left = await hold(database, order, BUDGET, call("0.9"))
    await leave_hold(database, left)
    with pytest.raises(BudgetSpent, match=r"0\.0000 is spent, 0\.9000 may have been by calls whose end"):
        await hold(database, order, BUDGET, call())
    assert (await show_order(database, order.id)).ai.perhaps_paid == Decimal("0.9")


async def test_a_call_that_is_held_for_longer_than_any_takes_counts_as_spent(database):
    order = await building(database)
    await hold(database, order, BUDGET, call("0.9", seconds=20))
    assert await hold(database, order, BUDGET, call()) is None
    await run_sql(database, "UPDATE ai_holds SET until = until - interval '201 s'")
    with pytest.raises(BudgetSpent):
        await hold(database, order, BUDGET, call())


async def stopped(database, order, budget=BUDGET, most="0.40"):
    """Let the order's run end by its budget, as a run does; its pause is over."""
    with pytest.raises(BudgetSpent) as refused:
        await hold(database, order, budget, call(most))
    await record_failure(database, order.id, order.lease, refused.value, step="plan")
    await run_sql(database, "UPDATE orders SET resume_at = clock_timestamp()")


async def resumable(database, budget):
    return [order.id for order in await orders_within_budget(database, budget, 10)]


async def test_an_order_goes_on_when_its_budget_is_enough_and_not_before(database):
    order = await building(database)
    await paid(database, order, "0.7")
    await stopped(database, order)
    shown = await show_order(database, order.id)
    assert shown.state is OrderState.BLOCKED
    assert shown.reason.startswith("The next AI call may cost up to 0.4000 and so pass")
    for too_little in (BUDGET, Decimal("1.09")):
        assert await resumable(database, too_little) == []
    for enough in (Decimal("1.1"), Decimal(2), None):
        [due] = await orders_within_budget(database, enough, 10)
        assert (due.id, due.why) == (order.id, Why.MENDED)
    again = await opened(database, order.id, "run-2")
    assert await resumable(database, None) == [], "a run has it"
    assert await hold(database, again, Decimal("1.1"), call())


async def test_an_order_that_is_stopped_again_by_the_raised_budget_waits_for_another_one(database):
    order = await building(database)
    await paid(database, order, "0.7")
    await stopped(database, order)
    order = await opened(database, order.id, "run-2")
    await paid(database, order, "0.4", "page:home")
    await stopped(database, order, Decimal("1.1"))
    assert await resumable(database, Decimal("1.1")) == []
    assert await resumable(database, Decimal("1.5")) == [order.id]


async def test_an_order_blocked_by_something_else_is_not_resumed_by_a_budget(database):
    order = await building(database)
    await run_sql(
        database,
        "UPDATE orders SET state = 'blocked', reason = 'because', cause = 'KeyRejected', resume_at = NULL",
    )
    await release_lease(database, order.id, order.lease)
    assert await resumable(database, None) == []
