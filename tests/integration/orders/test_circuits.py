"""The circuits of the routes, in the database: opened once, tried by one at a time, closed by an answer."""

import asyncio
from datetime import timedelta

import pytest

from sitewright.errors import KeyRejected, PurseEmpty, RequestRejected, RouteUnavailable
from sitewright.orders.circuits import (
    claim_trials,
    open_circuits,
    refuse_when_open,
    settle_trial,
)
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.usage import last_calls, record_call
from tests.support.database import count_rows, run_sql
from tests.support.orders import AUTHOR, ai_call, building

pytestmark = pytest.mark.failure(18)

REFUSED = {
    "outcome": CallOutcome.KEY_REJECTED,
    "http_status": 401,
    "answer": None,
    "detail": "The AI provider rejected the key. (route main, model some-model, HTTP 401)",
}
EMPTY = {**REFUSED, "outcome": CallOutcome.PURSE_EMPTY, "http_status": 402, "detail": "No credit is left."}


def refusal(kind=KeyRejected, status=401, message="The AI provider rejected the key."):
    return kind(message, route="main", model="some-model", status=status)


async def the_circuit(database):
    return (await open_circuits(database, ["main"])).get("main")


async def test_the_first_refused_call_opens_it_and_later_ones_change_nothing(database):
    order = await building(database)
    others = [await building(database, reference=f"OTHER-{n}") for n in range(6)]
    await record_call(database, order, ai_call(**REFUSED))
    first = await the_circuit(database)
    await asyncio.gather(*(record_call(database, each, ai_call(**EMPTY)) for each in others))

    assert await the_circuit(database) == first
    assert (first.cause, first.http_status, first.model) == ("KeyRejected", 401, "some-model")
    assert first.detail == REFUSED["detail"]
    assert await count_rows(database, "circuits") == 1
    assert await count_rows(database, "ai_calls") == 7


async def test_calls_that_are_refused_at_once_open_one(database):
    orders = [await building(database, reference=f"ORDER-{n}") for n in range(8)]
    await asyncio.gather(*(record_call(database, each, ai_call(**REFUSED)) for each in orders))
    assert await count_rows(database, "circuits") == 1


async def test_no_other_end_of_a_call_opens_it(database):
    order = await building(database)
    for outcome in set(CallOutcome) - {CallOutcome.KEY_REJECTED, CallOutcome.PURSE_EMPTY}:
        await record_call(database, order, ai_call(outcome=outcome))
        assert await the_circuit(database) is None, outcome
    await refuse_when_open(database, "main")


async def test_it_opens_with_the_row_of_the_call_or_not_at_all(database):
    order = await building(database)
    await run_sql(database, "ALTER TABLE circuits ADD CONSTRAINT never CHECK (cause = '')")
    with pytest.raises(Exception, match="refused a statement"):
        await record_call(database, order, ai_call(**REFUSED))
    assert await count_rows(database, "ai_calls") == await count_rows(database, "circuits") == 0


async def test_an_order_that_would_ask_is_refused_with_route_since_and_reason(database):
    await record_call(database, await building(database), ai_call(**EMPTY))
    since = (await the_circuit(database)).since
    with pytest.raises(PurseEmpty) as refused:
        await refuse_when_open(database, "main")
    error = refused.value
    assert error.message == (
        f"Route main is not asked, it is refused since {since:%Y-%m-%d %H:%M:%S} UTC: No credit is left."
    )
    assert (error.route, error.model, error.status) == ("main", "some-model", 402)
    await refuse_when_open(database, "spare")


async def test_a_trial_that_is_answered_closes_it_and_the_next_refusal_is_a_new_one(database):
    await settle_trial(database, None, refusal())
    first = await the_circuit(database)
    await settle_trial(database, first, None)
    assert await the_circuit(database) is None
    await settle_trial(database, None, refusal(PurseEmpty, 402))
    second = await the_circuit(database)
    assert (second.cause, second.id != first.id) == ("PurseEmpty", True)
    assert await count_rows(database, "circuits") == 2


async def test_a_trial_that_was_answered_before_a_call_was_refused_closes_nothing(database):
    order = await building(database)
    nothing_open = await the_circuit(database)
    await record_call(database, order, ai_call(**REFUSED))
    await settle_trial(database, nothing_open, None)
    assert await the_circuit(database) is not None


@pytest.mark.parametrize(
    ("problem", "cause", "status"),
    [
        (refusal(PurseEmpty, 402), "PurseEmpty", 402),
        (refusal(RequestRejected, 404), "RequestRejected", 404),
        (refusal(RouteUnavailable, 503), "KeyRejected", 401),
        (refusal(RouteUnavailable, None), "KeyRejected", 401),
        (refusal(KeyRejected, None, "The variable KEY is not set."), "KeyRejected", 401),
    ],
)
async def test_while_it_is_open_its_reason_is_what_the_provider_said_last(database, problem, cause, status):
    await settle_trial(database, None, refusal())
    before = await the_circuit(database)
    await settle_trial(database, before, problem)
    after = await the_circuit(database)
    assert (after.id, after.since) == (before.id, before.since)
    assert (after.cause, after.http_status) == (cause, status)
    assert after.tried_at > before.tried_at


async def test_a_trial_opens_it_only_when_the_provider_refused_key_or_purse(database):
    other = refusal(RequestRejected, 404), refusal(RouteUnavailable, 503), refusal(KeyRejected, None)
    for problem in (None, *other):
        await settle_trial(database, None, problem)
        assert await count_rows(database, "circuits") == 0, problem


async def test_one_of_many_rounds_at_once_is_to_try_a_refused_route(database):
    await settle_trial(database, None, refusal())
    claims = await asyncio.gather(*(claim_trials(database, ["main", "spare"]) for _ in range(5)))
    assert sorted(map(len, claims)) == [0, 0, 0, 0, 1]
    await run_sql(database, "UPDATE circuits SET claimed_until = claimed_until - interval '51 seconds'")
    assert await claim_trials(database, ["main"]) == {"main"}
    await run_sql(database, "UPDATE circuits SET claimed_until = claimed_until + interval '1 day'")
    assert await claim_trials(database, ["main"]) == {"main"}, "the clock was stepped back"
    await settle_trial(database, await the_circuit(database), None)
    assert await claim_trials(database, ["main"]) == frozenset()


async def test_whether_a_route_answered_lately_is_read_from_its_last_call(database):
    order = await building(database)
    lately = timedelta(minutes=5)
    assert await last_calls(database, ["main"], lately) == {}
    await record_call(database, order, ai_call(outcome=CallOutcome.UNAVAILABLE))
    assert await last_calls(database, ["main", "spare"], lately) == {"main": False}
    await record_call(database, order, ai_call(outcome=CallOutcome.TRUNCATED))
    spare = AUTHOR.model_copy(update={"route": "spare"})
    await record_call(database, order, ai_call(author=spare))
    assert await last_calls(database, ["main", "spare"], lately) == {"main": True, "spare": True}
    await run_sql(database, "UPDATE ai_calls SET started_at = now() - interval '6 min' WHERE route = 'main'")
    assert await last_calls(database, ["main", "spare"], lately) == {"spare": True}
