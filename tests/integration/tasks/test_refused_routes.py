"""A key that is revoked while many orders ask: a real AI server that counts, a real database, real gates."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from prefect.logging import disable_run_logger

from sitewright.copywriting import AiLine
from sitewright.copywriting.asking import ask
from sitewright.copywriting.question import Question, Reading
from sitewright.copywriting.retrying import Retrying
from sitewright.errors import KeyRejected
from sitewright.orders.circuits import open_circuits
from sitewright.orders.models.order import OrderState
from sitewright.route_trials import try_routes
from sitewright.settings import Route
from tasks.ai_line import OrderGate
from tasks.call_log import OrderCallLog
from tasks.mend_causes import mended_causes
from tasks.order_budget import OrderBudget
from tests.support.database import count_rows, run_sql
from tests.support.misbehaving_ai import answers, fails, misbehaving_ai
from tests.support.orders import building, in_state

ORDERS, SLOTS = 20, 4
A_MINUTE_PASSES = "UPDATE circuits SET claimed_until = claimed_until - interval '1 minute'"
NOBODY_LISTENS = "http://127.0.0.1:9/v1"
SCHEMA = {
    "type": "object",
    "properties": {"words": {"type": "string"}},
    "required": ["words"],
    "additionalProperties": False,
}
READY = answers({"ready": True})
REVOKED = fails(401, {"message": "Incorrect API key provided.", "code": "invalid_api_key"})


@pytest.fixture(autouse=True)
def _outside_of_a_flow_run() -> Iterator[None]:
    with disable_run_logger():
        yield


class Provider:
    """What an AI provider does behind one key: answers after a while, refuses once the key is `revoked`."""

    def __init__(self, ai, *, revoked_after, busy):
        self.answered, self.refused = 0, 0
        self._revoked_after, self._busy = revoked_after, busy
        ai.will(self.respond)

    def restore(self):
        self._revoked_after = None

    async def respond(self, received):
        await asyncio.sleep(0.03)
        if self.answered == self._revoked_after:
            self.refused += 1
            return REVOKED(received)
        if self._busy:
            self._busy -= 1
            return fails(503)(received)
        self.answered += 1
        return answers({"words": "plain"})(received)


def question(order):
    return Question(
        order_id=order.id,
        step="plan",
        name="words",
        schema=SCHEMA,
        system="Write.",
        user=f"Order {order.id}",
        again=str,
        read=lambda text: Reading(json.loads(text)["words"]),
    )


def route(url, name="main"):
    # Offline: its slots are this process's own, so no Prefect server is needed here.
    return Route(name=name, base_url=url, model="some-model", max_concurrency=SLOTS, offline=True)


async def asked(database, order, *routes):
    budget = OrderBudget(database, order, None)
    line = AiLine(routes, OrderCallLog(database, order, budget.holds), OrderGate(database, order, budget))
    return await ask(question(order), line, retrying=Retrying(tries=3, first_wait=0.2))


@pytest.mark.failure(18)
async def test_a_key_revoked_amid_twenty_orders_costs_one_request_per_call_in_flight(database):
    orders = [await building(database, reference=f"ORDER-{n}") for n in range(ORDERS)]
    with misbehaving_ai() as ai:
        main = route(ai.url)
        provider = Provider(ai, revoked_after=6, busy=3)
        first = await asyncio.gather(
            *(asked(database, order, main) for order in orders), return_exceptions=True
        )
        refused = [error for error in first if isinstance(error, KeyRejected)]
        assert len(refused) == ORDERS - 6
        assert 1 <= provider.refused <= SLOTS, "more than one request for each call in flight"
        assert len(ai.requests) == 6 + 3 + provider.refused
        told = [str(error) for error in refused if "is not asked, it is refused since" in str(error)]
        assert len(told) == len(refused) - provider.refused
        assert all("The AI provider rejected the key. (route main" in sentence for sentence in told)
        assert all(error.blocks and error.order_id for error in refused)

        provider.restore()
        ai.will(READY)
        (result,) = await try_routes(database, [main])
        assert result.ready
        ai.will(provider.respond)
        before = len(ai.requests)
        again = await asyncio.gather(*(asked(database, order, main) for order in orders))
        assert [each.value for each in again] == ["plain"] * ORDERS
        assert len(ai.requests) - before == ORDERS - 6, "an answer was paid for twice"
    assert await count_rows(database, "circuits") == 1


@pytest.mark.failure(18)
async def test_orders_go_on_by_the_next_route_and_ask_the_refused_one_no_more(database):
    orders = [await building(database, reference=f"ORDER-{n}") for n in range(3)]
    with misbehaving_ai() as ai, misbehaving_ai() as second:
        ai.will(REVOKED)
        second.will(answers({"words": "by the spare"}))
        routes = route(ai.url), route(second.url, "spare")
        for order in orders:
            assert (await asked(database, order, *routes)).author.route == "spare"
        assert (len(ai.requests), len(second.requests)) == (1, 3)


async def test_a_variable_that_is_not_set_here_opens_nothing_for_other_workers(database, monkeypatch):
    monkeypatch.delenv("TEST_AI_KEY", raising=False)
    order = await building(database)
    keyless = Route(
        name="main", base_url=NOBODY_LISTENS, model="some-model", api_key_env="TEST_AI_KEY", offline=True
    )
    with pytest.raises(KeyRejected, match="The variable TEST_AI_KEY"):
        await asked(database, order, keyless)
    assert await count_rows(database, "circuits") == await count_rows(database, "ai_calls") == 0


class Blocked:
    """Orders that wait for a route, and rounds of recovery that try what they wait for."""

    def __init__(self, database, monkeypatch, *routes):
        self.database = database
        given = json.dumps([each.model_dump(mode="json") for each in routes])
        monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
        monkeypatch.setenv("SITEWRIGHT_ROUTES", given)

    async def wait_for(self, cause, count=1):
        for n in range(count):
            await in_state(self.database, OrderState.BLOCKED, reference=f"{cause}-{n}")
        await run_sql(self.database, "UPDATE orders SET cause = :cause", cause=cause)

    async def round(self):
        return await mended_causes.fn()


async def test_recovery_tries_a_refused_route_once_a_minute_however_many_orders_wait(database, monkeypatch):
    with misbehaving_ai() as ai:
        ai.will(REVOKED)
        main = route(ai.url)
        await try_routes(database, [main])
        ai.requests.clear()
        blocked = Blocked(database, monkeypatch, main)
        await blocked.wait_for("KeyRejected", ORDERS)
        found = await asyncio.gather(*(blocked.round() for _ in range(4)))
        assert (set(found), len(ai.requests)) == ({frozenset()}, 1)
        await run_sql(database, A_MINUTE_PASSES)
        ai.will(READY)
        found = await asyncio.gather(*(blocked.round() for _ in range(4)))
        assert frozenset({"KeyRejected"}) in found
        assert await open_circuits(database, ["main"]) == {}


async def test_a_refused_route_that_nobody_waits_for_is_in_use_again_too(database, monkeypatch):
    with misbehaving_ai() as ai:
        ai.will(REVOKED, READY)
        main = route(ai.url)
        await try_routes(database, [main])
        blocked = Blocked(database, monkeypatch, main)
        assert await blocked.round() == frozenset()
        assert await open_circuits(database, ["main"]) == {}
        await blocked.round()
        assert len(ai.requests) == 2, "a route in use was tried"


@pytest.mark.parametrize("cause", ["KeyRejected", "PurseEmpty", "RequestRejected", "NoRoute"])
async def test_orders_go_on_once_any_route_answers_them(database, monkeypatch, cause):
    with misbehaving_ai() as ai, misbehaving_ai() as second:
        ai.will(REVOKED)
        second.will(fails(503))
        main, spare = route(ai.url), route(second.url, "spare")
        await try_routes(database, [main])
        blocked = Blocked(database, monkeypatch, main, spare)
        await blocked.wait_for(cause)
        assert await blocked.round() == frozenset()
        second.will(READY)
        assert await blocked.round() == {cause}
        assert set(await open_circuits(database, ["main", "spare"])) == {"main"}


async def test_orders_that_a_variable_of_another_process_kept_waiting_go_on(database, monkeypatch):
    with misbehaving_ai() as ai:
        ai.will(READY)
        blocked = Blocked(database, monkeypatch, route(ai.url))
        await blocked.wait_for("KeyRejected")
        assert await blocked.round() == {"KeyRejected"}


async def test_the_circuit_of_a_route_that_is_no_longer_configured_matters_to_nobody(database, monkeypatch):
    with misbehaving_ai() as ai, misbehaving_ai() as second:
        ai.will(REVOKED)
        second.will(READY)
        await try_routes(database, [route(ai.url, "gone")])
        blocked = Blocked(database, monkeypatch, route(second.url))
        await blocked.wait_for("KeyRejected")
        assert await blocked.round() == {"KeyRejected"}
        assert len(ai.requests) == 1


@pytest.mark.failure(19)
async def test_orders_whose_provider_was_away_for_long_go_on_when_it_answers_again(database, monkeypatch):
    with misbehaving_ai() as ai:
        ai.will(fails(503), fails(503), READY)
        recovery = Blocked(database, monkeypatch, route(ai.url))
        await recovery.wait_for("RouteUnavailable", 9)
        assert await recovery.round() == frozenset()
        assert await recovery.round() == frozenset()
        assert await recovery.round() == {"RouteUnavailable"}
        assert len(ai.requests) == 3, "one trial a round, however many orders wait"
