"""Resume the orders that are due something and have no live run; give up those whose tries are used up."""

import asyncio

from prefect import get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from sitewright.database import Database, open_database
from sitewright.errors import LeaseHeld, RunCancelled, SitewrightError, TransitionRefused
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import OrderState
from sitewright.orders.pauses import MOST_RECOVERIES
from sitewright.orders.recovery import (
    DueOrder,
    Why,
    block,
    give_up,
    interrupted_orders,
    mark_resumed,
    mended_orders,
    orders_with_a_run_on_its_way,
    orders_within_budget,
)
from sitewright.ports import astart_build
from sitewright.settings import load_settings
from tasks.run_states import cancelled_by_a_person, states_of

MOST_ORDERS = 200
"""How many orders of each kind one round looks at; the next round, a minute later, goes on."""


EACH_SECONDS = 30
"""How long one order may take: one whose row is locked holds up no other."""


class Resumed(Value):
    """What one round did: orders resumed, given up, and blocked because somebody cancelled their run.

    `held_up` says of orders, each in a sentence, why they could not be resumed.
    """

    resumed: int = 0
    given_up: int = 0
    blocked: int = 0
    held_up: tuple[str, ...] = ()


@task(name="resume_orders", cache_policy=NO_CACHE, persist_result=False)
async def resume_orders(mended: frozenset[str]) -> Resumed:
    """Resume what is due: interrupted orders, those whose run never came, and those whose cause is `mended`.

    Those that wait for their budget go on when the settings' budget is enough for the call that it stopped.
    Safe to run twice at once: starting a run twice is starting it once. An order that cannot be resumed holds
    up no other.
    """
    settings = load_settings()
    database = open_database(settings)
    due = [
        *await _never_taken(database),
        *await interrupted_orders(database, MOST_ORDERS),
        *await mended_orders(database, mended, MOST_ORDERS),
        *await orders_within_budget(database, settings.budget_per_order, MOST_ORDERS),
    ]
    async with get_client() as client:
        last_states = await states_of(client, (order.last_run for order in due))
    done = [await _attend(database, order, last_states.get(order.last_run)) for order in due]
    states = [outcome for outcome in done if isinstance(outcome, OrderState)]
    return Resumed(
        resumed=states.count(OrderState.BUILDING),
        given_up=states.count(OrderState.FAILED),
        blocked=states.count(OrderState.BLOCKED),
        held_up=tuple(outcome for outcome in done if outcome and not isinstance(outcome, OrderState)),
    )


async def _never_taken(database: Database) -> list[DueOrder]:
    """Return the orders whose run on its way has ended, or is unknown to Prefect."""
    awaited = await orders_with_a_run_on_its_way(database, MOST_ORDERS)
    async with get_client() as client:
        states = await states_of(client, (order.started_run or "" for order in awaited))
    ended = []
    for order in awaited:
        state = states.get(order.started_run or "")
        if state is None or state.is_final():
            # What is asked of the run that was cancelled is asked of the one that was on its way.
            ended.append(order.model_copy(update={"last_run": order.started_run or ""}))
    return ended


async def _attend(database: Database, order: DueOrder, last: State | None) -> OrderState | str | None:
    """Do for one order what it is due; return the state it is brought to, or why it was held up."""
    logger = get_run_logger()
    try:
        async with asyncio.timeout(EACH_SECONDS):
            return await _brought_to(database, order, last)
    except (LeaseHeld, TransitionRefused) as moved:
        logger.info("Order %s needs nothing any more: %s", order.id, moved)
        return None
    except (SitewrightError, TimeoutError) as error:
        why = str(error) or f"Order {order.id}: nothing came of it in {EACH_SECONDS} seconds."
        logger.error("Order %s was not resumed: %s", order.id, why)
        return why


async def _brought_to(database: Database, order: DueOrder, last: State | None) -> OrderState | None:
    logger = get_run_logger()
    if order.why is not Why.MENDED and cancelled_by_a_person(last):
        cause = RunCancelled(f"Flow run {order.last_run} was cancelled in Prefect.", order_id=order.id)
        blocked = await block(database, order, type(cause).__name__, str(cause))
        return OrderState.BLOCKED if blocked else None
    if order.why is not Why.MENDED and order.recoveries >= MOST_RECOVERIES:
        if not await give_up(database, order):
            return None
        logger.error("Order %s: given up after %s tries.", order.id, order.recoveries)
        return OrderState.FAILED
    flow_run_id = await astart_build(order.id, attempts=order.attempts)
    if flow_run_id == order.started_run or not await mark_resumed(database, order, flow_run_id):
        return None
    logger.info("Order %s: %s; run %s goes on with it.", order.id, order.why, flow_run_id)
    return OrderState.BUILDING
