"""What tests of several layers share: a real PostgreSQL, and a database of its own for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sitewright.database import Database
from tests.support.database import TestServer

_ACCEPTANCE = Path(__file__).parent / "acceptance"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests together where tests run side by side, and all that share the one stack."""
    for item in items:
        group = "the stack" if item.path.is_relative_to(_ACCEPTANCE) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


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
