"""Starting a run: once, however often it is asked for, and a sentence where there is no Prefect to do it."""

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.start_build import astart_build
from sitewright.errors import PrefectUnavailable
from sitewright.orders.leases import take_lease
from tests.support.orders import placed

NOBODY_LISTENS = "http://127.0.0.1:9/api"


@pytest.fixture(autouse=True)
def _this_database(database, monkeypatch):
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)


@pytest.mark.failure(14)
async def test_an_order_that_a_live_run_has_is_not_started_again(database):
    order_id = await placed(database)
    await take_lease(database, order_id, "run-1")
    with temporary_settings({PREFECT_API_URL: NOBODY_LISTENS}):
        assert await astart_build(order_id) == "run-1"


async def test_without_the_address_of_a_prefect_none_is_started_for_the_question(database):
    order_id = await placed(database)
    with (
        temporary_settings(restore_defaults={PREFECT_API_URL}),
        pytest.raises(PrefectUnavailable, match="PREFECT_API_URL is not set"),
    ):
        await astart_build(order_id)
