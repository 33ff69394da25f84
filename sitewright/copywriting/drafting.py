"""Words for an order without a pipeline: asked as a run asks, kept nowhere, published nowhere."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sitewright.copywriting.line import AiLine
from sitewright.copywriting.pages import write_page
from sitewright.copywriting.planning import write_plan
from sitewright.errors import CopywritingError
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Lease, Order, PlacedOrder
from sitewright.orders.models.site import PageCopy, PlannedPage, SitePlan

Tell = Callable[[str], None]
"""Is told in a sentence what has just been done."""


@dataclass(frozen=True)
class Draft:
    """The words of one order: its plan, and the pages that were asked for, in the plan's order."""

    plan: SitePlan
    pages: tuple[PageCopy, ...]


def unplaced(document: PlacedOrder) -> Order:
    """Return `document` as the order that a run would work on, though it is in no database and has no run."""
    now = datetime.now(UTC)
    return Order(
        id=0,
        reference=document.reference,
        revision=1,
        locale=document.locale,
        second_locale=document.second_locale,
        slug="draft",
        product=document.product,
        brief=document.brief,
        placed_at=now,
        due_at=now,
        lease=Lease(token=0, flow_run_id=""),
    )


async def draft(order: Order, line: AiLine, pages: Collection[PageKind], tell: Tell) -> Draft:
    """Return the plan of `order` and the words of its `pages` (none: all), written side by side.

    Raises CopywritingError, as a run would; one page's failure does not stop the others, which are paid for.
    """
    try:
        return await _written(order, line, pages, tell)
    except CopywritingError as error:
        error.order_id = None  # none was placed
        raise


async def _written(order: Order, line: AiLine, pages: Collection[PageKind], tell: Tell) -> Draft:
    plan = await write_plan(order, line)
    tell("The plan is written.")

    async def write(page: PlannedPage) -> PageCopy:
        copy = await write_page(order, plan, page, line)
        tell(f"Page {page.page.value} is written.")
        return copy

    wanted = [page for page in plan.pages if not pages or page.page in pages]
    written = await asyncio.gather(*map(write, wanted), return_exceptions=True)
    for outcome in written:
        if isinstance(outcome, BaseException):
            raise outcome
    return Draft(plan, tuple(copy for copy in written if isinstance(copy, PageCopy)))
