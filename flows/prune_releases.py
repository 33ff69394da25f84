"""Scheduled every day: remove what the settings no longer keep, and show what went."""

from contextlib import nullcontext

from prefect import flow

from sitewright.errors import PublishingError
from sitewright.retention import Pruned
from tasks.artifacts import show_pruned
from tasks.prune_orders import prune_orders
from tasks.prune_runs import prune_runs
from tasks.rounds import round_of


@flow(name="prune-releases", timeout_seconds=4 * 60 * 60, persist_result=False)
async def prune_releases(dry_run: bool = False) -> Pruned:
    """Remove old releases, lines of timelines, AI calls and runs of orders that nobody waits for or disputes.

    Safe to run twice at once, and to be killed. A dry run shows what would go, and touches nothing.
    """
    async with nullcontext() if dry_run else round_of("prune-releases"):
        pruned = await prune_orders(dry_run)
        runs = await prune_runs(dry_run)
        await show_pruned(pruned, runs=runs.runs, artifacts=runs.artifacts)
        if pruned.problems:
            raise PublishingError(pruned.problems[0])
        return pruned
