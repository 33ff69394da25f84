import socket

from sitewright.local.free_port import HOST, free_port
from sitewright.local.ports_of_home import PortsOfHome


def test_a_port_is_kept_until_somebody_else_has_it(tmp_path):
    first = PortsOfHome(tmp_path).port("sites")
    again = PortsOfHome(tmp_path).port("sites", wanted=first + 1)
    with socket.create_server((HOST, first)):
        moved = PortsOfHome(tmp_path).port("sites")

    assert first == again
    assert moved != first
    assert PortsOfHome(tmp_path).port("sites") == moved


def test_a_wanted_port_is_taken_when_it_is_free(tmp_path):
    wanted = free_port()

    assert PortsOfHome(tmp_path).port("sites", wanted) == wanted


def test_a_port_of_its_own_choice_is_none_that_clients_are_given():
    assert all(15000 <= free_port() < 32000 for _ in range(50))
