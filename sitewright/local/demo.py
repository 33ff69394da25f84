"""The demo: orders become live sites on a stack of their own, and everybody can watch."""

import asyncio
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from importlib.resources import files

from sitewright.database import Database
from sitewright.errors import (
    DatabaseUnavailable,
    FieldProblem,
    InvalidOrder,
    LocalStackError,
    PrefectUnavailable,
)
from sitewright.local.progress import Progress, Watched
from sitewright.local.running import StackAddresses
from sitewright.orders.intake import place_orders, read_order
from sitewright.orders.models.order import OrderState
from sitewright.orders.models.site import buildable_pages
from sitewright.orders.records import OrderRecord
from sitewright.orders.repository import show_order
from sitewright.orders.submissions import Submission
from sitewright.ports import GROUP, astart_build

LOOK_SECONDS = 0.5
ASK_AGAIN_SECONDS = 20
STALLED_SECONDS = 300
"""After this long without any change of any order the demo gives up."""

_ENDED = {OrderState.PUBLISHED, OrderState.BLOCKED, OrderState.FAILED, OrderState.CANCELLED}
_NOT_TO_BUILD = {OrderState.PUBLISHED, OrderState.CANCELLED}


@dataclass
class Clock:
    """Seconds since the demo began, as they were reached."""

    began: float = field(default_factory=time.monotonic)
    stack_up: float | None = None
    first_live: float | None = None
    all_live: float | None = None

    def now(self) -> float:
        """Return the seconds since the beginning."""
        return round(time.monotonic() - self.began, 2)

    def seconds(self) -> dict[str, float | None]:
        """Return what was reached; None for what was not."""
        return {"stack_up": self.stack_up, "first_live": self.first_live, "all_live": self.all_live}


def sample_orders() -> list[Submission]:
    """Return the sample orders that come with Sitewright."""
    folder = files("sitewright.local") / "samples"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda f: f.name)
    return [Submission(read_order(file.read_bytes(), file.name), file.name) for file in found]


def distinct(orders: Iterable[Submission]) -> list[Submission]:
    """Return `orders`, each once; raises InvalidOrder when two different ones have the same reference."""
    found: dict[str, Submission] = {}
    for given in orders:
        first = found.setdefault(given.order.reference, given)
        if first.fingerprint != given.fingerprint:
            problem = f"{first.source} has the same reference and is another order"
            raise InvalidOrder([FieldProblem("reference", problem)], source=given.source)
    return list(found.values())


def prepare_to_build(addresses: StackAddresses) -> None:
    """Make this process one that starts runs on the stack at `addresses`.

    That imports Prefect, which takes seconds and reads its settings from the environment as it is then: so
    it is done in a thread while the stack is starting.
    """
    os.environ.update(addresses.environment())
    for entry_point in entry_points(group=GROUP):
        entry_point.load()


async def build_orders(
    addresses: StackAddresses,
    orders: Sequence[Submission],
    progress: Progress,
    clock: Clock,
) -> list[OrderRecord]:
    """Place `orders`, start a run for each that is not published, and wait until every one has ended.

    `prepare_to_build` comes first.

    Raises InvalidOrder when another order has the reference of one of them, PrefectUnavailable, and
    LocalStackError when nothing moves for five minutes.
    """
    database = Database(addresses.database_url.get_secret_value())
    try:
        placements = await place_orders(database, orders)
        build = _Build(database, [placement.order_id for placement in placements], clock)
        pages = [len(buildable_pages(given.order.brief)) * len(given.order.locales) for given in orders]
        await build.begin()
        with progress:
            while True:
                progress.show([Watched(*each) for each in zip(build.records, pages, strict=True)])
                if build.ended():
                    return build.records
                await asyncio.sleep(LOOK_SECONDS)
                # What is being started again answers the next time; for how long is `ended`'s to judge.
                with suppress(DatabaseUnavailable, PrefectUnavailable):
                    await build.look()
    finally:
        await database.close()


class _Build:
    """The orders of one demo while they are built."""

    def __init__(self, database: Database, order_ids: Sequence[int], clock: Clock) -> None:
        self._database = database
        self._ids = order_ids
        self._clock = clock
        self._attempts_before: dict[int, int] = {}
        self._moved: dict[int, float] = {}
        self._asked: dict[int, float] = {}
        self.records: list[OrderRecord] = []

    async def begin(self) -> None:
        """Start a run for every order that is not published."""
        await self.look()
        self._attempts_before = {record.id: record.attempts for record in self.records}
        for record in self.records:
            if not self._is_done(record):
                await self._start(record)

    async def look(self) -> None:
        """Read how the orders stand; ask again for one that does not move, as its run may have died."""
        before = {record.id: record for record in self.records}
        self.records = [await show_order(self._database, order_id) for order_id in self._ids]
        for record in self.records:
            if record != before.get(record.id):
                self._moved[record.id] = self._clock.now()
        live = [record.state is OrderState.PUBLISHED for record in self.records]
        if any(live) and self._clock.first_live is None:
            self._clock.first_live = self._clock.now()
        if all(live) and self._clock.all_live is None:
            self._clock.all_live = self._clock.now()
        for record in self.records:
            waited = self._clock.now() - max(self._moved[record.id], self._asked.get(record.id, 0))
            if self._attempts_before and not self._is_done(record) and waited > ASK_AGAIN_SECONDS:
                await self._start(record)

    def ended(self) -> bool:
        """Whether every order has ended; raises LocalStackError when none has moved for long."""
        waiting = [record.reference for record in self.records if not self._is_done(record)]
        if waiting and self._clock.now() - max(self._moved.values()) > STALLED_SECONDS:
            raise LocalStackError(
                f"Nothing has moved for {STALLED_SECONDS} seconds, and these orders are not done: "
                f"{', '.join(waiting)}. The worker's log and the runs in the Prefect UI say more."
            )
        return not waiting

    def _is_done(self, record: OrderRecord) -> bool:
        if record.state in _NOT_TO_BUILD:
            return True
        return record.state in _ENDED and record.attempts > self._attempts_before.get(
            record.id, record.attempts
        )

    async def _start(self, record: OrderRecord) -> None:
        self._asked[record.id] = self._clock.now()
        await astart_build(record.id)
