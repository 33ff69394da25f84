"""What the stack itself asks of the embedded Prefect server, over its REST API on loopback.

The domain does not import Prefect; the stack knows it as a program that it starts.
"""

import http.client
import json
from datetime import UTC, datetime
from typing import Any

from sitewright.errors import LocalStackError

_UNFINISHED = ("PENDING", "RUNNING", "CANCELLING")
_PAGE = 50
"""The most runs that one bulk request may name."""


def settle_runs(host: str, port: int) -> int:
    """Mark every unfinished run as crashed; return how many there were.

    Only for a Prefect whose one worker has not begun yet: no such run can be alive.
    """
    settled = 0
    state = {"type": "CRASHED", "message": "The stack that this run belonged to was stopped."}
    while runs := _runs(host, port, _UNFINISHED):
        for run in runs:
            _post(host, port, f"/api/flow_runs/{run['id']}/set_state", {"state": state, "force": True})
        settled += len(runs)
    return settled


def drop_missed_runs(host: str, port: int) -> int:
    """Remove the scheduled runs whose minute passed while the stack was down; return how many there were.

    A schedule of every minute would else begin with an hour of runs that have nothing to do. Runs that
    somebody asked for are kept, however late.
    """
    late = _runs(host, port, ("SCHEDULED",), before=datetime.now(UTC))
    missed = [run["id"] for run in late if run["auto_scheduled"]]
    for first in range(0, len(missed), _PAGE):
        page = {"flow_runs": {"id": {"any_": missed[first : first + _PAGE]}}}
        _post(host, port, "/api/flow_runs/bulk_delete", page)
    return len(missed)


def worker_is_online(host: str, port: int, work_pool: str) -> bool:
    """Whether a worker of `work_pool` has reported."""
    workers = _post(host, port, f"/api/work_pools/{work_pool}/workers/filter", {})
    return any(worker["status"] == "ONLINE" for worker in workers)


def _runs(
    host: str, port: int, states: tuple[str, ...], before: datetime | None = None
) -> list[dict[str, Any]]:
    """Return runs in these states, the earliest first, at most as many as the server gives at once."""
    chosen: dict[str, Any] = {"state": {"type": {"any_": list(states)}}}
    if before is not None:
        chosen["next_scheduled_start_time"] = {"before_": before.isoformat()}
    asked = {"flow_runs": chosen, "sort": "EXPECTED_START_TIME_ASC"}
    runs: list[dict[str, Any]] = _post(host, port, "/api/flow_runs/filter", asked)
    return runs


def _post(host: str, port: int, path: str, body: dict[str, Any]) -> Any:
    """Return what the server answered; an empty list where there is no such thing (404)."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as cause:
        raise LocalStackError(f"The Prefect server did not answer {path}: {cause}.") from cause
    finally:
        connection.close()
    if answer.status == http.HTTPStatus.NOT_FOUND:
        return []
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        raise LocalStackError(f"The Prefect server answered {path} with status {answer.status}.")
    return json.loads(text)
