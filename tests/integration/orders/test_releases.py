import pytest

from sitewright.errors import LeaseHeld, TransitionRefused, UnknownOrder
from sitewright.orders.leases import release_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.releases import record_rollback, release_made, releases_of, report_made, site_published
from sitewright.orders.repository import show_order
from tests.support.database import run_sql
from tests.support.orders import building, opened, publication, release, report, step


async def _published(database, order, content):
    made = release(content)
    await complete_step(database, order, step("render"), release_made(order, made))
    await complete_step(database, order, step("check"), report_made(order, report(made)))
    await complete_step(database, order, step("publish"), *site_published(order, publication(made)))
    return made


async def test_releases_are_listed_newest_first_with_the_live_one(database):
    order = await building(database)
    first = await _published(database, order, "first")
    order = await opened_again(database, order)
    second = await _published(database, order, "second")
    await complete_step(
        database,
        await opened_again(database, order),
        step("render"),
        release_made(order, release("unpublished")),
    )
    third, newer, older = await releases_of(database, order.id)
    assert (newer.manifest, newer.live, newer.report) == (second, True, report(second))
    assert (older.manifest, older.live) == (first, False)
    assert (third.live, third.report, third.published_at) == (False, None, None)
    assert older.published_at < newer.published_at


async def opened_again(database, order):
    await release_lease(database, order.id, order.lease)
    return await opened(database, order.id)


@pytest.mark.failure(15)
async def test_a_published_release_is_not_modified_when_it_is_made_and_checked_again(database):
    order = await building(database)
    made = await _published(database, order, "first")
    order = await opened_again(database, order)
    await complete_step(database, order, step("render"), release_made(order, made))
    await complete_step(database, order, step("check"), report_made(order, report(made, passed=False)))
    (record,) = await releases_of(database, order.id)
    assert record.report == report(made)


async def test_rolling_back_switches_what_is_live_and_is_told(database):
    order = await building(database)
    first = await _published(database, order, "first")
    order = await opened_again(database, order)
    await _published(database, order, "second")
    with pytest.raises(LeaseHeld):
        await record_rollback(database, order.id, publication(first))
    await release_lease(database, order.id, order.lease)
    await record_rollback(database, order.id, publication(first))
    record = await show_order(database, order.id)
    assert (record.state, record.release) == ("published", first.hash)
    assert record.timeline[-1].event == "rolled back"
    assert [one.live for one in await releases_of(database, order.id)] == [False, True]
    events = await run_sql(database, "SELECT event FROM publications ORDER BY id")
    assert events == [("published",), ("published",), ("rolled back",)]
    with pytest.raises(TransitionRefused, match="never published"):
        await record_rollback(database, order.id, publication(release("unknown")))
    with pytest.raises(UnknownOrder):
        await record_rollback(database, 404, publication(first))
