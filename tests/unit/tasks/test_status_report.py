"""The status artifact holds what others wrote (reasons, excerpts of answers): shown, and never obeyed."""

from datetime import UTC, datetime

import pytest
from markdown_it import MarkdownIt

from sitewright.orders.models.order import OrderState
from sitewright.orders.records import FailureCount, OrderSummary, PipelineStatus
from sitewright.orders.rounds import Round
from tasks.status_report import status_report
from tests.support.alarms import alarm

NOW = datetime(2026, 3, 1, 10, 2, tzinfo=UTC)
NO_ORDERS = dict.fromkeys(OrderState, 0)

HOSTILE = [
    "a | b | c",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[pay here](http://evil.example) ![x](http://evil.example/pixel)",
    "<http://evil.example> http://evil.example WWW.evil.example a@evil.example",
    "**bold** _leaning_ ~~struck~~ `code` &lt;b&gt; \\",
    "line\n\n# Heading\n\n| x |\n|---|\n- item\r\n```\ncode",
]


def order(**changes):
    values = {
        "id": 17,
        "reference": "CRM-17",
        "state": OrderState.FAILED,
        "reason": "because",
        "since": NOW,
        "revision": 1,
        "url": None,
        "release": None,
        "due_at": NOW,
        "attempts": 1,
    }
    return OrderSummary(**values | changes)


def standing(**changes):
    values = {
        "orders": NO_ORDERS,
        "live_runs": (),
        "oldest_waiting": None,
        "steps_per_minute": 1.5,
        "cost_today": 0,
        **dict.fromkeys(("late", "stuck", "interrupted", "blocked", "failed", "failures"), ()),
    }
    return PipelineStatus(**values | changes)


def tokens(markdown):
    """What Markdown makes of it, flat: the Prefect UI allows tables, and HTML as far as it is harmless."""
    parsed = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)
    return [part for token in parsed for part in (token, *(token.children or ()))]


def rows(markdown):
    """The cells of all tables as they are read, row by row."""
    found = []
    inside = False
    for token in tokens(markdown):
        if token.type == "tr_open":
            found.append([])
        inside = token.type in {"td_open", "th_open"} or (
            inside and token.type not in {"td_close", "th_close"}
        )
        if inside and token.type == "inline":
            found[-1].append("".join(child.content for child in token.children))
    return found


@pytest.mark.parametrize("words", HOSTILE)
def test_foreign_words_stay_words(words):
    wrong = alarm(sentence=f"Order 17: {words}", remedy=words)
    report = status_report(
        standing(
            failed=(order(reason=words),), failures=(FailureCount(step=words, cause="RunsDied", count=2),)
        ),
        [wrong],
        [],
    )
    plain = " ".join(words.split())
    made = {token.type for token in tokens(report)}
    assert not made & {
        "html_inline",
        "html_block",
        "link_open",
        "image",
        "code_inline",
        "fence",
        "em_open",
        "s_open",
    }
    assert ["17", "CRM-17", "failed", "2026-03-01 10:02 UTC", plain] in rows(report)
    assert [plain, "RunsDied", "2"] in rows(report)
    said = ["".join(child.content for child in token.children or ()) for token in tokens(report)]
    assert f"Order 17: {plain} {plain}" in said
    assert [token.content for token in tokens(report) if token.type == "text"].count(
        "How the pipeline stands"
    ) == 1
    # Bare addresses become links in the Prefect UI, unless what makes them one is escaped.
    assert not [address for address in ("http://", "WWW.", "a@") if address in report]


def test_what_is_wrong_comes_first_and_what_is_empty_is_left_out():
    rounds = [
        Round(name="watch-pipeline", began_at=NOW, ended_at=NOW, overdue=False),
        Round(name="recover-orders", began_at=NOW, ended_at=None, overdue=True),
    ]
    counted = NO_ORDERS | {OrderState.PLACED: 5}
    waiting = order(state=OrderState.PLACED, reason=None)
    report = status_report(
        standing(orders=counted, oldest_waiting=waiting, stuck=(waiting,)), [alarm()], rounds
    )
    titles = [line for line in report.splitlines() if line.startswith("#")]
    assert titles == [
        "# How the pipeline stands",
        "## Alarms",
        "## Orders",
        "## Figures",
        "## Stuck",
        "## Scheduled flows",
    ]
    shown = rows(report)
    assert ["placed", "5"] in shown
    assert ["longest waiting", "order 17 since 2026-03-01 10:02 UTC"] in shown
    assert ["17", "CRM-17", "placed", "2026-03-01 10:02 UTC", ""] in shown
    assert ["watch-pipeline", "2026-03-01 10:02:00 UTC", "on time"] in shown
    assert ["recover-orders", "never", "overdue"] in shown


def test_a_quiet_pipeline_says_that_nothing_is_wrong():
    assert "Nothing is wrong." in status_report(standing(), [], [])
