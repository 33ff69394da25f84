"""What may go of an order's past: what is live, awaited or under dispute never does, whoever asks."""

import asyncio
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import text

from sitewright.errors import DatabaseRefused, UnknownOrder
from sitewright.orders.budgets import NextCall, hold
from sitewright.orders.disputes import dispute_order, settle_dispute
from sitewright.orders.leases import release_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.models.order import OrderState
from sitewright.orders.models.usage import CallOutcome
from sitewright.orders.releases import record_rollback, release_made, releases_of, site_published
from sitewright.orders.repository import show_order
from sitewright.orders.retention import (
    SETTLED,
    Forgotten,
    Shelf,
    clear_away,
    forget,
    settled_among,
    settled_pasts,
)
from sitewright.orders.usage import recall_answer, record_call
from sitewright.settings import Retention
from tests.support.database import count_rows, run_sql, until_waiting
from tests.support.orders import (
    GARDENER,
    ai_call,
    building,
    in_state,
    opened,
    placed,
    publication,
    release,
    step,
)

TWO = Retention(releases_kept=2)


async def made(database, order, content):
    await complete_step(database, order, step("render"), release_made(order, release(content)))
    return release(content)


async def published(database, order, content):
    one = await made(database, order, content)
    await complete_step(database, order, step("publish"), *site_published(order, publication(one)))
    return one


async def with_releases(database, *contents, draft=""):
    """An order whose run has ended, with releases published one after another, and one that never was."""
    order = await building(database)
    if draft:
        await made(database, order, draft)
    for content in contents:
        await published(database, order, content)
    await release_lease(database, order.id, order.lease)
    return order


async def past(database, order_id, keeping=TWO):
    pasts, _ = await settled_pasts(database, keeping, after=0, limit=100)
    return next((one for one in pasts if one.order_id == order_id), None)


def hashes(*contents):
    return frozenset(release(content).hash for content in contents)


async def old_line(database, order_id, days, event="old"):
    await run_sql(
        database,
        "INSERT INTO timeline (order_id, event, at)"
        " VALUES (:id, :event, now() - make_interval(days => :days))",
        id=order_id,
        event=event,
        days=days,
    )


async def delete_lines(database, order_id, setting="on"):
    async with database.transaction() as session:
        await session.execute(text(f"SET LOCAL sitewright.retention = '{setting}'"))
        await session.execute(text(f"DELETE FROM timeline WHERE order_id = {order_id}"))


async def test_the_last_releases_by_their_last_publication_stay_and_drafts_go_first(database):
    order = await with_releases(database, "a", "b", "c", draft="never live")
    await record_rollback(database, order.id, publication(release("a")))
    shelf = (await past(database, order.id)).shelf
    assert (shelf.kept, shelf.surplus) == (hashes("a", "c"), hashes("b", "never live"))
    kept = Retention(releases_kept=3)
    assert (await past(database, order.id, kept)).shelf.surplus == hashes("never live")


async def test_the_live_release_stays_however_long_ago_it_was_published_and_so_does_current(database):
    order = await with_releases(database, "a", "b", "c", "d")
    await run_sql(database, "UPDATE orders SET release = :hash", hash=release("a").hash)
    shelf = (await past(database, order.id)).shelf
    assert (shelf.kept, shelf.surplus) == (hashes("a", "c", "d"), hashes("b"))

    told = await forget(database, order.id, TWO, on_disk_live=release("b").hash)

    assert told == Forgotten()
    assert [record.removed_at for record in await releases_of(database, order.id)] == [None] * 4


async def test_what_is_marked_is_told_once_and_found_again_until_it_is_made_again(database):
    order = await with_releases(database, "a", "b", "c")
    first = await forget(database, order.id, TWO, on_disk_live=None)
    second = await forget(database, order.id, TWO, on_disk_live=None)
    assert (first.marked, second.marked) == (hashes("a"), frozenset())
    assert await clear_away(database, order.id, lambda shelf: shelf, TWO) == Shelf(
        slug=order.slug, kept=hashes("b", "c"), removed=hashes("a")
    )
    events = [entry.event for entry in (await show_order(database, order.id)).timeline]
    assert events.count("releases removed") == 1
    assert await count_rows(database, "publications") == 3

    again = await opened(database, order.id, "run-2")
    await made(database, again, "a")

    assert all(record.removed_at is None for record in await releases_of(database, order.id))


@pytest.mark.parametrize("way", ["published", "rolled back"])
async def test_a_release_that_goes_live_again_is_no_longer_marked(database, way):
    order = await with_releases(database, "a", "b", "c")
    await forget(database, order.id, TWO, on_disk_live=None)
    if way == "published":
        again = await opened(database, order.id, "run-2")
        await complete_step(
            database, again, step("publish"), *site_published(again, publication(release("a")))
        )
    else:
        await record_rollback(database, order.id, publication(release("a")))
    assert all(record.removed_at is None for record in await releases_of(database, order.id))


