"""The processes that do the stack's work: two workers, and before them what registers the deployments.

They are outside of the domain, and so are known here as programs, by name.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sitewright.local.children import Child, Children
from sitewright.local.free_port import HOST
from sitewright.local.prefect_api import worker_is_online
from sitewright.local.waiting import until

WORK_POOL = "sitewright"
"""The Prefect work pool that orders are built in, by the name that `prefect.yaml` gives it."""
WATCH_POOL = "sitewright-watch"
"""The one of the scheduled flows, which are not to wait behind builds."""

_WATCH_LIMIT = 3
_WATCH_QUERY_SECONDS = "5"
"""Scheduled runs are known ten seconds ahead: asking for them every second would only cost."""
_DRAIN_SECONDS = 6
"""How long runs may take to end on Ctrl-C; the patience of the stack with its workers is longer."""

_WORKER_IMPORTS = "prefect.workers.process,sitewright.route_trials"
_WHEN_TOLD = [sys.executable, "-m", "sitewright.local.when_told"]


@dataclass(frozen=True)
class Work:
    """What was started to do the work, waiting for the word."""

    register: Child
    workers: dict[str, Child]
    """By the work pool that each of them takes its runs from."""

    def tell(self) -> None:
        """Let the work begin; the Prefect API answers."""
        for child in (self.register, *self.workers.values()):
            child.tell()

    async def online(self, port: int) -> None:
        """Wait until the Prefect server at `port` has heard of every worker; raises ChildFailed."""
        for pool, worker in self.workers.items():
            await until(worker, partial(worker_is_online, HOST, port, pool))


def prepare_work(children: Children, environment: Mapping[str, str], *, limit: int, embedded: bool) -> Work:
    """Start what registers the deployments, and the workers: at most `limit` orders are built at once."""
    register = children.prepare(
        "register", [*_WHEN_TOLD, "prefect.client.orchestration", "deployments.register"], environment
    )
    # One name, so that each start does not leave another dead worker in the UI of the stack's own Prefect.
    name = "local" if embedded else os.uname().nodename
    slower = {**environment, "PREFECT_WORKER_QUERY_SECONDS": _WATCH_QUERY_SECONDS}
    worker = children.start("worker", _worker(WORK_POOL, name, limit), environment, works=True, waits=True)
    watch = children.start(
        "watch-worker", _worker(WATCH_POOL, f"{name}-watch", _WATCH_LIMIT), slower, works=True, waits=True
    )
    return Work(register, {WORK_POOL: worker, WATCH_POOL: watch})


def _worker(pool: str, name: str, limit: int) -> list[str]:
    settings = ["--name", name, "--limit", str(limit), "--drain-seconds", str(_DRAIN_SECONDS)]
    return [*_WHEN_TOLD, _WORKER_IMPORTS, "deployments.worker", "--pool", pool, *settings]
