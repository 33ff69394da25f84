"""Ports on loopback."""

import socket

HOST = "127.0.0.1"


def free_port(wanted: int = 0) -> int:
    """Return `wanted` if nobody listens there, else a port that was free a moment ago."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            # As servers do: a port whose last connections linger in TIME_WAIT counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port on loopback is free")
