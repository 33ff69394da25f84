import asyncio
from decimal import Decimal

from sitewright.orders.costs import recorded_calls, usage_table
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.repository import show_order
from sitewright.orders.usage import recall_answer, record_call, reject_answer
from tests.support.database import run_sql
from tests.support.orders import AUTHOR, ai_call, building

HASH = ai_call().request_hash


async def test_an_answer_is_recalled_until_it_is_found_invalid(database):
    order = await building(database)
    assert await recall_answer(database, order, HASH) is None
    await record_call(database, order, ai_call(outcome=CallOutcome.UNAVAILABLE, answer=None))
    await record_call(database, order, ai_call(outcome=CallOutcome.TRUNCATED, answer="cut"))
    assert await recall_answer(database, order, HASH) is None
    call_id = await record_call(database, order, ai_call(answer="the words"))
    answer = await recall_answer(database, order, HASH)
    assert (answer.call_id, answer.text, answer.author) == (call_id, "the words", AUTHOR)
    await reject_answer(database, call_id, "it names a price that the brief does not hold")
    assert await recall_answer(database, order, HASH) is None
    assert (await run_sql(database, f"SELECT outcome, detail FROM ai_calls WHERE id = {call_id}")) == [
        ("invalid", "it names a price that the brief does not hold")
    ]


async def test_an_answer_belongs_to_one_order_and_revision(database):
    order = await building(database)
    other = await building(database, reference="OTHER")
    await record_call(database, order, ai_call())
    assert await recall_answer(database, other, HASH) is None
    assert await recall_answer(database, order.model_copy(update={"revision": 2}), HASH) is None


async def test_every_call_is_kept_with_all_that_is_known_of_it(database):
    order = await building(database)
    call = ai_call(
        outcome=CallOutcome.KEY_REJECTED,
        http_status=401,
        error_code="invalid_api_key",
        request_id="req-1",
        finish_reason="",
        answer=None,
        detail="nul \x00 in the body",
    )
    await record_call(database, order, call)
    ((row,),) = await run_sql(database, "SELECT to_jsonb(ai_calls) FROM ai_calls")
    kept = {field: row[field] for field in type(call).model_fields if field not in ("author", "started_at")}
    expected = call.model_dump(mode="json", exclude={"author", "started_at"})
    assert kept | {"cost": None} == expected | {"cost": None, "detail": "nul \ufffd in the body"}
    assert Decimal(str(row["cost"])) == call.cost
    assert (row["route"], row["model"], row["ai"]) == ("main", "some-model", True)


async def test_the_usage_table_adds_up_by_step_and_model(database):
    order = await building(database)
    await asyncio.gather(*(record_call(database, order, ai_call("page:home")) for _ in range(3)))
    await record_call(database, order, ai_call("page:home", outcome=CallOutcome.EMPTY, answer=None))
    other = AUTHOR.model_copy(update={"model": "another"})
    await record_call(database, order, ai_call("page:home", author=other))
    first, second = await usage_table(database, order.id, 1)
    assert (first.step, first.author, first.calls, first.failed) == ("page:home", AUTHOR, 4, 1)
    assert (first.tokens_in, first.tokens_out, first.cost) == (4000, 800, Decimal("0.0026"))
    assert (second.author, second.calls, second.failed) == (other, 1, 0)
    ai = (await show_order(database, order.id)).model_dump(mode="json")["ai"]
    contract = {"calls": 5, "failed": 1, "tokens_in": 5000, "tokens_out": 1000, "cost": 0.00325}
    assert ai.items() >= contract.items()


async def test_an_order_shows_what_was_retried_asked_again_cached_and_reasoned_by_step_and_route(database):
    order = await building(database)
    calls = [
        ai_call("plan", outcome=CallOutcome.UNAVAILABLE, answer=None, tokens_in=0, tokens_out=0, cost=0),
        ai_call("plan", author=AUTHOR.model_copy(update={"route": "spare"}), tokens_cached=700),
        ai_call("page:home", "home", outcome=CallOutcome.INVALID, tokens_reasoning=150),
        ai_call("page:home", "home, again", asked_again=True, cost=Decimal("0.00000001")),
    ]
    for call in calls:
        await record_call(database, order, call)
    ai = (await show_order(database, order.id, Decimal("0.5"))).ai
    assert (ai.calls, ai.failed, ai.retried, ai.asked_again) == (4, 2, 1, 1)
    assert (ai.tokens_cached, ai.tokens_reasoning, ai.seconds) == (700, 150, 6.0)
    assert ai.cost == Decimal("0.00130001"), "what was found invalid was paid all the same, to the last place"
    shown = ai.model_dump(mode="json")
    assert [(row["step"], row["calls"], row["cost"]) for row in shown["by_step"]] == [
        ("plan", 2, 0.00065),
        ("page:home", 2, 0.00065001),
    ]
    assert [(row["route"], row["calls"], row["failed"], row["retried"]) for row in shown["by_route"]] == [
        ("main", 3, 2, 0),
        ("spare", 1, 0, 1),
    ]
    assert (shown["budget"], shown["held"], shown["perhaps_paid"]) == (0.5, 0, 0)
    listed = await recorded_calls(database, order.id, 3)
    assert [(call.step, call.route, call.asked_again) for call in listed] == [
        ("plan", "spare", False),
        ("page:home", "main", False),
        ("page:home", "main", True),
    ]
