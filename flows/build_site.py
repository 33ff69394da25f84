"""One order becomes one live site."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run as runtime
from prefect.states import Cancelled, Completed

from sitewright.errors import LeaseHeld, OrderCancelled, RunCancelled, WorkerStopping
from sitewright.orders.models.release import Publication
from tasks.check_site import CHECK_SECONDS, check_site
from tasks.draining import ends_at_a_boundary, hand_on
from tasks.lease import kept_lease
from tasks.load_order import LOAD_SECONDS, load_order
from tasks.plan_site import PLAN_SECONDS, plan_site
from tasks.publish_site import PUBLISH_SECONDS, publish_site
from tasks.render_pages import RENDER_SECONDS, render_pages
from tasks.run_states import HANDED_ON
from tasks.second_language import SECOND_LANGUAGE_SECONDS, write_second_language
from tasks.step import RETRY_DELAYS_SECONDS
from tasks.write_page import PAGE_SECONDS, write_pages

STEP_SECONDS = (
    LOAD_SECONDS,
    PLAN_SECONDS,
    PAGE_SECONDS,
    *SECOND_LANGUAGE_SECONDS,
    RENDER_SECONDS,
    CHECK_SECONDS,
    PUBLISH_SECONDS,
)

FLOW_SECONDS = sum(STEP_SECONDS) * (len(RETRY_DELAYS_SECONDS) + 1) + sum(RETRY_DELAYS_SECONDS) * len(
    STEP_SECONDS
)
"""Every step, with every retry, fits into the flow's own limit (failures, row 17)."""


def _run_name() -> str:
    parameters: dict[str, Any] = runtime.get_parameters()
    revision = parameters.get("revision")
    return f"order-{parameters['order_id']}" + (f"-r{revision}" if revision else "")


@flow(name="build-site", flow_run_name=_run_name, timeout_seconds=FLOW_SECONDS, persist_result=False)
async def build_site(
    order_id: int, revision: int | None = None, resume: bool = True
) -> Publication | State[Publication]:
    """Turn one order into one live site, resuming at the first step that is not recorded as done.

    A second run for the same order ends at once and says which run has it. One that is asked to stop hands
    the order on at the next boundary. `resume=False` begins the revision again.
    """
    try:
        with ends_at_a_boundary():
            order = await load_order(order_id, revision, resume)
            async with kept_lease(order):
                plan = await plan_site(order)
                copies = await write_pages(order, plan)
                second = await write_second_language(order)
                release = await render_pages(order, plan, copies, second)
                report = await check_site(order, plan, copies, second, release)
                return await publish_site(order, release, report)
    except LeaseHeld as held:
        return Completed(name="AlreadyBuilding", message=str(held))
    except WorkerStopping:
        return Cancelled(name=HANDED_ON, message=await hand_on(order_id))
    except (OrderCancelled, RunCancelled) as cancelled:
        return Cancelled(message=str(cancelled))
