import io
from datetime import UTC, datetime

from rich.console import Console

from sitewright.local.progress import ProgressTable, Watched, progress_on
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import AiRecord, OrderRecord, StepRecord

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _watched(*steps, state=OrderState.BUILDING, reason=None):
    record = OrderRecord(
        id=1,
        reference="CRM-[red]1",
        state=state,
        reason=reason,
        since=WHEN,
        revision=1,
        url=None,
        release=None,
        due_at=WHEN,
        attempts=1,
        steps=tuple(
            StepRecord(name=name, status="completed", at=WHEN, seconds=1.25, flow_run_id="r", resumed=False)
            for name in steps
        ),
        ai=AiRecord(calls=0, failed=0, tokens_in=0, tokens_out=0, cost=0),
        timeline=(),
    )
    return Watched(record, pages=2)


def test_without_a_terminal_every_change_is_one_line_and_told_once():
    console = Console(file=io.StringIO(), width=80)
    with progress_on(console) as progress:
        progress.show([_watched("load")])
        progress.show([_watched("load")])
        progress.show([_watched("load", "plan", state=OrderState.BLOCKED, reason="the key was rejected")])
    lines = [line.partition("  ")[2] for line in console.file.getvalue().splitlines()]

    assert lines == [
        "CRM-[red]1  load done in 1.2 s",
        "CRM-[red]1  is building",
        "CRM-[red]1  plan done in 1.2 s",
        "CRM-[red]1  is blocked: the key was rejected",
    ]


def test_on_a_terminal_a_table_shows_steps_and_pages():
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    with progress_on(console) as progress:
        progress.show([_watched("load", "page:home")])
    shown = console.file.getvalue()

    assert isinstance(progress, ProgressTable)
    assert "CRM-[red]1" in shown
    assert "1/2" in shown
    assert "1.2 s" in shown
