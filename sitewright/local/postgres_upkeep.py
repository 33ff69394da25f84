"""Keeps the embedded PostgreSQL up: killed, it is started again, on its port and with what was committed."""

import asyncio
import time
from collections.abc import Callable
from typing import NoReturn

from sitewright.errors import PostgresFailed
from sitewright.local.postgres import EmbeddedPostgres
from sitewright.local.waiting import to_the_end

_LOOK_SECONDS = 0.2
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_GIVE_UP_SECONDS = 600.0
"""A full disk, say, may take somebody that long to mend."""


async def keep_up(
    postgres: EmbeddedPostgres, say: Callable[[str], None], is_away: Callable[[bool], None]
) -> NoReturn:
    """Start `postgres` again whenever it is not there any more; `is_away` is told when it goes and comes.

    Raises PostgresFailed when that has not succeeded for ten minutes.
    """
    while True:
        if not await asyncio.to_thread(lambda: postgres.lives):
            say("PostgreSQL has ended unasked; it is started again.")
            is_away(True)
            await _revive(postgres, say)
            is_away(False)
        await asyncio.sleep(_LOOK_SECONDS)


async def _revive(postgres: EmbeddedPostgres, say: Callable[[str], None]) -> None:
    began = time.monotonic()
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await to_the_end(postgres.revive)
        except PostgresFailed as failed:
            if time.monotonic() - began > _GIVE_UP_SECONDS:
                raise
            if pause == _FIRST_PAUSE_SECONDS:
                say(f"{failed} It is tried again.")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
