"""`sitewright releases prune`: remove what the settings no longer keep, or show what would go."""

from typing import Annotated

import typer
from rich.table import Table

from sitewright.cli.database import with_database
from sitewright.cli.printing import AsJson, people, plain, print_json
from sitewright.cli.publishing import group
from sitewright.retention import Pruned, prune_orders
from sitewright.settings import load_settings

_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would go; nothing is changed.")]


@group.command()
def prune(
    dry_run: _DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Remove what the settings no longer keep: old releases, lines of the timeline, AI calls.

    Nothing goes that is live, awaited or under dispute. Old Prefect runs go with the scheduled flow
    `prune-releases`, which does this every day. The exit status is 1 if something could not be removed.
    """
    settings = load_settings()
    pruned = with_database(
        lambda database: prune_orders(database, settings.sites, settings.retention, dry_run=dry_run)
    )
    if as_json:
        print_json(pruned.model_dump(mode="json"))
    else:
        _print_pruned(pruned)
    raise typer.Exit(1 if pruned.problems else 0)


def _print_pruned(pruned: Pruned) -> None:
    columns = ("order", "releases", "unknown to the database", "size", "timeline", "AI calls")
    table = Table(*columns, box=None)
    for order in pruned.orders:
        counts = (order.order_id, order.releases, order.strays)
        table.add_row(*map(str, counts), _kilobytes(order.bytes), str(order.timeline), str(order.ai_calls))
    if pruned.orders:
        people.print(table)
    people.print(plain(pruned.sentence()), soft_wrap=True)
    for problem in pruned.problems:
        people.print(plain(problem), style="red", soft_wrap=True)


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.0f} kB"
