"""The one caller of Prefect's `run_deployment`: every run of an order starts here.

The command line, the dispatching flow and a CRM written in Python call it; docs/operations.md shows the same
with plain HTTP.
"""

import asyncio
import sys

import httpx
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import arun_deployment
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from sitewright.database import Database, open_database
from sitewright.errors import PrefectUnavailable, TransitionRefused
from sitewright.orders.starting import StartPoint, mark_started, start_point
from sitewright.settings import load_settings

DEPLOYMENT = "build-site/build-site"

RESUMED = "resumed"
"""The work queue of orders that a run had before; `deployments.register` makes it, before all others."""


def start_build(
    order_id: int, revision: int | None = None, resume: bool = True, attempts: int | None = None
) -> str:
    """Start a run for `order_id` and return its flow run id.

    Starting twice is starting once: the run's idempotency key is `order:<id>:r<revision>:<attempt>`, so a
    second call returns the run that is already on its way, or the one that has the order. An attempt that
    ended before it took the order does not block the next. `resume=False` begins the revision again. With
    `attempts`, a run is started only if so many runs took the order so far and none has it.

    Raises UnknownOrder, TransitionRefused when the order's state does not allow a build, and
    PrefectUnavailable when no Prefect API is named, or it does not answer or lacks the deployment.
    """
    return asyncio.run(_start_and_close(order_id, revision, resume, attempts))


async def astart_build(
    order_id: int, revision: int | None = None, resume: bool = True, attempts: int | None = None
) -> str:
    """Do what `start_build` does, on a running event loop."""
    return await _start(open_database(load_settings()), order_id, revision, resume, attempts)


async def _start_and_close(order_id: int, revision: int | None, resume: bool, attempts: int | None) -> str:
    database = open_database(load_settings())
    try:
        return await _start(database, order_id, revision, resume, attempts)
    finally:
        await database.close()


async def _start(
    database: Database, order_id: int, revision: int | None, resume: bool, attempts: int | None
) -> str:
    point = await start_point(database, order_id, revision)
    if attempts is not None and (point.live_run or point.attempt != attempts):
        raise TransitionRefused("A run took the order meanwhile.", order_id=order_id)
    if point.live_run:
        _refuse_other(point.live_run, has=True, wanted=resume)
        return point.live_run
    if not get_current_settings().api.url:
        # Prefect would start a server of its own for this one question.
        raise PrefectUnavailable("PREFECT_API_URL is not set, so there is no Prefect to start a run.")
    # The key of a run that ended before it took the order is used up; the first free one makes a new run.
    attempt = point.attempt + 1
    while _ended(flow_run := await _run(point, attempt=attempt, resume=resume)):
        attempt += 1
    _refuse_other(str(flow_run.id), has=flow_run.parameters.get("resume", True), wanted=resume)
    await mark_started(database, order_id, str(flow_run.id))
    return str(flow_run.id)


def _refuse_other(flow_run_id: str, *, has: bool, wanted: bool) -> None:
    """A run that resumes is not what was asked for when the order should begin again."""
    if has and not wanted:
        raise TransitionRefused(
            f"Run {flow_run_id} is on its way for this order and resumes; to begin again, cancel it or wait "
            "until it has ended."
        )


def _ended(flow_run: FlowRun) -> bool:
    return flow_run.state is not None and flow_run.state.is_final()


async def _run(point: StartPoint, *, attempt: int, resume: bool) -> FlowRun:
    try:
        return await arun_deployment(
            DEPLOYMENT,
            parameters={"order_id": point.order_id, "revision": point.revision, "resume": resume},
            flow_run_name=f"order-{point.order_id}-r{point.revision}",
            tags=[f"order:{point.order_id}"],
            idempotency_key=f"order:{point.order_id}:r{point.revision}:{attempt}",
            # What was begun is finished before anything new, however long the queue of that is.
            work_queue_name=RESUMED if point.attempt else None,
            timeout=0,
            as_subflow=False,
        )
    except ObjectNotFound as cause:
        raise PrefectUnavailable(
            f"The deployment {DEPLOYMENT} is not registered; run `python -m deployments.register`."
        ) from cause
    except PrefectHTTPStatusError as cause:
        raise PrefectUnavailable(f"The Prefect API refused the run: {cause}") from cause
    except (httpx.TransportError, RuntimeError) as cause:
        raise PrefectUnavailable(f"The Prefect API does not answer: {cause}") from cause


if __name__ == "__main__":
    print(start_build(int(sys.argv[1])))  # noqa: T201 - the flow run id is this script's answer
