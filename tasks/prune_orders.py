"""Remove what the settings no longer keep of orders: releases, lines of timelines, AI calls."""

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from sitewright.database import open_database
from sitewright.retention import Pruned
from sitewright.retention import prune_orders as prune
from sitewright.settings import load_settings


@task(name="prune_orders", cache_policy=NO_CACHE, persist_result=False)
async def prune_orders(dry_run: bool) -> Pruned:
    """Remove it, or in a dry run only say what would go. Raises DatabaseError."""
    settings = load_settings()
    database = open_database(settings)
    try:
        pruned = await prune(database, settings.sites, settings.retention, dry_run=dry_run)
    finally:
        await database.close()
    get_run_logger().info(pruned.sentence())
    for problem in pruned.problems:
        get_run_logger().error(problem)
    return pruned
