"""A budget around real calls: a real AI server, a real database, the gate that steps ask through."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal

import psycopg
import pytest
from prefect.logging import disable_run_logger

from sitewright.copywriting import AiLine
from sitewright.copywriting.asking import ask
from sitewright.copywriting.question import Question, Reading
from sitewright.errors import BudgetSpent, RouteUnavailable, WorkerStopping
from sitewright.orders.budgets import NextCall
from sitewright.orders.failures import record_failure
from sitewright.orders.models.order import OrderState
from sitewright.orders.recovery import orders_within_budget
from sitewright.orders.repository import show_order
from sitewright.settings import Route
from tasks.ai_line import OrderGate
from tasks.call_log import OrderCallLog
from tasks.draining import ends_at_a_boundary
from tasks.order_budget import OrderBudget
from tests.support.breakpoints import plain_url
from tests.support.database import count_rows, run_sql
from tests.support.misbehaving_ai import answers, fails, misbehaving_ai, stalls
from tests.support.orders import building, opened, placed

EACH = Decimal("0.256")
"""What each call costs, and may cost at most: its answer is as long as it may be."""

GOOD = answers({"words": "plain"}, usage={"prompt_tokens": 500, "completion_tokens": 256})

SCHEMA = {
    "type": "object",
    "properties": {"words": {"type": "string"}},
    "required": ["words"],
    "additionalProperties": False,
}


@pytest.fixture(autouse=True)
def _outside_prefect():
    with disable_run_logger():
        yield


def route(url, name="main", price_out=1000.0):
    # Offline: its slots are this process's own, so no Prefect server is needed here.
    return Route(name=name, base_url=url, model="m", max_tokens=256, price_out=price_out, offline=True)


def line(database, order, limit, *routes):
    budget = OrderBudget(database, order, limit)
    return AiLine(routes, OrderCallLog(database, order, budget.holds), OrderGate(database, order, budget))


async def asked(order, ai, step="plan"):
    question = Question(
        order_id=order.id,
        step=step,
        name="words",
        schema=SCHEMA,
        system="Write.",
        user=f"Words for {step}.",
        again=str,
        read=lambda text: Reading(json.loads(text)["words"]),
    )
    return (await ask(question, ai)).value


async def written(order, ai):
    """Ask for the plan and then for three pages at once, as a run does; raise what the run would."""
    await asked(order, ai)
    pages = [asked(order, ai, f"page:{page}") for page in ("home", "services", "contact")]
    outcomes = await asyncio.gather(*pages, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return outcomes


@pytest.mark.failure(24)
async def test_an_order_stops_before_the_call_that_could_pass_its_budget_and_goes_on_when_it_is_raised(
    database,
):
    order_id = await placed(database)
    order = await opened(database, order_id)
    with misbehaving_ai() as ai:
        ai.will(GOOD)
        with pytest.raises(BudgetSpent) as stopped:
            await written(order, line(database, order, Decimal("0.6"), route(ai.url)))
        assert len(ai.requests) == 2, "the third call was never sent"
        await record_failure(database, order.id, order.lease, stopped.value, step=stopped.value.step)
        shown = await show_order(database, order_id, Decimal("0.6"))
        assert shown.state is OrderState.BLOCKED
        assert f"Order {order_id}, step page:" in shown.reason
        assert "the order's budget of 0.6000: 0.5120 is spent." in shown.reason
        assert "It takes a budget of at least 0.7680." in shown.reason
        assert (shown.ai.calls, shown.ai.cost, shown.ai.held) == (2, 2 * EACH, 0)
        assert shown.ai.cost <= Decimal("0.6")

        assert await orders_within_budget(database, Decimal("0.7679"), 10) == ()
        [due] = await orders_within_budget(database, Decimal("1.1"), 10)
        assert due.id == order_id
        order = await opened(database, order_id, "run-2")
        copies = await written(order, line(database, order, Decimal("1.1"), route(ai.url)))
        assert len(copies) == 3
        assert len(ai.requests) == 4, "an answer was paid for twice"
    assert (await show_order(database, order_id)).ai.cost == 4 * EACH
    assert await count_rows(database, "ai_holds") == 0


async def test_pages_side_by_side_are_not_refused_while_what_others_hold_may_come_to_less(database):
    order = await building(database)
    with misbehaving_ai() as ai:
        ai.will(answers({"words": "plain"}, usage={"prompt_tokens": 500, "completion_tokens": 20}))
        copies = await written(order, line(database, order, Decimal("0.4"), route(ai.url)))
        assert len(copies) == 3, "each may cost 0.256 and costs 0.02: one after the other they fit"
        assert len(ai.requests) == 4
    assert (await show_order(database, order.id)).ai.cost == Decimal("0.08")


async def test_what_was_paid_for_answers_of_no_use_counts_too(database):
    order = await building(database)
    with misbehaving_ai() as ai:
        ai.will(answers("no JSON", usage={"prompt_tokens": 1, "completion_tokens": 256}))
        with pytest.raises(BudgetSpent):
            await asked(order, line(database, order, Decimal("0.5"), route(ai.url)))
        assert len(ai.requests) == 1
    ai = (await show_order(database, order.id)).ai
    assert (ai.calls, ai.failed, ai.cost) == (1, 0, EACH)


async def test_a_route_that_the_budget_allows_is_asked_instead(database):
    order = await building(database)
    with misbehaving_ai() as dear, misbehaving_ai() as cheap:
        cheap.will(GOOD)
        routes = (route(dear.url), route(cheap.url, "cheap", price_out=100.0))
        await asked(order, line(database, order, Decimal("0.1"), *routes))
        assert (len(dear.requests), len(cheap.requests)) == (0, 1)


@pytest.mark.parametrize("names", [("cheap", "dear"), ("dear", "cheap")])
async def test_an_order_waits_for_a_route_that_may_yet_answer_and_not_for_its_budget(database, names):
    order = await building(database)
    with misbehaving_ai() as ai:
        ai.will(fails(503, retry_after="9000"))
        prices = {"cheap": 100.0, "dear": 1000.0}
        routes = [route(ai.url, name, prices[name]) for name in names]
        with pytest.raises(RouteUnavailable, match="and so pass the order's budget"):
            await asked(order, line(database, order, Decimal("0.1"), *routes))


async def test_without_a_budget_and_for_what_is_free_nothing_is_held(database):
    order = await building(database)
    held = []

    def look(received):
        # In the server's thread, whose loop has no connection to the database.
        with psycopg.connect(plain_url(database.url)) as connection:
            held.extend(connection.execute("SELECT count(*) FROM ai_holds").fetchone())
        return GOOD(received)

    with misbehaving_ai() as ai:
        for limit, price in ((None, 1000.0), (Decimal("0.001"), 0.0), (Decimal(9), 1000.0)):
            await run_sql(database, "DELETE FROM ai_calls")
            ai.will(look)
            await asked(order, line(database, order, limit, route(ai.url, price_out=price)))
    assert held == [0, 0, 1]


async def test_a_call_that_is_cut_off_counts_and_one_that_was_never_sent_does_not(database):
    order = await building(database)
    budget = OrderBudget(database, order, Decimal(1))
    call = NextCall(step="plan", route="main", model="m", most=Decimal("0.9"), seconds=30)
    with pytest.raises(RouteUnavailable):
        async with budget.held(call):
            raise RouteUnavailable("No time was left.")
    assert await count_rows(database, "ai_holds") == 0
    inside = asyncio.Event()
    asking = asyncio.create_task(_held_until_cancelled(budget, call, inside))
    await inside.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(BudgetSpent, match=r"0\.9000 may have been"):
        async with budget.held(call):
            pass
    assert (await show_order(database, order.id)).ai.perhaps_paid == Decimal("0.9")


async def _held_until_cancelled(budget, call, inside):
    async with budget.held(call):
        inside.set()
        await asyncio.Event().wait()


async def test_whoever_waits_for_others_of_its_order_gives_up_when_its_time_is_over(database):
    order = await building(database)
    budget = OrderBudget(database, order, Decimal(1))
    async with budget.held(NextCall("plan", "main", "m", Decimal("0.9"), seconds=30)):
        with pytest.raises(RouteUnavailable, match="waiting for the order's other AI calls"):
            async with budget.held(NextCall("page:home", "main", "m", Decimal("0.9"), seconds=0.7)):
                pass


@pytest.mark.failure(8)
async def test_a_run_that_is_asked_to_stop_does_not_wait_to_ask_and_holds_nothing(database):
    order = await building(database)
    with misbehaving_ai() as ai, ends_at_a_boundary():
        ai.will(GOOD)
        budget = OrderBudget(database, order, Decimal("0.3"))
        async with budget.held(NextCall("plan", "main", "m", EACH, seconds=30)):
            asking = asyncio.create_task(
                asked(order, line(database, order, budget.limit, route(ai.url)), "page:home")
            )
            await asyncio.sleep(0.3)
            assert not asking.done(), "it waits for what the plan comes to"
            os.kill(os.getpid(), signal.SIGTERM)
            with pytest.raises(WorkerStopping):
                async with asyncio.timeout(5):
                    await asking
            assert await count_rows(database, "ai_holds") == 1
        with pytest.raises(WorkerStopping):
            await asked(order, line(database, order, None, route(ai.url)), "page:home")
        assert ai.requests == []


ASKS = """
import asyncio, sys
from decimal import Decimal
from sitewright.database import Database
from tests.integration.tasks.test_order_budget import asked, line, route
from tests.support.orders import opened

