"""`make bench`: what a resumed run costs beside a first one, and what writing pages side by side saves.

Starts a stack of its own, builds orders with the offline copywriter, and prints each figure as a ratio of two
things measured in the same run.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.support.orders import document
from tests.support.stack import RunningStack, started

REPEATS = 3
ANSWER_SECONDS = 2.0
"""How long the copywriter is told to think, about what a small model needs for a page."""


def main() -> None:
    """Measure and print."""
    people = Console()
    with tempfile.TemporaryDirectory(prefix="sitewright-bench-") as folder, people.status("Starting ..."):
        home = Path(folder)
        with started(home / "home", home / "up.log") as stack:
            people.print(_measured(stack, home))


def _measured(stack: RunningStack, folder: Path) -> Table:
    table = Table("what", "this way", "other way", "ratio", title=f"Best of {REPEATS}")
    first, resumed = [], []
    for number in range(REPEATS):
        order_id = stack.place(_order(f"BENCH-{number}"), folder)
        first.append(_run_seconds(stack, order_id))
        resumed.append(_run_seconds(stack, order_id))
    _add(table, "a run that finds all done / a first run", min(resumed), min(first))
    wall, apart = min(_page_seconds(stack, folder, number) for number in range(REPEATS))
    _add(table, f"five pages side by side / one after another ({ANSWER_SECONDS} s an answer)", wall, apart)
    return table


def _add(table: Table, what: str, this_way: float, other_way: float) -> None:
    table.add_row(what, f"{this_way:.2f} s", f"{other_way:.2f} s", f"{this_way / other_way:.2f}")


def _order(reference: str) -> dict[str, Any]:
    return document(reference=reference, brief__business__name=f"Clínica {reference}")


def _run_seconds(stack: RunningStack, order_id: int) -> float:
    """Build the order and return what Prefect counts as the run's time: all in the flow, no process start."""
    flow_run_id = stack.json("orders", "build", str(order_id))["flow_run_id"]
    stack.until_final(flow_run_id)
    return float(stack.get(f"/flow_runs/{flow_run_id}")["total_run_time"])


def _page_seconds(stack: RunningStack, folder: Path, number: int) -> tuple[float, float]:
    """Return the time from the first page's begin to the last one's end, and the pages' times together."""
    order_id = stack.place(_order(f"PAGES-{number}"), folder)
    stack.fault(None, delay_seconds=ANSWER_SECONDS, times=None)
    stack.sitewright("orders", "build", str(order_id), "--wait")
    stack.no_faults()
    pages = [step for step in stack.show(order_id)["steps"] if step["name"].startswith("page:")]
    ends = [datetime.fromisoformat(step["at"]).timestamp() for step in pages]
    begins = [end - step["seconds"] for end, step in zip(ends, pages, strict=True)]
    return max(ends) - min(begins), sum(step["seconds"] for step in pages)


if __name__ == "__main__":
    main()
