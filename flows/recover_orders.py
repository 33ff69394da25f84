"""Scheduled every minute: resume every order that is due something and that nobody is building."""

from prefect import flow

from sitewright.errors import RecoveryHeldUp
from tasks.mend_causes import mended_causes
from tasks.resume_orders import Resumed, resume_orders
from tasks.rounds import round_of
from tasks.settle_runs import settle_runs


@flow(name="recover-orders", timeout_seconds=300, persist_result=False)
async def recover_orders() -> Resumed:
    """Set Prefect's runs right, try what orders are blocked by, and resume all that is due.

    Safe to run twice at once, on any number of machines. Raises RecoveryHeldUp, after all that could be done
    was done, when an order could not be resumed.
    """
    async with round_of("recover-orders"):
        await settle_runs()
        done = await resume_orders(await mended_causes())
    if done.held_up:
        raise RecoveryHeldUp(f"{len(done.held_up)} orders could not be resumed, such as: {done.held_up[0]}")
    return done
