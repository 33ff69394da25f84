"""Plan and write the site once more, in the order's second language: the same steps, paid for separately."""

from collections.abc import Sequence
from typing import Any

from sitewright.orders.models.order import Order
from sitewright.orders.models.site import PageCopy, SecondLanguage, SitePlan
from tasks.plan_site import PLAN_SECONDS, plan_site
from tasks.write_page import PAGE_SECONDS, write_pages

SECOND_LANGUAGE_SECONDS = (PLAN_SECONDS, PAGE_SECONDS)
"""Its steps, one after the other."""


async def write_second_language(order: Order) -> SecondLanguage | None:
    """Return the plan and the words of `order` in its second language; None where it has none.

    The steps are `plan:<language>` and `page:<language>/<name>`, each resumed by itself.
    """
    translated = order.in_second_language()
    if translated is None:
        return None
    plan = await plan_site(translated)
    return SecondLanguage(order=translated, plan=plan, copies=await write_pages(translated, plan))


def words_of(plan: SitePlan, copies: tuple[PageCopy, ...], second: SecondLanguage | None) -> Sequence[Any]:
    """Return the words of a site as what a step depends on: the first language's, then the second's."""
    words = [plan, [copy.model_dump(mode="json") for copy in copies]]
    if second is None:
        return words
    return [*words, second.order.locale, *words_of(second.plan, second.copies, None)]
