"""The worker's command: runs flow runs, and drains when it is asked to stop.

    python -m deployments.worker --pool sitewright --name builder-1 --limit 4

Prefect's own process worker kills its runs when it is asked to stop. This one lets them finish the step they
are at. Its type is `process` all the same, and so is its work pool's.
"""

import argparse
import asyncio
import os
import signal
import socket
from collections.abc import Awaitable

import httpx
from prefect.client.orchestration import get_client
from prefect.logging import get_logger

from deployments.draining_worker import DrainingWorker
from deployments.preflight import preflight
from deployments.register import WORK_POOL
from deployments.route_limits import update_route_limits
from sitewright.errors import InvalidSettings
from sitewright.settings import load_settings

_log = get_logger("worker")


class _Asked:
    """SIGTERM and SIGINT, as they come: the first one drains, the second one hurries."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.to_drain: asyncio.Future[signal.Signals] = loop.create_future()
        self.to_hurry: asyncio.Future[signal.Signals] = loop.create_future()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._hear, number)

    def _hear(self, number: signal.Signals) -> None:
        future = self.to_hurry if self.to_drain.done() else self.to_drain
        if not future.done():
            future.set_result(number)


async def work(worker: DrainingWorker, drain_seconds: float, *, builds: bool) -> int:
    """Run `worker` (does it build?) until SIGTERM or SIGINT, drain it, and return the exit status.

    That is 0 once drained, and 128 + the signal's number when a second one hurried it. What the worker cannot
    go on from is raised.
    """
    asked = _Asked()
    working = asyncio.ensure_future(_start(worker, builds=builds))
    await _first_of(working, asked.to_drain)
    if working.done():
        working.result()
        return 0
    draining = asyncio.ensure_future(worker.drain(drain_seconds))
    await _first_of(working, draining, asked.to_hurry)
    if asked.to_hurry.done():
        _log.warning("Asked again: the runs under way are killed.")
        worker.kill()
    for task in (draining, working):
        task.cancel()
    for ended in await asyncio.gather(draining, working, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
    return 128 + asked.to_hurry.result() if asked.to_hurry.done() else 0


async def _start(worker: DrainingWorker, *, builds: bool) -> None:
    """Start `worker` once the API answers and, where it builds, the AI routes were tried, side by side."""
    await asyncio.gather(_until_the_api_answers(), *([preflight()] if builds else []))
    if builds:
        await _limit_routes()
    await worker.start(printer=_log.info)


async def _until_the_api_answers() -> None:
    """Wait for the API: a worker started before it would look again only after half a minute."""
    said = False
    async with get_client() as client:
        while await client.api_healthcheck():
            if not said:
                _log.warning("The Prefect API does not answer yet; this worker waits for it.")
                said = True
            await asyncio.sleep(1)


async def _limit_routes() -> None:
    """Set the limits of the AI routes to what this worker's settings say; its runs start in any case."""
    try:
        async with get_client() as client:
            await update_route_limits(client, load_settings().routes)
    except (InvalidSettings, httpx.HTTPError) as error:
        _log.warning("The limits of the AI routes are left as they are: %s", error)


async def _first_of(*awaited: Awaitable[object]) -> None:
    await asyncio.wait({asyncio.ensure_future(each) for each in awaited}, return_when=asyncio.FIRST_COMPLETED)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m deployments.worker",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Takes the runs of one work pool and runs each in a process of its own.",
        epilog="SIGTERM or Ctrl-C: no new run is taken; the runs under way are asked to end, which they do\n"
        "after the step they are at; what has not ended after --drain-seconds is killed. The exit status\n"
        "is 0. A second signal kills them at once. No order is lost by either: the next run goes on with\n"
        "what was recorded.\n\n"
        "A worker of the pool sitewright tries every AI route before its first run, and says what came of\n"
        "it.\n\n"
        "PREFECT_API_URL says where Prefect is. While it does not answer, the worker waits for it and its\n"
        "runs go on. PREFECT_WORKER_QUERY_SECONDS is how often it asks for runs (1 starts them soon).",
    )
    parser.add_argument("--pool", required=True, help="the work pool: sitewright, or sitewright-watch")
    parser.add_argument(
        "--name", default=socket.gethostname(), help="what Prefect calls this worker; default: %(default)s"
    )
    parser.add_argument(
        "--limit", type=int, default=max(2, os.cpu_count() or 1), help="runs at once; default: %(default)s"
    )
    parser.add_argument(
        "--drain-seconds",
        type=float,
        default=60,
        help="how long runs may take to end when the worker is asked to stop; default: %(default)s",
    )
    return parser.parse_args()


def main() -> None:
    """Run a worker as the command line says."""
    given = _arguments()
    worker = DrainingWorker(pool=given.pool, name=given.name, limit=given.limit)
    hurried = asyncio.run(work(worker, given.drain_seconds, builds=given.pool == WORK_POOL))
    if hurried:
        os._exit(hurried)  # Prefect would wait at the exit until its server, if it is there, has heard all


if __name__ == "__main__":
    main()
