"""What the inner rings need of the outer ones, found by entry point and never imported.

Imports run one way: deployments -> flows -> tasks -> sitewright. Yet the command line and the dispatching
flow must start a run, which only `deployments/start_build.py` does. So that module registers itself under the
entry-point group `sitewright.ports` (PyPA entry points specification), and is looked up here.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Protocol, cast

from sitewright.errors import SitewrightError
from sitewright.health import Finding

GROUP = "sitewright.ports"


class StartBuild(Protocol):
    """Starts a run for an order, or finds the one that is already on its way; returns its flow run id."""

    def __call__(  # noqa: D102
        self, order_id: int, revision: int | None = None, resume: bool = True, attempts: int | None = None
    ) -> str: ...


class StartBuildAsync(Protocol):
    """The same, for code on an event loop."""

    async def __call__(  # noqa: D102
        self, order_id: int, revision: int | None = None, resume: bool = True, attempts: int | None = None
    ) -> str: ...


def start_build(order_id: int, revision: int | None = None, resume: bool = True) -> str:
    """Start a run for `order_id` and return its flow run id; starting twice is starting once.

    Raises PrefectUnavailable when the Prefect API does not answer or `build-site` is not registered,
    UnknownOrder when there is no such order.
    """
    return cast(StartBuild, _load("start_build"))(order_id, revision, resume)


async def astart_build(
    order_id: int, revision: int | None = None, resume: bool = True, attempts: int | None = None
) -> str:
    """Do what `start_build` does, on a running event loop.

    With `attempts`, a run is started only if so many runs took the order so far and none has it; raises
    TransitionRefused where it moved on.
    """
    return await cast(StartBuildAsync, _load("astart_build"))(order_id, revision, resume, attempts)


def prefect_findings() -> tuple[Finding, ...]:
    """Try what is needed of Prefect: the API, the work pool with a live worker, deployments, schedules."""
    return cast(Callable[[], tuple[Finding, ...]], _load("prefect_findings"))()


def _load(name: str) -> object:
    for entry_point in entry_points(group=GROUP, name=name):
        return entry_point.load()
    raise SitewrightError(f"Nothing provides {name}: install the project (`make env`), which registers it.")
