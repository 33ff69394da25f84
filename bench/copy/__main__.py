"""`python -m bench.copy`: asks for the words of a set of orders, prints what of their quality can be counted.

Asks the configured routes, which costs what as many runs cost; where there is none, the offline copywriter.
Needs no database. Exit status 1 when an order's asking failed, or a text in another language was left.
"""

import argparse
import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.copy.orders import orders
from bench.copy.report import Asked, Row, row
from sitewright.copywriting import AiLine, LocalGate
from sitewright.copywriting.drafting import draft, unplaced
from sitewright.copywriting.memory_log import MemoryCallLog
from sitewright.errors import CopywritingError
from sitewright.local.copywriter.serving import offline_copywriter
from sitewright.orders.models.order import PlacedOrder
from sitewright.settings import Route, load_settings

AT_ONCE = 4
"""So many orders are asked for side by side."""

_people = Console(highlight=False)


def main() -> int:
    """Ask, count, print; return the exit status."""
    arguments = _parser().parse_args()
    with _routes() as routes:
        asked = asyncio.run(_asked(orders(arguments.orders), routes))
    rows = _rows(asked)
    _people.print(_table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps([each.model_dump() for each in rows], indent=2))
    return int(any(each.foreign or each.failed for each in rows))


async def _asked(documents: list[PlacedOrder], routes: tuple[Route, ...]) -> list[Asked]:
    slots, gate = asyncio.Semaphore(AT_ONCE), LocalGate()

    async def ask(document: PlacedOrder) -> Asked:
        order, log = unplaced(document), MemoryCallLog()
        async with slots:
            try:
                written = await draft(order, AiLine(routes, log, gate), (), lambda _said: None)
            except CopywritingError as error:
                sys.stderr.write(f"{document.reference}: {error}\n")
                return Asked(order, None, log.calls)
        return Asked(order, written, log.calls)

    return list(await asyncio.gather(*map(ask, documents)))


def _rows(asked: list[Asked]) -> list[Row]:
    """Return a row for each trade and language."""
    groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in asked:
        groups[each.order.brief.business.niche.value, each.order.language].append(each)
    return [row(niche, language, group) for (niche, language), group in sorted(groups.items())]


def _table(rows: list[Row]) -> Table:
    table = Table(title="Words, by trade and language", box=None)
    for heading in (
        *("trade", "", "orders", "failed", "texts", "found", "cut", "too long", "foreign"),
        *("again: page", "site", "orders", "headings", "tokens out", "cost"),
    ):
        table.add_column(heading, overflow="fold")
    for each in rows:
        table.add_row(*_cells(each))
    return table


def _cells(each: Row) -> list[str]:
    shares = (each.again_on_page, each.again_on_site, each.again_in_orders, each.same_headings)
    counts = (each.orders, each.failed, each.texts, each.found, each.cut, each.too_long, each.foreign)
    cells: list[Any] = [each.niche, each.language, *counts, *(f"{share:.1%}" for share in shares)]
    return [str(cell) for cell in (*cells, each.tokens_out, f"{each.cost:.4f}")]


@contextmanager
def _routes() -> Iterator[tuple[Route, ...]]:
    if routes := load_settings().routes:
        yield routes
        return
    _people.print("No AI route is configured: the offline copywriter is measured.")
    with offline_copywriter() as route:
        yield (route,)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.copy", description=__doc__)
    parser.add_argument("--orders", type=int, default=20, help="how many orders (20)")
    parser.add_argument("--json", type=Path, help="where to write the rows")
    return parser


if __name__ == "__main__":
    sys.exit(main())
