"""Plan the site: one AI call for the voice, the pages' sections, titles and descriptions."""

from collections.abc import Sequence
from typing import Any

from sitewright.copywriting import ASK_BUDGET_SECONDS, plan_version, write_plan
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import SitePlan
from tasks.ai_line import ai_line
from tasks.step import Recording, step

PLAN_SECONDS = ASK_BUDGET_SECONDS + 30
"""The asking's budget, and time to record it."""


def _inputs(order: Order) -> Sequence[Any]:
    return order.brief, order.locale, plan_version(order)


@step(
    "{order.plan_step}",
    Recording(SitePlan, tells=lambda plan: ", ".join(page.page for page in plan.pages)),
    inputs=_inputs,
    timeout_seconds=PLAN_SECONDS,
)
async def plan_site(order: Order) -> SitePlan:
    """Ask the AI for the site's plan: voice, sections of each page, titles and meta descriptions."""
    return await write_plan(order, ai_line(order))
