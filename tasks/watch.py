"""One round of watching: see how the pipeline stands, show it, open and close alarms, tell the news."""

from prefect import task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE

from sitewright.database import open_database
from sitewright.orders.alarms import looking_begins, open_alarms, settle_alarms
from sitewright.orders.models.base import Value
from sitewright.orders.pipeline import pipeline_status
from sitewright.orders.rounds import last_rounds
from sitewright.settings import load_settings
from tasks.find_conditions import find_conditions
from tasks.news import tell_news
from tasks.status_report import status_report


class Watched(Value):
    """What one round of watching saw: alarms that are open, and channels that took a message."""

    open_alarms: int
    told: int


@task(name="watch", cache_policy=NO_CACHE, persist_result=False)
async def watch() -> Watched:
    """Find what is wrong, bring the alarms to it, show it all as an artifact, and tell what is news."""
    settings = load_settings()
    database = open_database(settings)
    looked_at = await looking_begins(database)
    standing, rounds = await pipeline_status(database), await last_rounds(database)
    found = await find_conditions(database, settings, standing, rounds)
    await settle_alarms(database, found.conditions, unknown=found.unknown, looked_at=looked_at)
    alarms = await open_alarms(database)
    # Whom it concerns is told first: what Prefect shows comes after, and may fail.
    deliveries = await tell_news(database, settings.alarms)
    await acreate_markdown_artifact(
        status_report(standing, alarms, rounds), key="pipeline", description="How the pipeline stands."
    )
    return Watched(open_alarms=len(alarms), told=sum(delivery.taken for delivery in deliveries))
