"""What is printed at the end: the figures that the design promises, and the seed to see them again."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.chaos.bench import Outcome
from bench.chaos.decisions import Kind

MOST_SHOWN = 10


def as_document(outcome: Outcome) -> dict[str, Any]:
    """Return all that is known, as JSON."""
    asked = outcome.asked
    return {
        "holds": outcome.holds,
        "ended": outcome.ended,
        "seed": asked.seed,
        "asked": {"orders": asked.orders, "kills": asked.kills, "answer_seconds": asked.answer_seconds},
        "command": command(outcome),
        "seconds": outcome.seconds,
        "built_again": outcome.built_again,
        "boundaries_not_reached": outcome.not_reached,
        "decisions_without_a_victim": outcome.nothing_there,
        **outcome.measures.as_json(),
    }


def write_json(outcome: Outcome, file: Path) -> None:
    """Write all that is known to a file."""
    file.write_text(json.dumps(as_document(outcome), indent=2) + "\n")


def command(outcome: Outcome) -> str:
    """Return the command that does the same again."""
    asked = outcome.asked
    return f"make chaos CHAOS_ORDERS={asked.orders} KILLS={asked.kills} SEED={asked.seed}"


def print_report(outcome: Outcome, people: Console) -> None:
    """Print the table, what did not hold, and how to repeat it."""
    found = outcome.measures
    table = Table("what", "figure", "must be", title="Kill test", title_style="bold")
    for what, figure, must_be in _rows(outcome):
        table.add_row(what, figure, must_be)
    people.print(table)
    for title, findings in _findings(outcome):
        if findings:
            people.print(f"[bold red]{title}:[/]")
            for finding in findings[:MOST_SHOWN]:
                people.print(f"  {finding}", soft_wrap=True, markup=False)
            if len(findings) > MOST_SHOWN:
                people.print(f"  ... and {len(findings) - MOST_SHOWN} more")
    people.print(outcome.ended, markup=False)
    held = found.holds and outcome.complete
    people.print("[bold green]It holds.[/]" if held else "[bold red]It does NOT hold.[/]")
    people.print(f"Repeat it: {command(outcome)}", soft_wrap=True, markup=False)


def _rows(outcome: Outcome) -> list[tuple[str, str, str]]:
    found, minutes = outcome.measures, outcome.seconds / 60
    kills = sum(found.kills.values())
    rows = [("kills", str(kills), f">= {outcome.asked.kills}")]
    rows += [(f"  {kind}", str(found.kills.get(kind, 0)), "") for kind in Kind]
    unexplained = len(found.unrecorded_unexplained)
    return [
        *rows,
        ("orders placed", str(found.orders), f">= {outcome.asked.orders}"),
        ("orders published", str(found.published), str(found.orders)),
        ("orders lost", str(len(found.lost)), "0"),
        ("  built a second time", str(outcome.built_again), ""),
        ("  switched to another release meanwhile", str(found.switched), ""),
        ("published twice", str(len(found.published_twice)), "0"),
        ("built by two runs at once", str(len(found.built_twice_at_once)), "0"),
        ("AI answers sent", str(found.answers_sent), ""),
        ("  necessary", str(found.answers_necessary), ""),
        ("  recorded", str(found.answers_recorded), ""),
        ("  in flight when killed", str(found.unrecorded_in_flight), ""),
        ("  paid beyond those", str(unexplained), "0"),
        ("recorded answers paid again", str(len(found.paid_again)), "0"),
        ("reads of live pages", f"{found.reads} of {found.sites_read} sites", ""),
        ("  missing", str(len(found.missing)), "0"),
        ("  torn", str(len(found.torn)), "0"),
        ("from a run's death to the next", _recovery(outcome), ""),
        ("time", f"{minutes:.1f} min, {60 * found.published / max(minutes, 0.01):.0f} orders an hour", ""),
        ("seed", str(outcome.asked.seed), ""),
    ]


def _recovery(outcome: Outcome) -> str:
    found = outcome.measures
    if not found.recoveries:
        return "no run died that had work left"
    times = found.recovery_median, found.recovery_95th, found.recovery_worst
    return "median {} s, 95th {} s, worst {} s".format(*times) + f" ({found.recoveries} runs)"


def _findings(outcome: Outcome) -> list[tuple[str, list[str]]]:
    found = outcome.measures
    lost = [
        "\n    ".join([f"{order.reference} is {order.state}: {order.reason}", *order.timeline])
        for order in found.lost
    ]
    return [
        ("Not published", lost),
        ("Published twice", found.published_twice),
        ("Built by two runs at once", found.built_twice_at_once),
        ("Paid without need", found.unrecorded_unexplained),
        ("Paid again", found.paid_again),
        ("Missing pages", found.missing),
        ("Torn pages", found.torn),
    ]
