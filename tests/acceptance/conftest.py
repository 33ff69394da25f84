"""One whole stack for all acceptance tests: a Prefect server takes long to start."""

from collections.abc import Iterator

import pytest

from tests.support.stack import RunningStack, started


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("stack")
    with started(folder / "home", folder / "up.log") as stack:
        # What a test says of an order is to hold until the test itself lets something happen to it.
        for name in ("dispatch-orders", "recover-orders"):
            stack.pause_schedule(name)
        yield stack


@pytest.fixture
def stack(shared_stack: RunningStack) -> Iterator[RunningStack]:
    """The shared stack, its copywriter without faults before and after."""
    shared_stack.no_faults()
    yield shared_stack
    shared_stack.no_faults()
