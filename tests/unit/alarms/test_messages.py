"""What a message says first, and by what it is known again."""

import pytest

from sitewright.alarms.message import message_of
from sitewright.orders.models.alarm import Kind
from tests.support.alarms import BEGAN, alarm, news


def test_the_weightiest_is_told_first_and_names_the_message():
    kinds = [Kind.LATE, Kind.ROUTE, Kind.BLOCKED, Kind.WORKER]
    told = news(*(alarm(n, f"{kind}:{n}", kind) for n, kind in enumerate(kinds)))
    assert [each.kind for each in told.raised] == [Kind.WORKER, Kind.ROUTE, Kind.BLOCKED, Kind.LATE]
    assert message_of(told).subject == "Sitewright: Something is wrong: worker:3 (and 3 more)"


def test_what_is_wrong_goes_before_what_is_over():
    over = alarm(1, "no-worker", Kind.WORKER, over_at=BEGAN)
    assert "late:2" in message_of(news(over, alarm(2, "late:2", Kind.LATE))).subject


def test_messages_of_two_installations_are_not_mistaken_for_each_other():
    here, there = alarm(1), alarm(1, since=BEGAN)
    assert message_of(news(here)).key != message_of(news(there)).key
    assert message_of(news(here)).key == message_of(news(alarm(1, sentence="Said anew."))).key


@pytest.mark.parametrize("length", [10, 119, 120, 121, 5000])
def test_a_subject_is_one_short_line(length):
    subject = message_of(news(alarm(1, sentence="x" * length))).subject
    assert len(subject) <= 132
    assert subject.endswith("…") is (length > 120)
