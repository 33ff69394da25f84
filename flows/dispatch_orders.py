"""Scheduled every minute: start a run for every placed order that has none."""

from prefect import flow, get_run_logger

from sitewright.errors import SitewrightError, TransitionRefused
from sitewright.orders.starting import undispatched_orders
from sitewright.ports import astart_build
from tasks.rounds import round_of

MOST_ORDERS = 200
"""How many orders one round starts; the next round, a minute later, goes on."""


@flow(name="dispatch-orders", timeout_seconds=300, persist_result=False)
async def dispatch_orders() -> int:
    """Start a run for every placed order without one, oldest first; return how many were started.

    Safe to run twice at once: starting a run twice is starting it once. An order for which none can be
    started holds up no other; the first such error is raised at the end.
    """
    refused: list[SitewrightError] = []
    async with round_of("dispatch-orders") as database:
        waiting = await undispatched_orders(database, MOST_ORDERS)
        for order in waiting:
            try:
                flow_run_id = await astart_build(order.id, attempts=order.attempts)
            except TransitionRefused as moved:
                get_run_logger().info("Order %s needs no run any more: %s", order.id, moved)
            except SitewrightError as error:
                get_run_logger().error("Order %s: no run was started: %s", order.id, error)
                refused.append(error)
            else:
                get_run_logger().info("Order %s: run %s is on its way.", order.id, flow_run_id)
    if refused:
        raise refused[0]
    return len(waiting)
