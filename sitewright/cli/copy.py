"""`sitewright copy`: the plan and the words of an order, for people who tune prompts."""

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from sitewright.cli.app import app
from sitewright.cli.orders import read_orders
from sitewright.cli.printing import AsJson, plain, print_json
from sitewright.cli.written import print_calls, print_draft, print_questions, totals
from sitewright.copywriting import AiLine, LocalGate
from sitewright.copywriting.drafting import Draft, draft, unplaced
from sitewright.copywriting.memory_log import MemoryCallLog
from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.copywriting.question import Question
from sitewright.errors import InputError
from sitewright.local.copywriter.composer import compose
from sitewright.local.copywriter.order_data import received
from sitewright.local.copywriter.serving import offline_copywriter
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order, PlacedOrder
from sitewright.orders.models.site import SitePlan, buildable_pages
from sitewright.settings import Route, load_settings

_INTERRUPTED = 128 + signal.SIGINT

_progress = Console(stderr=True, highlight=False, soft_wrap=True)


@app.command()
def copy(
    file: Annotated[Path, typer.Argument(metavar="ORDER.json", help="An order document.")],
    page: Annotated[
        list[PageKind] | None, typer.Option(help="Write this page only; may be given several times.")
    ] = None,
    second: Annotated[bool, typer.Option("--second", help="Write in the order's second language.")] = False,
    show_prompt: Annotated[
        bool, typer.Option("--show-prompt", help="Print what the AI would be told; nothing is asked or paid.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the plan and the words of an order, without placing it and without publishing anything.

    Asks the routes that are configured, **which costs what a run costs**; where there is none, the offline
    copywriter. No database is needed, and nothing is kept: the same again is paid again. Circuits and the
    budget per order, which are the database's, do not hold here.

    Examples: `sitewright copy order.json --page home`, `sitewright copy order.json --show-prompt | less`,
    `sitewright copy order.json --json > before.json`. How to tune prompts: docs/words.md.
    """
    (given,) = read_orders([file])
    order, pages = _order(given.order, second=second), tuple(page or ())
    if unknown := [kind.value for kind in pages if kind not in buildable_pages(order.brief)]:
        built = ", ".join(kind.value for kind in buildable_pages(order.brief))
        raise InputError(f"--page {unknown[0]}: this order's site has no such page, it has {built}.")
    if show_prompt:
        _show(_questions(order, pages), as_json=as_json)
        return
    log = MemoryCallLog()
    try:
        with _routes() as routes:
            line = AiLine(routes, log, LocalGate())
            written = asyncio.run(draft(order, line, pages, lambda said: _progress.print(plain(said))))
    except KeyboardInterrupt:
        _progress.print("Interrupted.")
        raise typer.Exit(_INTERRUPTED) from None
    finally:
        if not as_json:
            print_calls(_progress, log.calls)
    if as_json:
        print_json(_document(order, written, log))
    else:
        print_draft(order, written)


def _order(document: PlacedOrder, *, second: bool) -> Order:
    order = unplaced(document)
    if not second:
        return order
    if (translated := order.in_second_language()) is None:
        raise InputError("--second: this order has no second_locale.")
    return translated


@contextmanager
def _routes() -> Iterator[tuple[Route, ...]]:
    """Yield the configured routes, else that of an offline copywriter which is served meanwhile."""
    if routes := load_settings().routes:
        _progress.print(plain(f"Asking {', '.join(f'{route.name} ({route.model})' for route in routes)} ..."))
        yield routes
        return
    _progress.print("No AI route is configured: words are composed by the offline copywriter, without AI.")
    with offline_copywriter() as route:
        yield (route,)


def _questions(order: Order, pages: tuple[PageKind, ...]) -> list[Question[Any]]:
    """Return the questions about `order`; the pages' are asked by the plan of the offline copywriter."""
    first = plan_question(order)
    data = received(first.user)
    if data is None:
        raise InputError("The question holds no order data.")
    plan: SitePlan = first.read(json.dumps(compose(data))).value
    wanted = [page for page in plan.pages if not pages or page.page in pages]
    return [first, *(page_question(order, plan, page) for page in wanted)]


def _show(questions: list[Question[Any]], *, as_json: bool) -> None:
    if as_json:
        shown = [
            {"step": each.step, "name": each.name, "messages": each.messages, "schema": each.schema}
            for each in questions
        ]
        print_json({"questions": shown})
        return
    print_questions(questions)
    if len(questions) > 1:
        _progress.print("Voice, titles and sections in the pages' data stand for those of the AI's plan.")


def _document(order: Order, written: Draft, log: MemoryCallLog) -> dict[str, Any]:
    return {
        "reference": order.reference,
        "locale": order.locale,
        "plan": written.plan.model_dump(mode="json"),
        "pages": [page.model_dump(mode="json") for page in written.pages],
        "calls": [call.model_dump(mode="json", exclude={"answer", "request_hash"}) for call in log.calls],
        "total": totals(log.calls),
    }
