"""News of alarms go out: every configured channel is told what it was not told yet, once.

Not a task: a round of watching calls it last, and a channel that fails does not fail the round.
"""

import asyncio
import logging

from sitewright.alarms import Delivery, configured_channels, tell
from sitewright.database import Database
from sitewright.orders.alarm_news import claim_news, mark_told, mark_untold
from sitewright.orders.models.alarm import Channel
from sitewright.settings import AlarmOutlet

_log = logging.getLogger("sitewright.alarms")


async def tell_news(database: Database, outlet: AlarmOutlet) -> tuple[Delivery, ...]:
    """Tell each channel its news, side by side, in one message each; return how those took it that had any.

    A channel that fails is logged, shown by `sitewright alarms` and told again by the next round. Raises
    DatabaseError only, after every channel is done.
    """
    told = await asyncio.gather(
        *(_tell(database, outlet, channel) for channel in configured_channels(outlet)), return_exceptions=True
    )
    for outcome in told:
        if isinstance(outcome, BaseException):
            raise outcome
    return tuple(delivery for delivery in told if isinstance(delivery, Delivery))


async def _tell(database: Database, outlet: AlarmOutlet, channel: Channel) -> Delivery | None:
    dispatch = await claim_news(database, channel)
    if dispatch is None:
        return None
    delivery = await tell(outlet, channel, dispatch.news)
    problem = str(delivery.problem or "")
    if problem:
        _log.warning("Alarms: %s", problem)
    if delivery.taken:
        await mark_told(database, dispatch, problem)
    else:
        await mark_untold(database, dispatch, problem)
    return delivery
