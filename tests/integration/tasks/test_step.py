"""A step against the real ledger, without a Prefect server: done once, timed, fenced, repeated if need be."""

import asyncio
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from prefect.logging import disable_run_logger

from sitewright.errors import LeaseLost, RenderingError, StepTimedOut
from sitewright.orders.leases import take_lease
from sitewright.orders.ledger import completed_step
from sitewright.orders.models.base import Value
from sitewright.orders.repository import show_order
from tasks.step import Attempt, Recording
from tests.support.database import run_sql
from tests.support.misbehaving_ai import misbehaving_ai, stalls
from tests.support.orders import building


class Words(Value):
    text: str


@pytest.fixture(autouse=True)
def _outside_prefect() -> Iterator[None]:
    with disable_run_logger():
        yield


def attempt(database, order, *, inputs="one", seconds=30.0, holds=None):
    recording = Recording(Words, tells=lambda words: words.text, holds=holds)
    return Attempt(database, order, "plan", inputs, recording, seconds)


async def write(text="words"):
    return Words(text=text)


async def test_a_step_that_is_done_is_handed_back_with_when_and_by_whom(database):
    order = await building(database, "run-1")
    assert await attempt(database, order).resume() is None
    done = await attempt(database, order).do(write)
    resumed = await attempt(database, order).resume()
    assert resumed.name == "Resumed"
    assert resumed.message.startswith("plan was done 20")
    assert await resumed.aresult() == done == Words(text="words")
    shown = await show_order(database, order.id)
    assert [step.resumed for step in shown.steps] == [True]
    assert shown.timeline[-1].detail.endswith("s: words")


async def test_a_step_whose_inputs_changed_or_whose_value_is_gone_is_done_again(database):
    order = await building(database, "run-1")
    await attempt(database, order).do(write)

    async def gone(order, value):
        return False

    assert await attempt(database, order, inputs="two").resume() is None
    assert await attempt(database, order, holds=gone).resume() is None
    await attempt(database, order, inputs="two").do(partial(write, "other words"))
    assert (await completed_step(database, order, "plan")).data == {"text": "other words"}


async def test_a_step_that_an_older_version_recorded_in_another_shape_is_done_again(database):
    order = await building(database, "run-1")
    await attempt(database, order).do(write)
    await run_sql(database, """UPDATE steps SET data = '{"html": "<p>"}'""")
    assert await attempt(database, order).resume() is None
    await attempt(database, order).do(write)
    assert (await attempt(database, order).resume()).name == "Resumed"


async def test_an_error_carries_order_and_step_and_records_nothing(database):
    order = await building(database, "run-1")

    async def fail():
        raise RenderingError("It went wrong.")

    with pytest.raises(RenderingError) as raised:
        await attempt(database, order).do(fail)
    assert str(raised.value) == f"Order {order.id}, step plan: It went wrong."
    assert await completed_step(database, order, "plan") is None


@pytest.mark.failure(14)
async def test_a_run_that_was_taken_over_records_nothing(database):
    order = await building(database, "run-1")

    async def taken_over_meanwhile():
        await run_sql(database, "UPDATE leases SET heartbeat_at = clock_timestamp() - interval '1 hour'")
        await take_lease(database, order.id, "run-2")
        return Words(text="too late")

    with pytest.raises(LeaseLost, match="run-2"):
        await attempt(database, order).do(taken_over_meanwhile)
    assert await run_sql(database, "SELECT name FROM steps") == []


@pytest.mark.failure(17)
async def test_a_step_has_its_own_time_and_takes_none_of_its_neighbours(database):
    """A provider that does not answer ends one step; the one beside it goes on and is recorded."""
    order = await building(database, "run-1")
    with misbehaving_ai() as provider:
        provider.will(stalls(2))

        async def ask():
            async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
                await client.post(f"{provider.url}/chat/completions", json={"messages": []})

        slow, other = attempt(database, order, seconds=0.5), attempt(database, order, seconds=30)
        timed_out, done = await asyncio.gather(slow.do(ask), other.do(write), return_exceptions=True)
    assert isinstance(timed_out, StepTimedOut)
    assert f"Order {order.id}, step plan: It took longer than" in str(timed_out)
    assert done == Words(text="words")
