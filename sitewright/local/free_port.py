"""Ports on loopback."""

import secrets
import socket
from collections.abc import Callable

HOST = "127.0.0.1"

_QUIET = range(15000, 32000)
"""Below the ports that systems give to the clients' ends of connections. A server that is restarted on its
port would else find, once in a while, that a client's connection has taken it meanwhile."""


def free_port(wanted: int = 0, claim: Callable[[int], bool] = lambda _: True) -> int:
    """Return `wanted` if nobody listens there, else a port that was free a moment ago.

    `claim` is asked about each port that is free; one that it returns False for counts as taken.
    """
    quiet = secrets.SystemRandom().sample(_QUIET, 20)
    for port in (*([wanted] if wanted else []), *quiet, 0):
        with socket.socket() as probe:
            # As servers do: a port whose last connections linger in TIME_WAIT counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            free = int(probe.getsockname()[1])
        if claim(free):
            return free
    raise OSError("no port on loopback is free")