@pytest.mark.parametrize("state", [state for state in OrderState if state not in SETTLED])
async def test_of_an_order_that_is_awaited_nothing_goes(database, state):
    order_id = await in_state(database, state)
    await _nothing_goes(database, order_id)


async def test_of_an_order_under_dispute_nothing_goes_until_it_is_settled(database):
    order_id = await in_state(database, OrderState.PUBLISHED)
    await dispute_order(database, order_id, "The customer says it was never delivered.")
    await _nothing_goes(database, order_id)
    shown = await show_order(database, order_id)
    assert shown.disputed == "The customer says it was never delivered."
    assert "disputed" in [entry.event for entry in shown.timeline]

    await settle_dispute(database, order_id)
    await settle_dispute(database, order_id)

    assert (await past(database, order_id)).timeline == 3
    assert (await settled_among(database, [order_id])) == {order_id}
    events = [entry.event for entry in (await show_order(database, order_id)).timeline]
    assert events.count("dispute settled") == 1
    with pytest.raises(UnknownOrder):
        await dispute_order(database, 404, "why")


async def test_of_an_order_that_a_live_run_has_nothing_goes(database):
    order = await building(database)
    await published(database, order, "a")
    await _nothing_goes(database, order.id, settled=True)
    await release_lease(database, order.id, order.lease)
    assert (await past(database, order.id)).timeline == 2


async def _nothing_goes(database, order_id, *, settled=False):
    for event in ("old", "older", "last"):
        await old_line(database, order_id, 4000, event)
    lines = await count_rows(database, "timeline")
    assert await past(database, order_id) is None
    assert await forget(database, order_id, TWO, on_disk_live=None) is None
    assert await clear_away(database, order_id, lambda shelf: shelf, TWO) is None
    assert await settled_among(database, [order_id]) == ({order_id} if settled else frozenset())
    assert await count_rows(database, "timeline") == lines
    if not settled:
        with pytest.raises(DatabaseRefused, match="awaited or under dispute"):
            await delete_lines(database, order_id)


async def test_an_order_that_is_reopened_meanwhile_keeps_everything(database):
    order = await with_releases(database, "a", "b", "c")
    with psycopg.connect(database.url.replace("+psycopg", "")) as other:
        other.execute("UPDATE orders SET state = 'building'")
        forgetting = asyncio.create_task(forget(database, order.id, TWO, on_disk_live=None))
        await until_waiting(database)
        other.commit()
        assert await forgetting is None
    assert all(record.removed_at is None for record in await releases_of(database, order.id))


async def test_a_dispute_waits_for_a_removal_that_has_the_order_and_stops_the_next(database):
    order = await with_releases(database, "a", "b", "c")
    with psycopg.connect(database.url.replace("+psycopg", "")) as other:
        other.execute("SELECT FROM orders FOR NO KEY UPDATE")
        disputing = asyncio.create_task(dispute_order(database, order.id, "why"))
        await until_waiting(database)
        other.commit()
        await disputing
    assert await forget(database, order.id, TWO, on_disk_live=None) is None


async def test_old_lines_go_but_for_the_first_and_the_last(database):
    order_id = await in_state(database, OrderState.CANCELLED)
    other_id = await in_state(database, OrderState.CANCELLED, sample=GARDENER)
    for event, days in (("old", 400), ("recent", 300), ("old", 366), ("last", 500)):
        await old_line(database, order_id, days, event)
    await old_line(database, other_id, 500, "last of the other")
    assert (await past(database, order_id)).timeline == 2

    told = await forget(database, order_id, TWO, on_disk_live=None)

    assert told == Forgotten(timeline=2)
    events = [entry.event for entry in (await show_order(database, order_id)).timeline]
    assert events == ["placed", "recent", "last"]
    assert len((await show_order(database, other_id)).timeline) == 2
    assert await forget(database, order_id, TWO, on_disk_live=None) == Forgotten()


async def test_nobody_deletes_lines_of_a_timeline_in_another_way(database):
    order_id = await in_state(database, OrderState.CANCELLED)
    await old_line(database, order_id, 500)
    await old_line(database, order_id, 500)
    with pytest.raises(DatabaseRefused, match="only ever added to"):
        await delete_lines(database, order_id, setting="off")
    with pytest.raises(DatabaseRefused, match="the first line of a timeline stays"):
        await delete_lines(database, order_id)
    with pytest.raises(DatabaseRefused, match="only ever added to"):
        await run_sql(database, "DELETE FROM timeline")
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL sitewright.retention = 'on'"))
        update = session.execute(text("UPDATE timeline SET event = 'x'"))
        with pytest.raises(Exception, match="only ever added to"):
            await update
        await session.rollback()
    assert await count_rows(database, "timeline") == 3


