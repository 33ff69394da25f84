"""What the stack itself asks of the embedded Prefect server, over its REST API on loopback.

The domain does not import Prefect; the stack knows it as a program that it starts.
"""

import http.client
import json
from typing import Any

from sitewright.errors import LocalStackError

_UNFINISHED = ("PENDING", "RUNNING", "CANCELLING")


def settle_runs(host: str, port: int) -> int:
    """Mark every unfinished run as crashed, and return how many there were.

    Only for a Prefect whose one worker has not been started yet: no such run can be alive.
    """
    unfinished = {"flow_runs": {"state": {"type": {"any_": list(_UNFINISHED)}}}}
    runs = _post(host, port, "/api/flow_runs/filter", unfinished)
    state = {"type": "CRASHED", "message": "The stack that this run belonged to was stopped."}
    for run in runs:
        _post(host, port, f"/api/flow_runs/{run['id']}/set_state", {"state": state, "force": True})
    return len(runs)


def worker_is_online(host: str, port: int, work_pool: str) -> bool:
    """Whether a worker of `work_pool` has reported."""
    workers = _post(host, port, f"/api/work_pools/{work_pool}/workers/filter", {})
    return any(worker["status"] == "ONLINE" for worker in workers)


def _post(host: str, port: int, path: str, body: dict[str, Any]) -> Any:
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
