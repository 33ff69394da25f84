"""A round of the retention: the database says what of each order may go, and it goes from there and the disk.

`sitewright.orders.retention` decides, `sitewright.publishing.pruning` removes; they do not know each other.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

from sitewright.database import Database
from sitewright.errors import PublishingError, SiteRootUnwritable
from sitewright.orders.models.base import Value
from sitewright.orders.retention import Forgotten, Past, Shelf, clear_away, forget, settled_pasts
from sitewright.publishing.pruning import Removable, live_hash, removable, take_away, tree_size
from sitewright.publishing.staging import leftovers, remove_leftovers, staging_directory
from sitewright.publishing.storage import storage_errors
from sitewright.settings import Retention

ORDERS_AT_A_TIME = 200
"""How many orders one transaction looks at."""


class PrunedOrder(Value):
    """What went of one order, or would go.

    `releases` and `strays` (release directories that no record knows) are directories of `bytes` together,
    `timeline` and `ai_calls` are rows.
    """

    order_id: int
    releases: int
    strays: int
    bytes: int
    timeline: int
    ai_calls: int


class Pruned(Value):
    """What one round removed, or in a `dry_run` would remove; orders of which nothing goes are left out.

    `leftovers` are directories that killed processes left in staging, of `leftover_bytes` together.
    `problems` are sentences on what could not be removed; the next round tries again.
    """

    dry_run: bool
    orders: tuple[PrunedOrder, ...]
    leftovers: int
    leftover_bytes: int
    problems: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Return what went altogether, as a sentence."""
        releases = sum(order.releases + order.strays for order in self.orders)
        size = self.leftover_bytes + sum(order.bytes for order in self.orders)
        return (
            f"{releases} releases, {sum(order.timeline for order in self.orders)} lines of timelines and "
            f"{sum(order.ai_calls for order in self.orders)} AI calls of {len(self.orders)} orders, and "
            f"{self.leftovers} leftovers of killed processes, "
            f"{'would be' if self.dry_run else 'were'} removed: {size / 1_000_000:.1f} MB on the disk."
        )


async def prune_orders(database: Database, root: Path, keeping: Retention, *, dry_run: bool) -> Pruned:
    """Remove what `keeping` no longer keeps of settled orders, below the site root and in the database.

    A dry run changes nothing. Safe to run twice at once, and to be killed: the next round finishes. An order
    of which something cannot be removed holds up no other. Raises DatabaseError.
    """
    orders: list[PrunedOrder] = []
    problems: list[str] = []
    swept, swept_bytes = await asyncio.to_thread(_sweep, root, dry_run)
    async for past in _pasts(database, keeping):
        try:
            if dry_run:
                pruned = await asyncio.to_thread(_foreseen, root, past)
            else:
                pruned = await _prune(database, root, keeping, past)
        except PublishingError as problem:
            problem.order_id = past.order_id
            problems.append(str(problem))
            continue
        if _is_something(pruned):
            orders.append(pruned)
    return Pruned(
        dry_run=dry_run,
        orders=tuple(orders),
        leftovers=swept,
        leftover_bytes=swept_bytes,
        problems=tuple(problems),
    )


async def _pasts(database: Database, keeping: Retention) -> AsyncIterator[Past]:
    after: int | None = 0
    while after is not None:
        pasts, after = await settled_pasts(database, keeping, after=after, limit=ORDERS_AT_A_TIME)
        for past in pasts:
            yield past


def _sweep(root: Path, dry_run: bool) -> tuple[int, int]:
    """Remove, or count, what killed processes left in staging; return how many and their bytes."""
    with storage_errors(root):
        found = leftovers(root)
        size = sum(map(tree_size, found))
        return len(found) if dry_run else remove_leftovers(root), size


def _foreseen(root: Path, past: Past) -> PrunedOrder:
    shelf = past.shelf
    going = removable(root, shelf.slug, removed=shelf.removed | shelf.surplus, kept=shelf.kept)
    return _summed(past.order_id, going, Forgotten(timeline=past.timeline, ai_calls=past.ai_calls))


async def _prune(database: Database, root: Path, keeping: Retention, past: Past) -> PrunedOrder:
    shelf, forgotten = past.shelf, Forgotten()
    if shelf.surplus or past.timeline or past.ai_calls:
        live = await asyncio.to_thread(_live, root, shelf)
        forgotten = await forget(database, past.order_id, keeping, on_disk_live=live) or forgotten
    removed = shelf.removed | forgotten.marked
    kept = (shelf.kept | shelf.surplus) - removed
    if not await asyncio.to_thread(removable, root, shelf.slug, removed=removed, kept=kept):
        return _summed(past.order_id, (), forgotten)
    with storage_errors(root), staging_directory(root) as aside:
        take = partial(_take, root, aside)
        gone = await clear_away(database, past.order_id, take, keeping) or ()
    return _summed(past.order_id, gone, forgotten)


def _live(root: Path, shelf: Shelf) -> str | None:
    if shelf.surplus and not root.is_dir():
        raise SiteRootUnwritable(f"The site root {root} is not there, so no release is removed.")
    return live_hash(root, shelf.slug)


def _take(root: Path, aside: Path, shelf: Shelf) -> tuple[Removable, ...]:
    kept = shelf.kept | shelf.surplus
    return take_away(root, shelf.slug, aside, removed=shelf.removed, kept=kept)


def _summed(order_id: int, gone: Sequence[Removable], forgotten: Forgotten) -> PrunedOrder:
    strays = sum(one.stray for one in gone)
    return PrunedOrder(
        order_id=order_id,
        releases=len(gone) - strays,
        strays=strays,
        bytes=sum(one.size for one in gone),
        timeline=forgotten.timeline,
        ai_calls=forgotten.ai_calls,
    )


def _is_something(pruned: PrunedOrder) -> bool:
    return any((pruned.releases, pruned.strays, pruned.timeline, pruned.ai_calls))
