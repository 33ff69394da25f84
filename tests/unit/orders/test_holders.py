import os
import subprocess
import sys
from pathlib import Path

import pytest

from sitewright.orders.holders import is_dead, lives, this_process

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="holders need Linux's /proc")

NAME_AND_WAIT = """
import sys
from sitewright.orders.holders import this_process
print(this_process(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other():
    with subprocess.Popen(
        [sys.executable, "-c", NAME_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.holder = process.stdout.readline().strip()
        yield process
        process.kill()


def test_a_process_lives_until_it_ends_even_if_nobody_reaps_it(other):
    assert not is_dead(this_process())
    assert not is_dead(other.holder)
    assert lives(other.pid)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # ended, and still a zombie
    assert is_dead(other.holder)
    assert not lives(other.pid)
    other.wait()
    assert is_dead(other.holder)
    assert not lives(other.pid)


def test_a_pid_that_was_given_again_is_another_process(other):
    name, _, start = other.holder.rpartition(":")
    assert is_dead(f"{name}:{int(start) - 1}")


def test_nothing_is_known_of_other_machines_containers_and_nameless_holders(other):
    boot, namespace = other.holder.split(":", 1)
    other.kill()
    other.wait()
    assert not is_dead(f"{boot[:-1]}x:{namespace}")
    assert not is_dead(other.holder.replace("pid:[", "pid:[9"))
    for unknown in ("", "nonsense", ":::", "a:b:c:d"):
        assert not is_dead(unknown)
