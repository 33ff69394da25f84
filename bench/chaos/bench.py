"""One run of the bench: orders come in, the killer strikes, and everybody else only watches."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench.chaos.decisions import orders_wanted
from bench.chaos.killer import Killer
from bench.chaos.measures import (
    CALLS,
    Measures,
    take_answers,
    take_kills,
    take_ledger,
    take_publications,
    take_reader,
)
from bench.chaos.paid import AnswersSent
from bench.chaos.processes import StackProcesses
from bench.chaos.reading import Reading
from bench.chaos.second_builds import SecondBuilds
from bench.chaos.watching import Watch
from sitewright.database import Database
from sitewright.errors import DatabaseError
from sitewright.orders.intake import place_orders, read_order
from sitewright.orders.submissions import Submission
from tests.support.breakpoints import plain_url
from tests.support.orders import BICYCLES, as_bytes, document
from tests.support.stack import RunningStack

LOOK_SECONDS = 0.5
SAY_SECONDS = 5.0
STALLED_SECONDS = 360.0
"""After so long without any change of any order the bench gives up."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What is to be done: so many orders and kills, by this seed; one order in `again_every` built twice."""

    orders: int
    kills: int
    seed: int
    answer_seconds: float
    again_every: int


@dataclass
class Outcome:
    """What was done: `ended` says how, in words; the figures; how long it took from the first order on."""

    asked: Asked
    ended: str
    complete: bool
    seconds: float
    measures: Measures
    not_reached: int = 0
    nothing_there: int = 0
    built_again: int = 0

    @property
    def holds(self) -> bool:
        """Whether all was done that was asked for, and every promise kept."""
        return self.complete and self.measures.holds


@dataclass
class Chaos:
    """A run on a stack that is up."""

    asked: Asked
    stack: RunningStack
    say: Say
    _placed: int = 0

    def __post_init__(self) -> None:
        addresses = self.stack.addresses
        self.watch = Watch(self.stack.database_url)
        processes = StackProcesses(addresses.home, addresses.pid)
        self.killer = Killer(
            processes, self.watch, self.stack.database_url, self.asked.seed, self.asked.kills
        )
        self.reading = Reading(addresses.site_root, addresses.public_url)
        self.sent = AnswersSent(self.stack)
        self.again = SecondBuilds(
            self.stack, self.watch, self.sent, self.asked.again_every, self.asked.answer_seconds
        )

    def run(self) -> Outcome:
        """Do it, until all is done, nothing moves any more, or Ctrl-C; return what came of it."""
        began = time.monotonic()
        with self._at_work():
            try:
                ended, complete = self._until_the_end()
            except KeyboardInterrupt:
                ended, complete = "It was interrupted.", False
        self.watch.look()
        self.sent.look()
        return Outcome(
            asked=self.asked,
            ended=ended,
            complete=complete,
            seconds=round(time.monotonic() - began, 1),
            measures=self._measured(),
            not_reached=self.killer.not_reached,
            nothing_there=self.killer.nothing_there,
            built_again=len(self.again.reopened),
        )

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        parts = (self.again, self.reading, self.killer)
        for part in parts:
            part.start()
        try:
            yield
        finally:
            for part in reversed(parts):
                part.stop()

    def _until_the_end(self) -> tuple[str, bool]:
        said = 0.0
        while True:
            self._place()
            self.watch.look()
            now = time.monotonic()
            if now - said > SAY_SECONDS:
                self.sent.look()
                self.say(self._progress())
                said = now
            for part in (self.again, self.reading, self.killer):
                if part.error is not None:
                    raise part.error
            if self._all_done():
                return "Every order is done.", True
            if now - self.watch.last_change > STALLED_SECONDS:
                return f"Nothing moved for {STALLED_SECONDS / 60:.0f} minutes; given up.", False
            time.sleep(LOOK_SECONDS)

    def _all_done(self) -> bool:
        placed = len(self.watch.orders) >= max(self.asked.orders, self._placed)
        return placed and self.killer.done and not self.watch.unfinished() and self.again.idle()

    def _place(self) -> None:
        """Place the next wave; while the database is gone it is tried again at every look, as a CRM does."""
        done = len(self.watch.orders) - len(self.watch.unfinished())
        killed = len(self.killer.kills)
        wanted = orders_wanted(self.asked.orders, self.asked.kills, killed=killed, done=done)
        if wanted <= self._placed:
            return
        orders = [_order(number) for number in range(self._placed + 1, wanted + 1)]
        try:
            asyncio.run(_place(self.stack.database_url, orders))
        except DatabaseError:
            return
        self._placed = wanted

    def _measured(self) -> Measures:
        measures = Measures()
        take_kills(measures, self.killer.kills, self.watch)
        take_reader(measures, self.reading.reader)
        try:
            with psycopg.connect(plain_url(self.stack.database_url), connect_timeout=10) as connection:
                take_ledger(measures, connection, self.watch.orders)
                take_publications(measures, connection, self.again.builds())
                sent, seconds = self.sent.all(), self.asked.answer_seconds
                take_answers(measures, connection, sent, self.killer.kills, seconds)
        except psycopg.OperationalError as gone:
            self.say(f"The ledger could not be read at the end: {gone}")
        measures.answers_necessary = CALLS * measures.published + len(self.again.reopened)
        return measures

    def _progress(self) -> str:
        states: dict[str, int] = {}
        for order in self.watch.orders:
            name = order.state if order.done or order.state != "published" else "published, built again"
            states[name] = states.get(name, 0) + 1
        standing = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        reader = self.reading.reader
        return (
            f"kills {len(self.killer.kills)}/{self.asked.kills} · orders {self._placed}/{self.asked.orders}: "
            f"{standing or 'none yet'} · reads {reader.reads}, missing {len(reader.missing)}, "
            f"torn {len(reader.torn)}"
        )


def _order(number: int) -> Submission:
    reference = f"CHAOS-{number:05}"
    name = f"Taller Caos {number}"
    made = as_bytes(document(BICYCLES, reference=reference, brief__business__name=name))
    return Submission(read_order(made, reference), reference)


async def _place(database_url: str, orders: list[Submission]) -> None:
    database = Database(database_url)
    try:
        await place_orders(database, orders)
    finally:
        await database.close()
