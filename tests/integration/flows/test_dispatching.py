"""The dispatcher's round: an order that cannot be started holds up no other."""

import pytest
from prefect.logging import disable_run_logger

from flows import dispatch_orders as module
from flows.dispatch_orders import dispatch_orders
from sitewright.errors import PrefectUnavailable
from tests.support.orders import GARDENER, placed


async def test_an_order_for_which_no_run_can_be_started_holds_up_no_other(database, monkeypatch):
    first, second = await placed(database), await placed(database, GARDENER)
    started = []

    async def refuse_the_first(order_id, *, attempts):
        if order_id == first:
            raise PrefectUnavailable("No run for this one.")
        started.append(order_id)
        return "run-2"

    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
    monkeypatch.setattr(module, "astart_build", refuse_the_first)
    with disable_run_logger(), pytest.raises(PrefectUnavailable, match="No run for this one"):
        await dispatch_orders.fn()
    assert started == [second]
