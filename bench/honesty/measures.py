"""Orders written by the inventing AI and rendered: what of its words is on the pages."""

import asyncio
import html
import re
from collections import Counter
from dataclasses import dataclass, field

from bench.honesty.inventing_ai import InventingAi, Told
from bench.honesty.orders import varied_orders
from sitewright.copywriting import AiLine, LocalGate, write_page, write_plan
from sitewright.orders.models.order import Order
from sitewright.rendering import render_site
from sitewright.settings import Route
from tests.support.call_log import MemoryCallLog
from tests.support.serving import served

_LEAST_OF_A_SENTENCE = 12
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass
class Measured:
    """What was counted over all orders; `shown` are the inventions that a page shows, with their kind."""

    orders: int = 0
    pages: int = 0
    inventions: Counter[str] = field(default_factory=Counter)
    shown: list[tuple[str, str]] = field(default_factory=list)
    good: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, str]] = field(default_factory=list)
    replaced: int = 0

    def lost_of(self, kind: str) -> int:
        """Return how many good sentences of `kind` (`true`, `harmless`) are on no page."""
        return sum(each == kind for each, _ in self.lost)


def measure(which: str, number: int) -> Measured:
    """Have `number` orders written with the sentences of the set `which`, and read their pages."""
    measured, ai = Measured(), InventingAi(which)
    with served(ai.app()) as address:
        route = Route(name="inventing", base_url=f"{address}/v1", model="worst", max_concurrency=4)
        for order in varied_orders(number):
            pages = asyncio.run(_written(order, route, measured))
            _count(pages, ai.told[order.brief.business.name], measured)
    return measured


async def _written(order: Order, route: Route, measured: Measured) -> list[str]:
    line = AiLine(routes=(route,), log=MemoryCallLog(), gate=LocalGate())
    plan = await write_plan(order, line)
    copies = tuple([await write_page(order, plan, page, line) for page in plan.pages])
    told = (plan.honesty, *(copy.honesty for copy in copies))
    measured.replaced += sum(len(honesty.replaced) for honesty in told)
    files = render_site(order, plan, copies, base_url="http://127.0.0.1/site/")
    return [content.decode() for path, content in files.items() if path.endswith(".html")]


def _count(pages: list[str], told: Told, measured: Measured) -> None:
    text = " ".join(" ".join(html.unescape(page) for page in pages).split())
    measured.orders += 1
    measured.pages += len(pages)
    for invented, kind in told.inventions.items():
        measured.inventions[kind] += 1
        parts = [part.rstrip(".!?") for part in _SENTENCE.split(invented)]
        if any(part in text for part in parts if len(part) >= _LEAST_OF_A_SENTENCE):
            measured.shown.append((kind, invented))
    for sentences in told.good.values():
        for sentence, kind in sentences.items():
            measured.good[kind] += 1
            if sentence not in text:
                measured.lost.append((kind, sentence))
