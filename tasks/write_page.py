"""Write one page: one AI call a page, side by side with the others."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sitewright.copywriting import ASK_BUDGET_SECONDS, page_version
from sitewright.copywriting import write_page as ask_for_page
from sitewright.errors import RunEnded, SitewrightError
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import Author, PageCopy, PlannedPage, SitePlan
from tasks.ai_line import ai_line
from tasks.artifacts import progress_shown
from tasks.step import Recording, step

PAGE_SECONDS = ASK_BUDGET_SECONDS + 30
"""The asking's budget, and time to record it."""


def _inputs(order: Order, plan: SitePlan, page: PlannedPage) -> Sequence[Any]:
    return order.brief, order.locale, plan.voice, page, page_version(order)


def _author(author: Author) -> str:
    return f"words by {author.model}" if author.ai else "composed by the offline copywriter, without AI"


@step(
    "{order.page_step}{page.page}",
    Recording(PageCopy, tells=lambda copy: _author(copy.author)),
    inputs=_inputs,
    timeout_seconds=PAGE_SECONDS,
)
async def write_page(order: Order, plan: SitePlan, page: PlannedPage) -> PageCopy:
    """Ask the AI for the words of one page, as typed sections of plain text."""
    return await ask_for_page(order, plan, page, ai_line(order))


async def write_pages(order: Order, plan: SitePlan) -> tuple[PageCopy, ...]:
    """Write all pages of the plan side by side and return them in the plan's order.

    One page's failure does not stop the others: their answers are paid for, so they are awaited and
    recorded before one error is raised: that the run has ended goes first, then that someone must act.
    """
    async with progress_shown(order, total=len(plan.pages)) as one_more:

        async def write(page: PlannedPage) -> PageCopy:
            copy = await write_page(order, plan, page)
            await one_more()
            return copy

        written = await asyncio.gather(*map(write, plan.pages), return_exceptions=True)
    failures = [outcome for outcome in written if isinstance(outcome, BaseException)]
    if failures:
        raise min(failures, key=_weight)
    return tuple(copy for copy in written if isinstance(copy, PageCopy))


def _weight(failure: BaseException) -> int:
    if isinstance(failure, RunEnded):
        return 0
    return 1 if isinstance(failure, SitewrightError) and failure.blocks else 2
