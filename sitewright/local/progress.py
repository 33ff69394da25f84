"""What a build shows while it goes: a live table on a terminal, else one line a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from sitewright.orders.models.order import OrderState
from sitewright.orders.records import OrderRecord

_PAGE = "page:"
_STEPS = ("load", "plan", "pages", "render", "check", "publish")
_STYLES = {OrderState.PUBLISHED: "green", OrderState.BLOCKED: "yellow", OrderState.FAILED: "red"}


@dataclass(frozen=True)
class Watched:
    """An order as it stands, with how many pages its site will have in all its languages."""

    record: OrderRecord
    pages: int


class Progress(Protocol):
    """Shows orders while they are built."""

    def show(self, orders: Sequence[Watched]) -> None:
        """Show how the orders stand now."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def progress_on(console: Console) -> Progress:
    """Return the progress that suits `console`."""
    return ProgressTable(console) if console.is_terminal else ProgressLines(console)


class ProgressTable:
    """A table of orders and steps that is drawn anew in place."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False)

    def show(self, orders: Sequence[Watched]) -> None:
        """Draw the table."""
        table = Table("order", *_STEPS, "state", box=None, pad_edge=False)
        for order in orders:
            record = order.record
            state = Text(record.state, style=_STYLES.get(record.state, ""))
            table.add_row(Text(record.reference), *(_cell(order, step) for step in _STEPS), state)
        self._live.update(table, refresh=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)


class ProgressLines:
    """A line for every step that was done and every change of state."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: dict[int, set[str]] = {}

    def show(self, orders: Sequence[Watched]) -> None:
        """Print what is new since the last time."""
        for order in orders:
            record = order.record
            told = self._told.setdefault(record.id, set())
            lines = [f"{step.name} done in {step.seconds:.1f} s" for step in record.steps]
            lines.append(f"is {record.state}" + (f": {record.reason}" if record.reason else ""))
            for line in lines:
                if line not in told:
                    told.add(line)
                    clock = datetime.now(UTC).astimezone()
                    text = Text(f"{clock:%H:%M:%S}  {record.reference}  {line}")
                    self._console.print(text, soft_wrap=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""


def _cell(order: Watched, step: str) -> Text:
    done = {each.name: each for each in order.record.steps}
    if step == "pages":
        pages = [each for name, each in done.items() if name.startswith(_PAGE)]
        return Text(f"{len(pages)}/{order.pages}", style="green" if len(pages) == order.pages else "dim")
    if step in done:
        return Text(f"{done[step].seconds:.1f} s", style="green")
    return Text("-", style="dim")
