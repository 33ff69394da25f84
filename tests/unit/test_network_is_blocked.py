import asyncio
import socket

import pytest
from pytest_socket import SocketBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_a_unit_test_that_reaches_for_the_network_is_stopped():
    with pytest.raises(SocketBlockedError):
        socket.create_connection(("127.0.0.1", 9))


async def test_an_event_loop_works_all_the_same():
    assert await asyncio.sleep(0, "awake") == "awake"
