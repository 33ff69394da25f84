"""A command loads what it needs and no more, and is the same command."""

import subprocess
import sys

import pytest

from sitewright.cli.app import app
from sitewright.cli.commands import MODULES, load_commands

LOADED = """
import sys
from sitewright.cli.app import app
from sitewright.cli.commands import load_commands
load_commands(sys.argv[1])
names = {each.name or each.callback.__name__ for each in app.registered_commands}
print(*sorted(names | {each.name for each in app.registered_groups}))
print("sitewright.rendering" in sys.modules)
"""


def test_every_command_is_named_with_its_modules():
    load_commands(None)

    named = {each.name or getattr(each.callback, "__name__", "") for each in app.registered_commands}
    assert named | {each.name for each in app.registered_groups} == set(MODULES)


@pytest.mark.parametrize(
    ("asked", "renderer"), [("orders", "False"), ("status", "False"), ("themes", "True")]
)
def test_a_command_is_there_without_the_others(asked, renderer):
    done = subprocess.run([sys.executable, "-c", LOADED, asked], capture_output=True, text=True, check=True)
    commands, rendering = done.stdout.splitlines()

    assert asked in commands.split()
    assert rendering == renderer
