"""The offline copywriter as it is served, on a port of the test's own."""

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from sitewright.local.copywriter.__main__ import server_config


@pytest.fixture
def desk() -> Iterator[httpx.Client]:
    """A client of a freshly started copywriter."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(server_config())
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
            yield client
        server.should_exit = True
        thread.join()
