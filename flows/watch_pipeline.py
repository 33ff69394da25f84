"""Scheduled every minute: see how the pipeline stands, show it, and tell those who must act."""

from prefect import flow

from tasks.rounds import round_of
from tasks.watch import Watched, watch


@flow(name="watch-pipeline", timeout_seconds=180, persist_result=False)
async def watch_pipeline() -> Watched:
    """Open an alarm once for each thing that is wrong, close it when it is over, and tell both."""
    async with round_of("watch-pipeline"):
        return await watch()
