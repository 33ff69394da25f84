"""From the words of a group of orders to one row of figures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from bench.copy import counting
from bench.copy.texts import texts_of
from sitewright.copywriting.drafting import Draft
from sitewright.copywriting.language import spoken
from sitewright.orders.models.base import Value
from sitewright.orders.models.order import Order
from sitewright.orders.models.usage import AiCall


class Asked(NamedTuple):
    """An order, the words that came of it (None: the asking failed), and every call that was made."""

    order: Order
    written: Draft | None
    calls: Sequence[AiCall]


class Row(Value):
    """What is counted of the orders of one trade and language; shares are from 0 to 1."""

    niche: str
    language: str
    orders: int
    failed: int
    texts: int
    found: int
    cut: int
    too_long: int
    foreign: int
    again_on_page: float
    again_on_site: float
    again_in_orders: float
    same_headings: float
    tokens_out: int
    cost: float


def row(niche: str, language: str, group: Sequence[Asked]) -> Row:
    """Return the figures of `group`, orders of one trade and language."""
    drafts = [(each.order, each.written) for each in group if each.written is not None]
    texts = [texts_of(draft) for _, draft in drafts]
    owns = [counting.runs_of_brief(order.brief) for order, _ in drafts]
    pairs = list(zip(texts, owns, strict=True))
    honesty = [
        told for _, draft in drafts for told in (draft.plan.honesty, *(p.honesty for p in draft.pages))
    ]
    calls = [call for each in group for call in each.calls]
    return Row(
        niche=niche,
        language=language,
        orders=len(group),
        failed=len(group) - len(drafts),
        texts=sum(map(len, texts)),
        found=sum(len(each.found) for each in honesty),
        cut=sum(len(each.cut) for each in honesty),
        too_long=sum(len(counting.too_long(each)) for each in texts),
        foreign=sum(
            counting.foreign(each, spoken(language, order.brief))
            for each, (order, _) in zip(texts, drafts, strict=True)
        ),
        again_on_page=_mean([counting.said_twice_on_a_page(*pair) for pair in pairs]),
        again_on_site=_mean([counting.said_on_other_pages(*pair) for pair in pairs]),
        again_in_orders=counting.said_of_others(pairs),
        same_headings=counting.same_headings(texts),
        tokens_out=sum(call.tokens_out for call in calls),
        cost=float(sum((call.cost for call in calls), Decimal(0))),
    )


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0
