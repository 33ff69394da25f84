"""The timeline: what happened to an order, in order, for people.

A line is written in a transaction of its own, so that it stays when the work it tells of is rolled back, and
so that it never stops that work: a line that cannot be written is reported in the log instead.
"""

import asyncio
import logging

from sqlalchemy import insert

from sitewright.database import Database
from sitewright.orders.tables import TimelineRow

PATIENCE_SECONDS = 10
"""How long the work may wait for a line of its timeline."""

_log = logging.getLogger("sitewright.timeline")


async def note(
    database: Database,
    order_id: int,
    event: str,
    detail: str = "",
    *,
    revision: int | None = None,
    step: str | None = None,
    flow_run_id: str | None = None,
) -> None:
    """Add a line to the order's timeline: `event` in a word or two, `detail` in a sentence.

    Raises nothing: what cannot be written within 10 seconds is a warning on the logger
    `sitewright.timeline` that names order, event and cause.
    """
    line = insert(TimelineRow).values(
        order_id=order_id,
        event=event,
        detail=detail,
        revision=revision,
        step=step,
        flow_run_id=flow_run_id,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.transaction() as session:
            await session.execute(line)
    except Exception as cause:  # the work goes on, whatever this is
        _log.warning(
            "The timeline of order %s misses '%s': %s",
            order_id,
            event,
            str(cause) or type(cause).__name__,
        )
