from itertools import product

import pytest

from sitewright.errors import DatabaseRefused, TransitionRefused, UnknownOrder
from sitewright.orders.ledger import complete_step
from sitewright.orders.models.order import TRANSITIONS, OrderState
from sitewright.orders.releases import release_made, report_made, site_published
from sitewright.orders.repository import show_order
from sitewright.orders.states import cancel_order, move
from tests.support.database import run_sql
from tests.support.orders import building, in_state, placed, publication, release, report, step

PAIRS = [(before, after) for before, after in product(OrderState, OrderState) if before is not after]


async def test_the_database_allows_exactly_the_transitions_of_the_code(database):
    allowed, refusals = set(), []
    for before, after in PAIRS:
        order_id = await in_state(database, before, reference=f"{before}-{after}")
        try:
            await run_sql(database, "UPDATE orders SET state = :to WHERE id = :id", to=after, id=order_id)
            allowed.add((before, after))
        except DatabaseRefused as refused:
            refusals.append(str(refused))
    assert all("an order does not go from" in refusal for refusal in refusals)
    assert allowed == {pair for pair in PAIRS if pair[1] in TRANSITIONS[pair[0]]}


async def test_a_move_is_refused_in_a_sentence_or_written_with_its_reason(database):
    order_id = await placed(database)
    with pytest.raises(TransitionRefused, match="placed cannot become published"):
        await move(database, order_id, OrderState.PUBLISHED)
    with pytest.raises(ValueError, match="needs a reason"):
        await move(database, order_id, OrderState.BLOCKED)
    with pytest.raises(UnknownOrder):
        await move(database, order_id + 1, OrderState.BUILDING)
    assert await move(database, order_id, OrderState.BLOCKED, reason="the key was rejected", step="plan")
    blocked = await show_order(database, order_id)
    assert not await move(database, order_id, OrderState.BLOCKED, reason="the purse is empty")
    still = await show_order(database, order_id)
    assert (still.state, still.reason, still.since) == ("blocked", "the purse is empty", blocked.since)
    assert await move(database, order_id, OrderState.BUILDING)
    record = await show_order(database, order_id)
    assert record.reason is None
    assert record.since > blocked.since
    assert [(entry.event, entry.detail) for entry in record.timeline] == [
        ("placed", "CRM-21"),
        ("blocked", "the key was rejected"),
        ("blocked", "the purse is empty"),
        ("building", ""),
    ]


async def test_an_order_cannot_wait_or_fail_without_a_reason_nor_be_published_without_an_address(database):
    order_id = await in_state(database, OrderState.BUILDING)
    await run_sql(database, "UPDATE orders SET reason = NULL, url = NULL, release = NULL")
    for state in ("blocked", "failed", "published"):
        with pytest.raises(DatabaseRefused, match="check constraint"):
            await run_sql(database, f"UPDATE orders SET state = '{state}'")
    assert (await show_order(database, order_id)).state is OrderState.BUILDING


async def test_cancelling_twice_is_cancelling_once_and_a_published_order_stays(database):
    order_id = await placed(database)
    assert await cancel_order(database, order_id, "the operator")
    assert not await cancel_order(database, order_id, "the operator")
    record = await show_order(database, order_id)
    assert (record.state, record.reason) == ("cancelled", "cancelled by the operator")
    live = await in_state(database, OrderState.PUBLISHED, reference="LIVE")
    with pytest.raises(TransitionRefused, match="published cannot become cancelled"):
        await cancel_order(database, live, "the operator")


@pytest.mark.failure(15)
async def test_what_is_history_cannot_be_changed_by_anyone(database):
    order = await building(database)
    made = release()
    await complete_step(
        database,
        order,
        step("publish"),
        release_made(order, made),
        report_made(order, report(made)),
        *site_published(order, publication(made)),
    )
    for statement in (
        "UPDATE revisions SET brief = '{}'",
        "UPDATE revisions SET number = 2",
        "DELETE FROM revisions",
        "UPDATE timeline SET detail = 'never happened'",
        "DELETE FROM timeline",
        "UPDATE releases SET manifest = '{}'",
        "UPDATE releases SET report = NULL",
        "DELETE FROM releases",
        "UPDATE publications SET url = 'http://elsewhere/'",
        "DELETE FROM publications",
        "INSERT INTO orders (reference, customer_id, document, fingerprint, locale, product, slug, due_at,"
        " state) SELECT 'x', customer_id, document, fingerprint, locale, product, 'x', due_at, 'failed'"
        " FROM orders",
    ):
        with pytest.raises(DatabaseRefused, match=r"frozen|only ever added|never modified|begins as placed"):
            await run_sql(database, statement)
    await run_sql(database, "UPDATE revisions SET answers_from_token = 1")
