"""How commands answer: tables for people, or exactly one JSON document on standard output."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from sitewright.orders.models.order import OrderState

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text for people.")]

people = Console(highlight=False)
"""Standard output, for people."""

STATE_STYLES = {
    OrderState.PUBLISHED: "green",
    OrderState.BUILDING: "cyan",
    OrderState.PLACED: "default",
    OrderState.REVIEW: "magenta",
    OrderState.BLOCKED: "yellow",
    OrderState.FAILED: "red",
    OrderState.CANCELLED: "dim",
}


def print_json(document: Any) -> None:
    """Print `document` as one JSON document; values that JSON does not know are written as text."""
    # Flushed: a command that goes on serving has answered now, into a pipe too.
    print(json.dumps(document, indent=2, ensure_ascii=False, default=str), flush=True)


def state_text(state: str) -> Text:
    """Return a state in its colour."""
    return Text(state, style=STATE_STYLES.get(OrderState(state), "default"))


def plain(text: object) -> Text:
    """Return customers' or foreign text as it is: no markup of it is obeyed."""
    return Text("" if text is None else str(text))
