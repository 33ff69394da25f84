"""`sitewright demo`, `up` and `migrate`: everything on this machine in one command."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from sitewright.cli.app import app
from sitewright.cli.orders import read_orders
from sitewright.cli.printing import AsJson, people, plain, print_json
from sitewright.database import open_database
from sitewright.local.children import Say
from sitewright.local.demo import Clock, build_orders, distinct, prepare_to_build, sample_orders
from sitewright.local.progress import progress_on
from sitewright.local.running import StackAddresses
from sitewright.local.supervision import Interrupted, run_beside_stack
from sitewright.orders.models.order import OrderState
from sitewright.orders.records import OrderRecord
from sitewright.orders.schema_version import migrate as migrate_to_head
from sitewright.settings import load_settings

_INTERRUPTED = 128
"""Plus the signal's number: the exit status of a command that was interrupted (POSIX shells, 2.8.2)."""

Files = Annotated[
    list[Path] | None, typer.Argument(metavar="[ORDER.json ...]", help="Order documents; else the samples.")
]
Once = Annotated[bool, typer.Option("--once", help="End when the orders are done; the data is kept.")]


@app.command()
def up() -> None:
    """Start PostgreSQL, Prefect, worker and site server on this machine, and run them until Ctrl-C.

    A database or a Prefect that SITEWRIGHT_DATABASE_URL or PREFECT_API_URL name is used in place of the
    embedded one.
    """
    began: list[StackAddresses] = []

    async def serve(addresses: StackAddresses) -> None:
        began.append(addresses)
        _print_addresses(people, addresses)
        people.print("Everything is up. Ctrl-C stops it.")
        await asyncio.Event().wait()

    try:
        asyncio.run(run_beside_stack(load_settings(), _say_on(people), serve))
    except Interrupted as asked:
        raise typer.Exit(0 if began else _INTERRUPTED + asked.number) from None


@app.command()
def demo(files: Files = None, once: Once = False, as_json: AsJson = False) -> None:
    """Turn the sample orders, or yours, into live sites on this machine, and serve them until Ctrl-C.

    With --once it ends when the orders are done. The exit status is 1 unless every order is published.
    """
    orders = distinct(read_orders(files) if files else sample_orders())
    console = Console(stderr=True, highlight=False) if as_json else people
    clock = Clock()
    records: list[OrderRecord] = []

    async def build_and_serve(addresses: StackAddresses) -> None:
        clock.stack_up = clock.now()
        console.print(f"The stack is up after {clock.stack_up:.0f} s. Placing {len(orders)} orders ...")
        records.extend(await build_orders(addresses, orders, progress_on(console), clock))
        _print_sites(console, records)
        _print_addresses(console, addresses)
        if as_json:
            print_json(_document(addresses, records, clock))
        if not once:
            console.print("The sites are served until Ctrl-C.")
            await asyncio.Event().wait()

    try:
        asyncio.run(run_beside_stack(load_settings(), _say_on(console), build_and_serve, prepare_to_build))
    except Interrupted as asked:
        if not records:
            raise typer.Exit(_INTERRUPTED + asked.number) from None
    if not all(record.state is OrderState.PUBLISHED for record in records):
        raise typer.Exit(1)


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Bring the orders' database to this version's schema; safe to repeat."""
    version = migrate_to_head(open_database(load_settings()).url)
    if as_json:
        print_json({"schema": version})
    else:
        people.print(f"The database is at schema {version}.")


def _say_on(console: Console) -> Say:
    def say(sentence: str) -> None:
        # A terminal that was closed cannot be written to; stopping in order matters more.
        with suppress(OSError):
            console.print(plain(sentence), soft_wrap=True)

    return say


def _print_sites(console: Console, records: list[OrderRecord]) -> None:
    for record in records:
        if record.state is OrderState.PUBLISHED:
            console.print(plain(f"  {record.reference}: {record.url}"), soft_wrap=True)
        else:
            reason = f": {record.reason}" if record.reason else ""
            console.print(plain(f"  {record.reference} is {record.state}{reason}"), soft_wrap=True)


def _print_addresses(console: Console, addresses: StackAddresses) -> None:
    if addresses.offline:
        console.print("  Words: the built-in offline copywriter; no AI was used.")
    console.print(plain(f"  Sites: {addresses.public_url}/ from {addresses.site_root}"), soft_wrap=True)
    console.print(plain(f"  Prefect UI: {addresses.prefect_ui}"), soft_wrap=True)


def _document(addresses: StackAddresses, records: list[OrderRecord], clock: Clock) -> dict[str, Any]:
    return {
        "orders": [record.model_dump(mode="json") for record in records],
        "seconds": clock.seconds(),
        "site_root": str(addresses.site_root),
        "prefect_ui": addresses.prefect_ui,
    }
