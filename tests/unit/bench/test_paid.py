"""Which answers were lost on their way, and which kill accounts for each."""

from bench.chaos.decisions import Kind
from bench.chaos.killer import Kill
from bench.chaos.paid import Answer, unrecorded


def _answer(request_id: str, at: float, question: str = "home of 1") -> Answer:
    return Answer(request_id, question, "page_home", at)


def _kill(kind: Kind, at: float, order_id: int | None = None) -> Kill:
    return Kill(kind, at, 1, ((order_id, 1),) if order_id else ())


def test_what_the_ledger_holds_is_not_lost() -> None:
    assert unrecorded([_answer("a", 100)], {"a": 1}, [], 1.0) == []


def test_a_kill_of_the_orders_run_accounts_for_the_answer_that_was_in_flight() -> None:
    sent = [_answer("lost", 100), _answer("again", 170)]
    own, others = _kill(Kind.MOMENT, 99.5, order_id=1), _kill(Kind.MOMENT, 99.5, order_id=2)
    assert [each.kill for each in unrecorded(sent, {"again": 1}, [others, own], 1.0)] == [own]
    assert [each.kill for each in unrecorded(sent, {"again": 1}, [others], 1.0)] == [None]


def test_a_kill_long_before_or_after_accounts_for_nothing() -> None:
    sent = [_answer("lost", 100), _answer("again", 170)]
    kills = [_kill(Kind.MOMENT, 90, order_id=1), _kill(Kind.MOMENT, 110, order_id=1)]
    assert [each.kill for each in unrecorded(sent, {"again": 1}, kills, 1.0)] == [None]


def test_an_answer_that_found_no_database_is_accounted_for_by_its_kill() -> None:
    outage = _kill(Kind.POSTGRES, 80)
    found = unrecorded([_answer("lost", 100), _answer("again", 170)], {"again": 1}, [outage], 1.0)
    assert [(each.order_id, each.kill) for each in found] == [(1, outage)]
