"""The built-in server: shows what is published, `/<slug>/...` from each site's `current`, nothing else."""

import signal
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sitewright.errors import PublishingError
from sitewright.publishing.live_files import NOT_FOUND, LiveDirectory, read_live
from sitewright.publishing.responses import (
    accepted_codings,
    file_response,
    moved_to_directory,
    not_found,
    plain,
)

HEALTH_PATH = "/.well-known/sitewright-health"

_SECONDS_TO_FINISH = 5


def make_app(root: Path) -> Starlette:
    """Return the application that serves the sites below `root`; sites published later are served too."""
    return Starlette(
        routes=[
            Route(HEALTH_PATH, _health, methods=["GET"]),
            Route("/{path:path}", partial(_answer, root), methods=["GET"]),
        ]
    )


def serve(
    root: Path, *, host: str = "127.0.0.1", port: int = 8400, listening: Callable[[str, int], None]
) -> None:
    """Serve the sites below `root` until SIGTERM or Ctrl-C; requests under way are finished.

    `listening` is called once with the host and the port that connections are accepted at; a `port` of 0 lets
    the system choose. For the main thread of a process.

    Raises PublishingError when the address cannot be had.
    """
    config = uvicorn.Config(
        make_app(root),
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    with listen(host, port) as listener:
        # Once it has finished, uvicorn raises the signal that ended it again, for whoever handled it before.
        before = {number: signal.signal(number, _ignore) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            listening(host, listener.getsockname()[1])
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections at `host` and `port`.

    Raises PublishingError when the address is taken or is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
        # What it accepts inherits this, which asyncio sets on listeners of its own making only. Without it a
        # small file waits 40 ms for the acknowledgement of the one before (Nagle; RFC 9293, 3.7.4).
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, OverflowError) as cause:
        raise PublishingError(
            f"Sites cannot be served at {host} port {port}: {cause}. Choose another with --host or --port."
        ) from cause


def _ignore(*_: object) -> None:
    return


def _health(_: Request) -> Response:
    return plain("Sitewright serves.\n")


def _answer(root: Path, request: Request) -> Response:
    slug, *names = request.path_params["path"].split("/")
    codings = accepted_codings(request.headers)
    found = read_live(root, slug, names, codings=codings) if names else _site_itself(root, slug)
    if found is None:
        own = read_live(root, slug, [NOT_FOUND], codings=codings)
        if own is None or isinstance(own, LiveDirectory):
            return not_found()
        return file_response(own, request.headers, status=404)
    if isinstance(found, LiveDirectory):
        return moved_to_directory("/" + quote(request.path_params["path"]) + "/")
    return file_response(found, request.headers)


def _site_itself(root: Path, slug: str) -> LiveDirectory | None:
    return LiveDirectory() if read_live(root, slug, [""]) is not None else None
