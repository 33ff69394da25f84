import pytest

from sitewright.errors import InvalidOrder
from sitewright.local.demo import distinct, sample_orders


def test_the_samples_are_valid_orders_with_references_of_their_own():
    orders = sample_orders()

    assert len(orders) >= 5
    assert distinct(orders) == orders


def test_an_order_given_twice_is_one_and_another_under_its_reference_is_refused():
    (order, source), (other, other_source) = sample_orders()[:2]
    renamed = other.model_copy(update={"reference": order.reference})

    assert distinct([(order, source), (order, "again.json")]) == [(order, source)]
    with pytest.raises(InvalidOrder) as refused:
        distinct([(order, source), (renamed, other_source)])
    assert refused.value.source == other_source
    assert refused.value.problems[0].path == "reference"
