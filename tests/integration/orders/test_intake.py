import asyncio
from datetime import timedelta

import pytest

from sitewright.errors import InvalidOrder
from sitewright.orders.intake import place_order, place_orders
from sitewright.orders.repository import show_order
from sitewright.orders.submissions import Submission
from tests.support.database import count_rows, run_sql
from tests.support.orders import BICYCLES, DENTIST, GARDENER, order_document, placed

TABLES = ("customers", "orders", "revisions", "leases", "timeline")


async def _rows(database):
    return {table: await count_rows(database, table) for table in TABLES}


async def test_a_placed_order_has_all_that_belongs_to_it(database):
    order = order_document()
    placement = await place_order(database, order)
    assert (placement.reference, placement.created) == ("CRM-21", True)
    assert await _rows(database) == dict.fromkeys(TABLES, 1)
    ((due_in, slug, brief),) = await run_sql(
        database,
        "SELECT due_at - placed_at, slug, brief"
        " FROM orders JOIN revisions ON order_id = id AND number = revision",
    )
    assert (due_in, slug) == (timedelta(days=5), "sorriso-do-porto-odontologia")
    assert brief == order.brief.model_dump(mode="json")


@pytest.mark.failure(6)
async def test_a_customer_may_have_many_orders(database):
    first = await placed(database)
    second = await placed(
        database, GARDENER, customer__email="HELENA@sorrisodoporto.example", customer__name="Helena P."
    )
    assert await run_sql(database, "SELECT email, name FROM customers") == [
        ("helena@sorrisodoporto.example", "Helena P.")
    ]
    assert await run_sql(database, "SELECT id FROM orders ORDER BY id") == [(first,), (second,)]


@pytest.mark.failure(7)
async def test_webhook_and_form_at_once_place_one_order(database):
    order = order_document()
    placements = await asyncio.gather(*(place_order(database, order) for _ in range(12)))
    assert sum(placement.created for placement in placements) == 1
    assert len({placement.order_id for placement in placements}) == 1
    assert await _rows(database) == dict.fromkeys(TABLES, 1)


async def test_another_document_under_the_same_reference_is_refused_and_nothing_changes(database):
    order_id = await placed(database)
    other = order_document(customer__name="Somebody Else", brief__business__name="Another")
    with pytest.raises(InvalidOrder) as refused:
        await place_order(database, other, source="second.json")
    assert [problem.path for problem in refused.value.problems] == ["reference"]
    assert refused.value.source == "second.json"
    assert await _rows(database) == dict.fromkeys(TABLES, 1)
    assert await run_sql(database, "SELECT name FROM customers") == [("Helena Prado",)]
    assert (await show_order(database, order_id)).reference == "CRM-21"


@pytest.mark.failure(6)
async def test_of_several_orders_all_are_placed_or_none(database):
    await placed(database)
    batch = [
        Submission(order_document(GARDENER), "a.json"),
        Submission(order_document(DENTIST, brief__business__name="Another"), "b.json"),
        Submission(order_document(BICYCLES), "c.json"),
    ]
    with pytest.raises(InvalidOrder) as refused:
        await place_orders(database, batch)
    assert refused.value.source == "b.json"
    assert await _rows(database) == dict.fromkeys(TABLES, 1)
    batch[1] = Submission(order_document(DENTIST), "b.json")
    placements = await place_orders(database, batch)
    assert [placement.created for placement in placements] == [True, False, True]


async def test_two_batches_with_the_same_customers_in_another_order_both_succeed(database):
    def batch(name, *emails):
        return [
            Submission(order_document(reference=f"{name}-{at}", customer__email=email), name)
            for at, email in enumerate(emails)
        ]

    emails = [f"customer{n}@example.com" for n in range(8)]
    await asyncio.gather(
        place_orders(database, batch("up", *emails)), place_orders(database, batch("down", *reversed(emails)))
    )
    assert await count_rows(database, "orders") == 16
    assert await count_rows(database, "customers") == 8


async def test_orders_of_one_name_get_slugs_of_their_own_even_at_once(database):
    orders = [order_document(reference=f"R-{n}", brief__business__name="Ação!") for n in range(8)]
    await asyncio.gather(*(place_order(database, order) for order in orders))
    await placed(database, reference="R-9", brief__business__name="Current")
    slugs = {slug for (slug,) in await run_sql(database, "SELECT slug FROM orders")}
    assert slugs == {"acao", *(f"acao-{n}" for n in range(2, 9)), "current-2"}
