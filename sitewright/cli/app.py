"""The `sitewright` command: its groups, and how errors become sentences and exit statuses.

Exit status 0: done; 1: it did not hold; 2: bad input, with one line per field, nothing written.
"""

import os
import sys

import typer
from rich.console import Console

from sitewright.cli.commands import load_commands
from sitewright.errors import InputError, InvalidOrder, InvalidSettings, SitewrightError
from sitewright.local.running import environment_of_running_stack
from sitewright.settings import load_settings

_STACKS = {"demo", "up"}
"""The commands that start a stack of their own."""

app = typer.Typer(
    name="sitewright",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback()
def find_stack(context: typer.Context) -> None:
    """Turns paid website orders into live websites: one Prefect flow run per order."""
    # `sitewright up` in another terminal is found by its home; what the environment says goes first.
    if context.invoked_subcommand not in _STACKS:
        os.environ.update(environment_of_running_stack(load_settings()))


def main() -> None:
    """Run the command line; the one place where an error becomes an exit status."""
    load_commands(next(iter(sys.argv[1:]), None))
    problems = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except (InvalidOrder, InvalidSettings) as refused:
        for problem in refused.problems:
            source = f"{refused.source}: " if refused.source else ""
            problems.print(f"{source}{problem.path}: {problem.problem}", markup=False)
        sys.exit(2)
    except InputError as refused:
        problems.print(str(refused), markup=False)
        sys.exit(2)
    except SitewrightError as error:
        problems.print(str(error), markup=False)
        sys.exit(1)
    finally:
        _let_go_of_closed_output()


def _let_go_of_closed_output() -> None:
    """Keep the exit status where the terminal is gone: Python exits with 120 if its last flush fails."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
