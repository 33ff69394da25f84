"""The status artifact: how the pipeline stands, as a page of tables that the Prefect UI shows."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sitewright.orders.budgets import money
from sitewright.orders.models.alarm import Alarm
from sitewright.orders.records import OrderSummary, PipelineStatus
from sitewright.orders.rounds import Round

_MEANT = re.compile(r"([\\|<>\[\]*_`~&@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
"""What Markdown, HTML or a bare address would make something of."""


def status_report(standing: PipelineStatus, alarms: Sequence[Alarm], rounds: Sequence[Round]) -> str:
    """Return the page, in Markdown: what is wrong first, then counts, waiting orders and failures."""
    return "\n\n".join(filter(None, _parts(standing, alarms, rounds)))


def _parts(standing: PipelineStatus, alarms: Sequence[Alarm], rounds: Sequence[Round]) -> Iterable[str]:
    yield f"# How the pipeline stands\n\nSeen at {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC."
    yield _alarms(alarms)
    yield _table("Orders", ("state", "orders"), [(str(state), n) for state, n in standing.orders.items()])
    oldest = standing.oldest_waiting
    yield _table(
        "Figures",
        ("what", "value"),
        [
            ("live runs", len(standing.live_runs)),
            ("steps a minute, over the last ten", f"{standing.steps_per_minute:.1f}"),
            ("cost of AI calls today", money(standing.cost_today)),
            (
                "longest waiting",
                f"order {oldest.id} since {oldest.since:%Y-%m-%d %H:%M} UTC" if oldest else "none",
            ),
        ],
    )
    yield _table(
        "Cost of AI calls today, by route",
        ("route", "calls", "failed", "cost"),
        [(each.route, each.calls, each.failed, money(each.cost)) for each in standing.cost_today_by_route],
    )
    yield _table(
        "Dearest orders today",
        ("order", "reference", "calls", "cost"),
        [(each.order_id, each.reference, each.calls, money(each.cost)) for each in standing.dearest_today],
    )
    for title, orders in (
        ("Late", standing.late),
        ("Stuck", standing.stuck),
        ("Blocked", standing.blocked),
        ("Failed", standing.failed),
        ("Interrupted, resumed by itself", standing.interrupted),
    ):
        yield _orders(title, orders)
    yield _table(
        "Failures of the last day, by step and cause",
        ("step", "cause", "runs"),
        [(each.step or "-", each.cause, each.count) for each in standing.failures],
    )
    yield _table(
        "Scheduled flows",
        ("flow", "last done", ""),
        [
            (
                each.name,
                f"{each.ended_at:%Y-%m-%d %H:%M:%S} UTC" if each.ended_at else "never",
                _overdue(each),
            )
            for each in rounds
        ],
    )


def _overdue(each: Round) -> str:
    return "overdue" if each.overdue else "on time"


def _alarms(alarms: Sequence[Alarm]) -> str:
    if not alarms:
        return "Nothing is wrong."
    lines = [f"- **{_cell(alarm.sentence)}** {_cell(alarm.remedy)}" for alarm in alarms]
    return "\n".join(["## Alarms", "", *lines])


def _orders(title: str, orders: Sequence[OrderSummary]) -> str:
    rows = [
        (order.id, order.reference, order.state, f"{order.since:%Y-%m-%d %H:%M} UTC", order.reason or "")
        for order in orders
    ]
    return _table(title, ("order", "reference", "state", "since", "reason"), rows)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    head = [f"## {title}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join([*head, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)])


def _cell(value: object) -> str:
    """Return a value as the text of a cell: foreign text draws no table and no link, and runs nothing."""
    return _MEANT.sub(r"\\\1", " ".join(str(value).split()))
