"""What an AI is asked about one order holds nothing of another, also while both are written at once."""

import asyncio
import json

import pytest

from tests.hostile.building import OF_ANOTHER_ORDER, Desk, another_order, written
from tests.hostile.corpus import business
from tests.support.orders import as_bytes


@pytest.mark.failure(31)
async def test_a_request_holds_one_order(desk: Desk) -> None:
    orders = [as_bytes(business(locale)) for locale in ("en-US", "pt-BR", "es")] + [another_order()]
    await asyncio.gather(*(written(order, desk) for order in orders))

    marks = [("Columbus, OH", "Maple garden"), ("Helena Prado", "Recife Antigo"), ("Rueda", "Malasaña")]
    asked = [json.dumps(request.body, ensure_ascii=False) for request in desk.server.requests]
    assert len(asked) >= 4 * len(orders)
    for question in asked:
        held = [each for each in (*marks[1:], OF_ANOTHER_ORDER) if any(mark in question for mark in each)]
        assert len(held) <= 1
        assert question.count("\\n<order-data>\\n") == 1
    assert any("zanzibar" in question for question in asked)


async def test_nothing_of_the_machine_is_asked_with_an_order(desk: Desk) -> None:
    await written(as_bytes(business("en-US")), desk)
    for request in desk.server.requests:
        told = json.dumps(request.messages)
        foreign = ("SITEWRIGHT", "paying@", "CRM-1", "555 0134", "6145550134")
        assert not [word for word in foreign if word in told]
