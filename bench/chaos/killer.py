"""The killer: carries out the decisions, one after another, until there were as many kills as asked for."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from bench.chaos.decisions import Decision, Kind, decisions
from bench.chaos.processes import StackProcesses, kill
from bench.chaos.watching import Watch
from tests.support.breakpoints import Breakpoint, Standing, arm

LOOK_SECONDS = 0.05
MOST_ARMED = 3
"""At how many boundaries a run may be waited for at once."""
ARMED_SECONDS = 90
"""How long a run is waited for at a boundary."""
VICTIM_SECONDS = 60
"""How long is waited for a process that is to be killed: just after a kill there may be none."""


@dataclass(frozen=True)
class Kill:
    """One kill: what, when (Unix time), how many processes, which orders' runs died, with their tokens."""

    kind: Kind
    at: float
    processes: int
    orders: tuple[tuple[int, int], ...]
    place: str = ""


@dataclass(frozen=True)
class _Armed:
    stop: Breakpoint
    decision: Decision
    until: float


@dataclass
class Killer:
    """Kills processes of one stack, `wanted` times; `kills` is what it has done so far.

    `nothing_there` counts decisions that found no such process or order, `not_reached` boundaries that no run
    came to in time.
    """

    processes: StackProcesses
    watch: Watch
    database_url: str
    seed: int
    wanted: int
    kills: list[Kill] = field(default_factory=list)
    nothing_there: int = 0
    not_reached: int = 0
    error: BaseException | None = None
    _armed: list[_Armed] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread = threading.Thread(target=self._run, name="killer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the kill under way; runs that stand still go on."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    @property
    def done(self) -> bool:
        """Whether as many kills are done as were asked for."""
        return len(self.kills) >= self.wanted

    def _run(self) -> None:
        try:
            for decision in decisions(self.seed):
                if not self._pause(decision.pause):
                    break
                self._carry_out(decision)
        except BaseException as error:
            self.error = error
        finally:
            for armed in self._armed:
                armed.stop.close()
            self._armed = []

    def _pause(self, seconds: float) -> bool:
        """Wait, and for as long as there is nothing to build; False when it is time to end."""
        end = time.monotonic() + seconds
        while not (self._stop.is_set() or self.done):
            if time.monotonic() >= end and self.watch.unfinished():
                return True
            self._strike_at_boundaries()
            self._stop.wait(LOOK_SECONDS)
        return False

    def _carry_out(self, decision: Decision) -> None:
        act = self._arm if decision.kind is Kind.BOUNDARY else self._strike
        end = time.monotonic() + VICTIM_SECONDS
        while not act(decision):
            if time.monotonic() > end or not self._pause(LOOK_SECONDS):
                self.nothing_there += 1
                return

    def _victims(self, decision: Decision) -> list[int]:
        found: dict[Kind, Callable[[], list[int]]] = {
            Kind.MOMENT: lambda: _one_of(self.processes.runs(), decision),
            Kind.WORKER: self.processes.worker,
            Kind.WORKER_AND_RUNS: self._worker_and_runs,
            Kind.WATCH_WORKER: self.processes.watch_worker,
            Kind.SERVER: self.processes.server,
            Kind.POSTGRES: self.processes.postgres,
        }
        return found[decision.kind]()

    def _worker_and_runs(self) -> list[int]:
        worker = self.processes.worker()
        runs = self.processes.runs_of(worker)
        return [*worker, *runs] if runs else []

    def _strike(self, decision: Decision) -> bool:
        """Kill what the decision names; False when nothing of it is there."""
        victims = self._victims(decision)
        # Who has what is read before: afterwards a run that resumes may have taken it.
        held = {pid: self.watch.holding(pid) for pid in victims}
        at = time.time()
        killed = kill(victims)
        if killed:
            hit = tuple((order.id, order.token) for pid in killed if (order := held[pid]))
            self.kills.append(Kill(decision.kind, at, len(killed), hit))
        return bool(killed)

    def _arm(self, decision: Decision) -> bool:
        """Let the first run that comes to the boundary be waited for, beside all else.

        False when no order has that step to do, or enough are waited for.
        """
        ahead = [order.id for order in self.watch.unfinished() if decision.step not in order.steps]
        if not ahead or len(self._armed) >= MOST_ARMED:
            return False
        try:
            stop = arm(self.database_url, ahead, decision.step, decision.when)
        except psycopg.Error:  # PostgreSQL was killed just now
            return False
        self._armed.append(_Armed(stop, decision, time.monotonic() + ARMED_SECONDS))
        return True

    def _strike_at_boundaries(self) -> None:
        for armed in list(self._armed):
            try:
                found, over = armed.stop.standing(), time.monotonic() > armed.until
            except psycopg.OperationalError:  # PostgreSQL was killed
                found, over = None, True
            if found is None and not over:
                continue
            if not (found and self.processes.is_ours(found.pid) and self._at_boundary(armed.decision, found)):
                self.not_reached += 1
            self._armed.remove(armed)
            armed.stop.close()

    def _at_boundary(self, decision: Decision, found: Standing) -> bool:
        order = next(order for order in self.watch.orders if order.id == found.order_id)
        # The order may have been seen before the run that stands here took it.
        token = order.token if order.pid == found.pid else order.token + 1
        at = time.time()
        killed = kill([found.pid])
        if killed:
            place = f"{decision.step}, {decision.when}"
            self.kills.append(Kill(Kind.BOUNDARY, at, 1, ((order.id, token),), place))
        return bool(killed)


def _one_of(pids: list[int], decision: Decision) -> list[int]:
    return [pids[decision.of(len(pids))]] if pids else []
