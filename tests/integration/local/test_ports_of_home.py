import socket

from sitewright.local.free_port import HOST, free_port
from sitewright.local.ports_of_home import PortsOfHome


def port_of(home, name="sites", wanted=0):
    """The port that a stack in `home` gets which ends right after."""
    ports = PortsOfHome(home)
    try:
        return ports.port(name, wanted)
    finally:
        ports.release()


def test_a_port_is_kept_until_somebody_else_has_it(tmp_path):
    first = port_of(tmp_path)
    again = port_of(tmp_path, wanted=first + 1)
    with socket.create_server((HOST, first)):
        moved = port_of(tmp_path)

    assert first == again
    assert moved != first
    assert port_of(tmp_path) == moved


def test_a_wanted_port_is_taken_when_it_is_free(tmp_path):
    wanted = free_port()

    assert port_of(tmp_path, wanted=wanted) == wanted


def test_a_port_of_its_own_choice_is_none_that_clients_are_given():
    assert all(15000 <= free_port() < 32000 for _ in range(50))


def test_a_port_that_another_stack_is_about_to_use_is_left_to_it(tmp_path):
    wanted = free_port()
    first, second = PortsOfHome(tmp_path / "one"), PortsOfHome(tmp_path / "two")
    for home in ("one", "two"):
        (tmp_path / home).mkdir()

    assert first.port("sites", wanted) == first.port("sites", wanted) == wanted
    assert second.port("sites", wanted) != wanted
    first.release()
    assert port_of(tmp_path / "two", "others", wanted) == wanted
    second.release()
