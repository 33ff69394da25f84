"""An AI that invents beside every sentence, over real HTTP: no page shows it, and what is true stays."""

import pytest

from bench.honesty.measures import measure
from bench.honesty.sentences import SETS


@pytest.mark.failure(24, 33)
@pytest.mark.parametrize("which", SETS)
def test_no_page_shows_an_invention_and_no_true_sentence_is_cut(which: str) -> None:
    measured = measure(which, 3)
    assert measured.orders == 3
    assert measured.inventions.total() > 200
    assert len(measured.inventions) > 25
    assert measured.shown == []
    assert measured.good["true"] > 50
    assert measured.lost_of("true") == 0
    assert measured.lost_of("harmless") <= measured.good["harmless"] * 0.02
