"""The offline copywriter inside this process, for commands that need words for a moment."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from sitewright.errors import LocalStackError
from sitewright.local.copywriter.__main__ import server_config
from sitewright.local.free_port import HOST
from sitewright.settings import Route

_ENDING_SECONDS = 10


@contextmanager
def offline_copywriter() -> Iterator[Route]:
    """Serve the offline copywriter on a free port of the loopback until the block ends; yields its route.

    It runs in a thread, so that signals stay with the command. Raises LocalStackError when no port is free.
    """
    try:
        listener = socket.create_server((HOST, 0), backlog=512)
    except OSError as cause:
        raise LocalStackError(f"The offline copywriter cannot listen on {HOST}: {cause}") from cause
    server = uvicorn.Server(server_config())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        base_url = f"http://{HOST}:{listener.getsockname()[1]}/v1"
        yield Route(name="offline", base_url=base_url, model="offline-copywriter", offline=True)
    finally:
        server.should_exit = server.force_exit = True
        thread.join(_ENDING_SECONDS)
        listener.close()
