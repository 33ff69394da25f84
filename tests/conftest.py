"""What tests of several layers share: a real PostgreSQL, and a database of its own for each test."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from sitewright.database import Database
from tests.support.database import TestServer

# A busy machine makes any example slow; what is measured is measured in `bench/`.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


class _OneStack(LoadScopeScheduling):
    """Where tests run side by side, a file's stay together, and so do all that share the one stack."""

    def _split_scope(self, nodeid: str) -> str:
        return "acceptance" if nodeid.startswith("tests/acceptance/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _OneStack(config, log)


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    """A PostgreSQL of this test session, with one migrated database to copy from."""
    with TestServer.started() as started:
        yield started


@pytest.fixture
async def database(server: TestServer) -> AsyncIterator[Database]:
    """A migrated, empty database of this test's own; its connections are closed and it is dropped after."""
    with server.copy() as url:
        opened = Database(url)
        yield opened
        await opened.close()


@pytest.fixture
def empty_url(server: TestServer) -> Iterator[str]:
    """The address of a database in which nothing was made yet."""
    with server.copy(template="template1") as url:
        yield url
