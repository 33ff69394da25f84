"""One whole stack for all acceptance tests: a Prefect server takes long to start."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.breakpoints import plain_url
from tests.support.stack import RunningStack, started


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("stack")
    with started(folder / "home", folder / "up.log") as stack:
        yield stack


@pytest.fixture
def stack(shared_stack: RunningStack) -> Iterator[RunningStack]:
    """The shared stack, its copywriter without faults, and its route in use, before and after.

    What a test says of an order is to hold until the test itself lets something happen to it: no schedule
    starts rounds, also after a test that deployed them anew, which switches their schedules on.
    """
    shared_stack.pause_rounds()
    _mend_route(shared_stack)
    yield shared_stack
    _mend_route(shared_stack)


def _mend_route(stack: RunningStack) -> None:
    stack.no_faults()
    with psycopg.connect(plain_url(stack.database_url)) as connection:
        connection.execute("UPDATE circuits SET closed_at = now() WHERE closed_at IS NULL")
