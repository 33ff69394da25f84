"""`python -m sitewright.local.copywriter`: serves the offline copywriter until it is told to stop."""

import argparse
import ipaddress
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from sitewright.local.copywriter.connection import DroppableConnection
from sitewright.local.copywriter.server import copywriter_app


def main(arguments: list[str] | None = None) -> int:
    """Serve on a loopback address until SIGTERM or SIGINT, then finish the requests under way.

    Prints the server's base address. Returns the exit status: 2 when the address cannot be used.
    """
    asked = _parser().parse_args(arguments)
    try:
        listener = _listener(asked.host, asked.port)
    except (OSError, ValueError) as cause:
        sys.stderr.write(f"The copywriter cannot listen on {asked.host}:{asked.port}: {cause}\n")
        return 2
    key = os.environ.get(asked.key_env) if asked.key_env else asked.key
    if asked.key_env and not key:
        sys.stderr.write(f"The variable {asked.key_env} holds no key.\n")
        return 2
    for ending in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops gracefully on these and then raises them again: being told to stop is no failure.
        signal.signal(ending, lambda _number, _frame: None)
    with listener:
        host, port = listener.getsockname()[:2]
        if asked.port_file:
            _written(asked.port_file, port)
        sys.stdout.write(f"http://{f'[{host}]' if ':' in host else host}:{port}/v1\n")
        sys.stdout.flush()
        uvicorn.Server(server_config(key)).run(sockets=[listener])
    return 0


def server_config(key: str | None = None) -> uvicorn.Config:
    """Return how the copywriter is served: quietly, and on connections that a fault can drop."""
    return uvicorn.Config(
        copywriter_app(key),
        http=DroppableConnection,
        ws="none",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sitewright.local.copywriter", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="0 for any free port")
    parser.add_argument("--port-file", type=Path, help="where to write the port, once it is listened on")
    parser.add_argument("--key", help="the bearer key to ask for; visible to others in the process list")
    parser.add_argument("--key-env", help="the environment variable that holds the bearer key to ask for")
    return parser


def _listener(host: str, port: int) -> socket.socket:
    address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    if not address.is_loopback:
        raise ValueError("it serves this machine alone, on a loopback address like 127.0.0.1")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    return socket.create_server((str(address), port), family=family, backlog=512)


def _written(path: Path, port: int) -> None:
    """Write the port in one step, so that a reader never sees half of it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(f"{port}\n", encoding="ascii")
    aside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
