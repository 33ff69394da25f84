"""`sitewright orders`: place, look at, build and cancel orders."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from sitewright.cli.app import app
from sitewright.cli.database import with_database
from sitewright.cli.printing import AsJson, people, plain, print_json, state_text
from sitewright.cli.usage import print_usage
from sitewright.database import Database
from sitewright.errors import FieldProblem, InputError, InvalidOrder
from sitewright.orders.disputes import dispute_order, settle_dispute
from sitewright.orders.intake import order_schema, place_orders, read_order
from sitewright.orders.loading import reopen_from
from sitewright.orders.models.order import OrderState, PlacedOrder
from sitewright.orders.records import OrderRecord
from sitewright.orders.repository import find_order, list_orders, show_order
from sitewright.orders.states import cancel_order
from sitewright.orders.submissions import Submission, beside, submission
from sitewright.ports import start_build
from sitewright.route_trials import try_refused
from sitewright.settings import load_settings

group = typer.Typer(no_args_is_help=True, help="Place, look at, build and cancel orders.")
app.add_typer(group, name="orders")

OrderName = Annotated[str, typer.Argument(metavar="ID", help="The order's number, or its reference.")]

_SILENT_SECONDS = 30

_SETTLED = {OrderState.PUBLISHED, OrderState.BLOCKED, OrderState.FAILED, OrderState.CANCELLED}

_ENDS = {*_SETTLED, "run ended"}
"""Events of the timeline after which a run does no more."""


@group.command()
def place(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Order documents (JSON).")],
    as_json: AsJson = False,
) -> None:
    """Place orders: every file is read and checked first; if one is refused, nothing is placed.

    Pictures (`{"file": "photos/front.jpg", "alt": "..."}`) are read from the folder that the order's file is
    in: JPEG, PNG, WebP or AVIF, at most 25 MiB and 60 megapixels. What is stored of them is upright, in sRGB,
    at most 2560 pixels long and without metadata, such as where a photo was taken.

    Placing an order again, with the same reference and content, changes nothing. The dispatcher starts
    placed orders within a minute; `orders build` starts one at once.
    """
    given = read_orders(files)
    placements = with_database(lambda database: place_orders(database, given))
    if as_json:
        print_json({"orders": [placement.model_dump(mode="json") for placement in placements]})
        return
    for placement in placements:
        verb = "is placed" if placement.created else "was placed before; nothing changed"
        people.print(plain(f"Order {placement.order_id} ({placement.reference}) {verb}."))


def read_orders(files: list[Path]) -> list[Submission]:
    """Read order documents and their pictures; raise InvalidOrder with every problem of every file."""
    problems: list[FieldProblem] = []
    orders: list[Submission] = []
    for file in files:
        try:
            document = read_order(file.read_bytes(), file.name)
            _refuse_unknown_theme(document, file.name)
            orders.append(submission(document, file.name, beside(file)))
        except OSError as unreadable:
            problems.append(FieldProblem(str(file), unreadable.strerror or "it cannot be read"))
        except InvalidOrder as refused:
            problems += [
                FieldProblem(f"{file.name}: {found.path}", found.problem) for found in refused.problems
            ]
    if problems:
        raise InvalidOrder(problems)
    return orders


def _refuse_unknown_theme(document: PlacedOrder, source: str) -> None:
    wanted = document.brief.design.theme
    if wanted is None:
        return
    from sitewright.rendering import all_themes  # noqa: PLC0415 - the renderer is loaded by who needs it

    known = all_themes(load_settings().themes)
    if wanted not in known:
        problem = f"there is no theme '{wanted}', only {', '.join(sorted(known))}"
        raise InvalidOrder([FieldProblem("brief.design.theme", problem)], source=source)


@group.command("list")
def list_all(
    state: Annotated[OrderState | None, typer.Option(help="Only orders in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many, newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List orders, newest first."""
    summaries = with_database(lambda database: list_orders(database, state=state, limit=limit))
    if as_json:
        print_json({"orders": [summary.model_dump(mode="json") for summary in summaries]})
        return
    table = Table("order", "reference", "state", "since", "due", "address or reason", box=None)
    for order in summaries:
        where = plain(order.url or order.reason)
        since, due = f"{order.since:%Y-%m-%d %H:%M}", f"{order.due_at:%Y-%m-%d}"
        table.add_row(str(order.id), plain(order.reference), state_text(order.state), since, due, where)
    people.print(table if summaries else "There are no orders yet: `sitewright orders place FILE`.")


@group.command()
def show(order: OrderName, as_json: AsJson = False) -> None:
    """Show one order: its state, steps, AI calls and timeline."""
    record = with_database(lambda database: _record(database, order))
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        print_order(record)


async def _record(database: Database, name: str) -> OrderRecord:
    return await _shown(database, await find_order(database, name))


