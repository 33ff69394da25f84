"""The offline copywriter as it is served, on a port of the test's own."""

from collections.abc import Iterator

import httpx
import pytest

from sitewright.local.copywriter.__main__ import server_config
from tests.support.serving import served


@pytest.fixture
def desk() -> Iterator[httpx.Client]:
    """A client of a freshly started copywriter."""
    with (
        served(server_config()) as address,
        httpx.Client(base_url=address, timeout=20, trust_env=False) as client,
    ):
        yield client
