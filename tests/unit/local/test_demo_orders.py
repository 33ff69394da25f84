import pytest

from sitewright.errors import InvalidOrder
from sitewright.local.demo import distinct, sample_orders
from sitewright.orders.submissions import Submission


def test_the_samples_are_valid_orders_with_references_of_their_own():
    orders = sample_orders()

    assert len(orders) >= 5
    assert distinct(orders) == orders


def test_an_order_given_twice_is_one_and_another_under_its_reference_is_refused():
    given, other = sample_orders()[:2]
    renamed = other.order.model_copy(update={"reference": given.order.reference})

    assert distinct([given, Submission(given.order, "again.json")]) == [given]
    with pytest.raises(InvalidOrder) as refused:
        distinct([given, Submission(renamed, other.source)])
    assert refused.value.source == other.source
    assert refused.value.problems[0].path == "reference"