async def _shown(database: Database, order_id: int) -> OrderRecord:
    return await show_order(database, order_id, load_settings().budget_per_order)


def print_order(record: OrderRecord) -> None:
    """Print an order for people."""
    people.print(plain(f"Order {record.id} ({record.reference}), revision {record.revision}"))
    people.print("  ", state_text(record.state), plain(f"since {record.since:%Y-%m-%d %H:%M:%S}"))
    shown = {"reason": record.reason, "address": record.url, "release": record.release}
    for label, value in (shown | {"under dispute": record.disputed}).items():
        if value:
            people.print(plain(f"  {label}: {value}"))
    people.print(plain(f"  due {record.due_at:%Y-%m-%d}, attempts {record.attempts}"))
    steps = Table("step", "status", "at", "seconds", "run", title="Steps", title_justify="left", box=None)
    for step in record.steps:
        status = f"{step.status} (resumed)" if step.resumed else step.status
        steps.add_row(step.name, status, f"{step.at:%H:%M:%S}", f"{step.seconds:.1f}", step.flow_run_id)
    people.print(steps)
    print_usage(record.ai)
    timeline = Table("at", "event", "detail", title="Timeline", title_justify="left", box=None)
    for entry in record.timeline:
        timeline.add_row(f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.event, plain(entry.detail))
    people.print(timeline)


@group.command()
def build(
    order: OrderName,
    from_step: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="STEP",
            help="Do this step and all after it again: load, plan, page:KIND, render, ...",
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until it is published, blocked or failed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Start a run for an order now; completed steps are not done again. A refused AI route is tried before.

    With --wait the exit status is 1 unless the order ends published.
    """

    async def prepare(database: Database) -> tuple[int, int]:
        order_id = await find_order(database, order)
        if from_step is not None:
            await reopen_from(database, order_id, None, from_step)
        await try_refused(database, load_settings().routes, at_once=True)
        return order_id, len((await _shown(database, order_id)).timeline)

    order_id, seen = with_database(prepare)
    flow_run_id = start_build(order_id)
    if not as_json:
        people.print(plain(f"Order {order_id}: run {flow_run_id} is on its way."))
    if not wait:
        if as_json:
            print_json({"order_id": order_id, "flow_run_id": flow_run_id})
        return
    record = with_database(lambda database: _wait_until_settled(database, order_id, seen, quiet=as_json))
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        people.print(state_text(record.state), plain(record.url or record.reason))
    raise typer.Exit(0 if record.state is OrderState.PUBLISHED else 1)


async def _wait_until_settled(database: Database, order_id: int, seen: int, *, quiet: bool) -> OrderRecord:
    """Wait until the timeline, after its first `seen` lines, says how the order's run ended."""
    silent, ended = 0, False
    while True:
        record = await _shown(database, order_id)
        news = record.timeline[seen:]
        if not quiet:
            for entry in news:
                people.print(plain(f"  {entry.at:%H:%M:%S} {entry.event}: {entry.detail}"))
            if silent == _SILENT_SECONDS:
                people.print("  Nothing happens; `sitewright doctor` tells whether a worker is alive.")
        seen, silent = len(record.timeline), 0 if news else silent + 1
        ended = ended or any(entry.event in _ENDS for entry in news)
        if ended and record.state in _SETTLED:
            return record
        await asyncio.sleep(1)


@group.command()
def cancel(order: OrderName, as_json: AsJson = False) -> None:
    """Cancel an order: a run that has it stops before its next step; a published site stays as it is."""

    async def cancel_one(database: Database) -> OrderRecord:
        order_id = await find_order(database, order)
        await cancel_order(database, order_id, "the command line")
        return await _shown(database, order_id)

    record = with_database(cancel_one)
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        people.print(plain(f"Order {record.id} ({record.reference}) is cancelled."))


@group.command()
def dispute(
    order: OrderName,
    why: Annotated[str | None, typer.Argument(metavar='"WHY"', help="What the dispute is about.")] = None,
    settled: Annotated[bool, typer.Option("--settled", help="The dispute is over.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put an order under dispute, so that nothing of its past is removed; or say that it is settled."""
    if (why is None) != settled or why == "":
        raise InputError("Say what the dispute is about, or --settled; one of the two.")

    async def change(database: Database) -> OrderRecord:
        order_id = await find_order(database, order)
        if why is None:
            await settle_dispute(database, order_id)
        else:
            await dispute_order(database, order_id, why)
        return await _shown(database, order_id)

    record = with_database(change)
    if as_json:
        print_json({"order_id": record.id, "disputed": record.disputed})
    else:
        standing = "is under dispute: nothing of it is removed" if record.disputed else "is not under dispute"
        people.print(plain(f"Order {record.id} ({record.reference}) {standing}."))


@group.command()
def schema() -> None:
    """Print the JSON Schema of an order document."""
    print(json.dumps(order_schema(), indent=2, ensure_ascii=False))