async def ask(url, order_id, ai):
    database = Database(url)
    order = await opened(database, int(order_id), "run-1")
    await asked(order, line(database, order, Decimal("0.5"), route(ai)))

asyncio.run(ask(*sys.argv[1:]))
"""


@pytest.mark.failure(8)
async def test_a_process_killed_in_the_middle_of_a_call_leaves_what_it_may_have_paid(database):
    order_id = await placed(database)
    with misbehaving_ai() as ai:
        ai.will(stalls(60))
        process = subprocess.Popen([sys.executable, "-c", ASKS, database.url, str(order_id), ai.url])
        end = time.monotonic() + 30
        while not ai.requests:
            assert process.poll() is None
            assert time.monotonic() < end
            await asyncio.sleep(0.05)
        alive = (await show_order(database, order_id)).ai
        assert (alive.calls, alive.held, alive.perhaps_paid) == (0, EACH, 0)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        dead = (await show_order(database, order_id)).ai
        assert (dead.calls, dead.held, dead.perhaps_paid) == (0, 0, EACH)
        ai.will(GOOD)
        order = await opened(database, order_id, "run-2")
        with pytest.raises(BudgetSpent, match=r"0\.0000 is spent, 0\.2560 may have been by calls whose end"):
            await asked(order, line(database, order, Decimal("0.5"), route(ai.url)))
        assert len(ai.requests) == 1
        await asked(order, line(database, order, Decimal("0.512"), route(ai.url)))
    ai = (await show_order(database, order_id)).ai
    assert (ai.cost, ai.perhaps_paid) == (EACH, EACH)
