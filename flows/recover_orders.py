"""Scheduled every minute: resume every order that is due something and that nobody is building."""

from prefect import flow

from tasks.mend_causes import mended_causes
from tasks.resume_orders import Resumed, resume_orders
from tasks.rounds import round_of
from tasks.settle_runs import settle_runs


@flow(name="recover-orders", timeout_seconds=300, persist_result=False)
async def recover_orders() -> Resumed:
    """Set Prefect's runs right, try what orders are blocked by, and resume all that is due.

    Safe to run twice at once, on any number of machines.
    """
    async with round_of("recover-orders"):
        await settle_runs()
        mended = await mended_causes()
        return await resume_orders(mended)
