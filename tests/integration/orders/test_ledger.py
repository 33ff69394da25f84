import pytest

from sitewright.errors import DatabaseRefused
from sitewright.orders.ledger import complete_step, completed_step, note_resumed
from sitewright.orders.models.order import OrderState
from sitewright.orders.releases import release_made, report_made, site_published
from sitewright.orders.repository import show_order
from tests.support.database import count_rows, run_sql
from tests.support.orders import building, publication, release, report, step


async def test_a_step_is_done_when_its_row_says_so_and_comes_back_as_it_was(database):
    order = await building(database)
    assert await completed_step(database, order, "plan") is None
    done = step("plan", voice="calm", pages=["home"])
    await complete_step(database, order, done)
    assert await completed_step(database, order, "plan") == done
    assert await completed_step(database, order.model_copy(update={"revision": 2}), "plan") is None


async def test_a_step_that_is_done_again_replaces_its_row(database):
    order = await building(database)
    await complete_step(database, order, step("plan", "old"))
    await note_resumed(database, order, "plan", "run-2")
    assert [one.resumed for one in (await show_order(database, order.id)).steps] == [True]
    again = step("plan", "new")
    await complete_step(database, order, again)
    assert await completed_step(database, order, "plan") == again
    assert [one.resumed for one in (await show_order(database, order.id)).steps] == [False]


@pytest.mark.failure(15)
async def test_a_step_and_its_data_are_recorded_together_or_not_at_all(database):
    order = await building(database)
    made = release()
    with pytest.raises(DatabaseRefused, match="violates foreign key"):
        # The release goes in, the publication names one that was never made.
        await complete_step(
            database,
            order,
            step("publish"),
            release_made(order, made),
            *site_published(order, publication(release("another"))),
        )
    assert await completed_step(database, order, "publish") is None
    assert await count_rows(database, "releases") == 0
    assert (await show_order(database, order.id)).state is OrderState.BUILDING


async def test_an_order_is_published_by_the_step_that_verified_it_and_by_nothing_less(database):
    order = await building(database)
    made = release()
    await complete_step(database, order, step("render"), release_made(order, made))
    await complete_step(database, order, step("check"), report_made(order, report(made)))
    assert (await show_order(database, order.id)).url is None
    live = publication(made)
    await complete_step(database, order, step("publish"), *site_published(order, live))
    record = await show_order(database, order.id)
    assert (record.state, record.url, record.release) == ("published", live.url, made.hash)
    assert await count_rows(database, "publications") == 1


@pytest.mark.failure(15)
async def test_a_publication_that_is_resumed_makes_the_order_published_again_and_is_counted_once(database):
    order = await building(database)
    made = release()
    live = publication(made)
    published = (release_made(order, made), *site_published(order, live))
    await complete_step(database, order, step("publish"), *published)
    await run_sql(database, "UPDATE orders SET state = 'building'")
    await note_resumed(database, order, "publish", "run-2", *site_published(order, live))
    record = await show_order(database, order.id)
    assert (record.state, record.release) == ("published", made.hash)
    assert await run_sql(database, "SELECT resumed_by FROM steps") == [("run-2",)]
    assert await count_rows(database, "publications") == 1
