"""What AI calls cost, as tables for people: of one order, and each call as it was recorded."""

from collections.abc import Sequence
from datetime import UTC
from typing import Annotated

import typer
from rich.table import Table

from sitewright.cli.printing import people, plain
from sitewright.orders.budgets import money
from sitewright.orders.costs import CallRecord, Usage
from sitewright.orders.records import AiRecord, PipelineStatus, budget_sentences

_NUMBERS = ("calls", "failed", "retried", "again", "in", "out", "cost", "sec")

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="At most this many, the last ones.")]


def print_usage(ai: AiRecord) -> None:
    """Print what an order's AI calls came to by step and route, in all, and what of its budget is used."""
    table = Table(title="AI calls", title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("step", no_wrap=True)
    table.add_column("route", overflow="fold")
    for column in _NUMBERS:
        table.add_column(column, justify="right", no_wrap=True)
    for row in ai.rows:
        table.add_row(plain(row.step), plain(row.author.route), *_numbers(row))
    table.add_row("total", "", *_numbers(ai), style="bold")
    people.print(table)
    for line in (*_tokens(ai), *budget_sentences(ai)):
        people.print(plain(line))


def print_costs_today(standing: PipelineStatus) -> None:
    """Print what the AI calls of the day cost, by route, and which orders' cost most."""
    people.print(f"AI calls today cost: {money(standing.cost_today)}")
    for route in standing.cost_today_by_route:
        made = f"{_calls(route.calls)}, {route.failed} failed"
        people.print(plain(f"  route {route.route}: {money(route.cost)}, {made}"))
    for order in standing.dearest_today:
        name = f"order {order.order_id} ({order.reference})"
        people.print(plain(f"  dearest, {name}: {money(order.cost)}, {_calls(order.calls)}"))


def print_calls(calls: Sequence[CallRecord]) -> None:
    """Print calls, a line each, however long: the provider's id of the request comes last, uncut."""
    if not calls:
        people.print("No AI was asked for this order.")
        return
    columns = ("at (UTC)", "step", "route", "outcome", "in", "out", "cost", "sec", "request")
    for line in (columns, *map(_call, calls)):
        at, step, route, outcome, *numbers, request = line
        tokens_in, tokens_out, cost, seconds = numbers
        people.print(
            plain(
                f"{at:<14} {step:<17} {route:<8} {outcome:<14} {tokens_in:>6} {tokens_out:>5} {cost:>8} "
                f"{seconds:>6} {request}".rstrip()
            ),
            soft_wrap=True,
        )


def _call(call: CallRecord) -> tuple[str, ...]:
    outcome = f"{call.outcome}, again" if call.asked_again else str(call.outcome)
    at = call.started_at.astimezone(UTC).strftime("%m-%d %H:%M:%S")
    tokens = (str(call.tokens_in), str(call.tokens_out))
    spent = (money(call.cost), f"{call.seconds:.1f}")
    return at, call.step, call.route, outcome, *tokens, *spent, call.request_id


def _calls(count: int) -> str:
    return f"{count} call" if count == 1 else f"{count} calls"


def _numbers(usage: Usage) -> list[str]:
    counts = (usage.calls, usage.failed, usage.retried, usage.asked_again, usage.tokens_in, usage.tokens_out)
    return [*map(str, counts), money(usage.cost), f"{usage.seconds:.1f}"]


def _tokens(ai: AiRecord) -> list[str]:
    if not (ai.tokens_cached or ai.tokens_reasoning):
        return []
    return [
        f"Of {ai.tokens_in} tokens in {ai.tokens_cached} came from a cache; "
        f"of {ai.tokens_out} out {ai.tokens_reasoning} were reasoning."
    ]
