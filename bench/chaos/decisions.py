"""What the killer does, in which order, after which pauses: all of it drawn from one seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.support.breakpoints import When


class Kind(StrEnum):
    """What a kill strikes."""

    MOMENT = "a run, at a random moment"
    BOUNDARY = "a run, at a step's boundary"
    WORKER = "the worker"
    WORKER_AND_RUNS = "the worker with all its runs"
    WATCH_WORKER = "the watch worker"
    SERVER = "the Prefect server"
    POSTGRES = "PostgreSQL"


WEIGHTS: dict[Kind, int] = {
    Kind.MOMENT: 30,
    Kind.BOUNDARY: 35,
    Kind.WORKER: 9,
    Kind.WORKER_AND_RUNS: 8,
    Kind.WATCH_WORKER: 6,
    Kind.SERVER: 6,
    Kind.POSTGRES: 6,
}
"""In a hundred."""

PAGES = ("home", "services", "contact")
STEPS = ("load", "plan", *(f"page:{page}" for page in PAGES), "render", "check", "publish")
WHENS: tuple[When, ...] = ("before work", "before record", "after record")

SHORTEST_PAUSE, LONGEST_PAUSE = 3.0, 6.0

LEAST_AHEAD, MOST_AHEAD = 4, 24
"""How many orders wait or are being built while there is killing to do."""


@dataclass(frozen=True)
class Decision:
    """One thing the killer does, `pause` seconds after the one before.

    `pick` (0 to 1) chooses among those there are then; `step` and `when` are where a run is stopped, if so.
    """

    number: int
    pause: float
    kind: Kind
    pick: float
    step: str
    when: When

    def of(self, count: int) -> int:
        """Return which one of `count` is meant, from 0."""
        return min(int(self.pick * count), count - 1)


def decisions(seed: int) -> Iterator[Decision]:
    """Return the killer's decisions, without end; the same seed gives the same ones.

    What they find is not the same each time: which runs there are then is the machine's doing.
    """
    draw = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    number = 0
    while True:
        number += 1
        yield Decision(
            number=number,
            pause=round(draw.uniform(SHORTEST_PAUSE, LONGEST_PAUSE), 2),
            kind=draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0],
            pick=draw.random(),
            step=draw.choice(STEPS),
            when=draw.choice(WHENS),
        )


def orders_wanted(orders: int, kills: int, *, killed: int, done: int) -> int:
    """Return how many orders are to be placed by now: at least `orders` in the end.

    They come in step with the kills, so that no kill finds all work `done`; more than `orders` come where the
    kills take longer.
    """
    if killed >= kills:
        return orders
    ahead = max(LEAST_AHEAD, min(MOST_AHEAD, orders // 4))
    return max(min(orders, ahead + orders * killed // kills), done + LEAST_AHEAD)
