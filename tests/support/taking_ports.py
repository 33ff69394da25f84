"""A port taken between the death of who had it and the start of its successor."""

import socket
import time


def take_port(port: int) -> socket.socket:
    """Listen on loopback at `port` as soon as whoever was killed there is gone."""
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            time.sleep(0.005)
