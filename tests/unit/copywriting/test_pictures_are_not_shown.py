"""The AI writes words for the facts of a brief; what its pictures are called and show is none of them."""

import json

from sitewright.copywriting.order_data import page_data, plan_data
from tests.support.pictures import gardener_with_pictures
from tests.support.words import words_for


def test_nothing_of_the_pictures_reaches_the_ai() -> None:
    order, pictures = gardener_with_pictures()
    plan, _ = words_for(order)
    shown = json.dumps([plan_data(order), *(page_data(order, plan, page) for page in plan.pages)])
    assert "Maple garden" in shown
    assert "Ana Ruiz" in shown
    for told in ('"photo"', '"logo"', "Ana at work", "in> spring", "garden.jpg", *pictures):
        assert told not in shown