async def test_of_a_published_release_nothing_but_the_mark_changes_and_never_while_it_is_live(database):
    await with_releases(database, "a", "b")
    live, older = release("b").hash, release("a").hash
    mark = "UPDATE releases SET removed_at = now() WHERE hash = :hash"
    await run_sql(database, mark, hash=older)
    with pytest.raises(DatabaseRefused, match="the live release of order"):
        await run_sql(database, mark, hash=live)
    for change in ("removed_at = NULL, revision = 2", "manifest = '{}'", "report = '{}'", "made_at = now()"):
        with pytest.raises(DatabaseRefused, match="never modified"):
            await run_sql(database, f"UPDATE releases SET {change} WHERE hash = :hash", hash=older)
    with pytest.raises(DatabaseRefused, match="never modified"):
        await run_sql(database, "DELETE FROM releases WHERE hash = :hash", hash=older)


async def _old_usage(database, order):
    await record_call(database, order, ai_call("plan", "answered"))
    await record_call(database, order, ai_call("plan", "cut", outcome=CallOutcome.TRUNCATED))
    await run_sql(database, "UPDATE ai_calls SET started_at = now() - interval '731 days'")
    await record_call(database, order, ai_call("plan", "of today", outcome=CallOutcome.TRUNCATED))


async def test_answers_that_a_rebuild_would_use_again_stay_and_what_goes_is_told_with_its_cost(database):
    order = await building(database)
    await _old_usage(database, order)
    await published(database, order, "a")
    await release_lease(database, order.id, order.lease)
    assert (await past(database, order.id)).ai_calls == 1

    assert await forget(database, order.id, TWO, on_disk_live=None) == Forgotten(ai_calls=1)

    again = await opened(database, order.id, "run-2")
    assert await recall_answer(database, again, ai_call("plan", "answered").request_hash)
    shown = await show_order(database, order.id)
    assert shown.ai.calls == 2
    (told,) = [entry.detail for entry in shown.timeline if entry.event == "usage removed"]
    assert told == f"1 AI calls older than 730 days, cost {Decimal('0.00065'):.4f}"


async def test_what_was_held_for_a_call_that_was_never_recorded_goes_with_the_usage(database):
    order = await building(database)
    for step_name in ("plan", "page:home"):
        call = NextCall(step_name, "main", "some-model", Decimal("0.25"), seconds=60)
        await hold(database, order, Decimal(1), call)
    await run_sql(database, "UPDATE ai_holds SET held_at = now() - interval '731 days' WHERE step = 'plan'")
    await run_sql(database, "UPDATE orders SET state = 'cancelled'")
    await release_lease(database, order.id, order.lease)
    assert (await past(database, order.id)).ai_calls == 1
    assert await forget(database, order.id, TWO, on_disk_live=None) == Forgotten(ai_calls=1)
    shown = await show_order(database, order.id)
    assert shown.ai.perhaps_paid == Decimal("0.25"), "the young one is still shown"
    (told,) = [entry.detail for entry in shown.timeline if entry.event == "usage removed"]
    assert told == "1 AI calls older than 730 days, cost 0.2500"


async def test_answers_that_nobody_can_use_again_go(database):
    """A cancelled order is never built again; a discarded answer is never recalled."""
    order = await building(database)
    await _old_usage(database, order)
    await run_sql(database, "UPDATE orders SET state = 'cancelled'")
    assert (await past(database, order.id)) is None
    await release_lease(database, order.id, order.lease)
    assert (await past(database, order.id)).ai_calls == 2
    await run_sql(database, "UPDATE ai_calls SET discarded_at = now()")
    assert await forget(database, order.id, TWO, on_disk_live=None) == Forgotten(ai_calls=2)


async def test_orders_are_looked_at_in_batches_by_their_ids(database):
    ids = [
        await in_state(database, OrderState.CANCELLED, reference=f"C{number}", sample=GARDENER)
        for number in range(3)
    ]
    await placed(database)
    first, after = await settled_pasts(database, TWO, after=0, limit=2)
    rest, last = await settled_pasts(database, TWO, after=after, limit=2)
    assert [one.order_id for one in (*first, *rest)] == ids
    assert await settled_pasts(database, TWO, after=last, limit=2) == ((), None)
    with pytest.raises(UnknownOrder):
        await forget(database, 404, TWO, on_disk_live=None)
