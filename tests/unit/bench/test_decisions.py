"""The kill test can be repeated: one seed, one sequence of decisions."""

from collections import Counter
from itertools import islice

from bench.chaos.decisions import STEPS, WEIGHTS, WHENS, Kind, decisions, orders_wanted


def test_the_same_seed_decides_the_same_and_another_decides_otherwise() -> None:
    first, again, other = (list(islice(decisions(seed), 300)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_three_hundred_decisions_strike_everything_and_runs_most() -> None:
    drawn = list(islice(decisions(1), 300))
    kinds = Counter(decision.kind for decision in drawn)
    assert sum(WEIGHTS.values()) == 100
    assert min(kinds[kind] for kind in Kind) >= 9
    assert 0.55 < (kinds[Kind.MOMENT] + kinds[Kind.BOUNDARY]) / 300 < 0.75
    boundaries = {(decision.step, decision.when) for decision in drawn if decision.kind is Kind.BOUNDARY}
    assert {step for step, _ in boundaries} == set(STEPS)
    assert {when for _, when in boundaries} == set(WHENS)


def test_a_pick_chooses_among_those_there_are() -> None:
    chosen = {decision.of(3) for decision in islice(decisions(1), 100)}
    assert chosen == {0, 1, 2}


def test_orders_come_in_step_with_the_kills() -> None:
    wanted = [orders_wanted(200, 300, killed=killed, done=0) for killed in (0, 150, 299, 300)]
    assert wanted == [24, 124, 200, 200]


def test_more_orders_come_where_the_kills_take_longer() -> None:
    assert orders_wanted(12, 20, killed=10, done=12) == 16
    assert orders_wanted(12, 20, killed=20, done=12) == 12
