"""How `sitewright copy` shows words: as a reader meets them, each with its length beside it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sitewright.cli.printing import people, plain
from sitewright.copywriting.drafting import Draft
from sitewright.copywriting.question import Question
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import (
    AboutCopy,
    FaqCopy,
    Honesty,
    PageCopy,
    PlannedPage,
    SectionCopy,
    ServicesCopy,
)
from sitewright.orders.models.usage import AiCall


def print_draft(order: Order, written: Draft) -> None:
    """Print the plan, then each page in the plan's order, with what was found in them and cut."""
    brief = order.brief
    people.print(plain(f"{brief.business.name} ({brief.business.niche.value}, {order.locale})"), style="bold")
    _rule("Plan")
    _words("voice", written.plan.voice)
    for page in written.plan.pages:
        _planned(page)
    _honesty(written.plan.honesty)
    for copy in written.pages:
        _rule(f"Page {copy.page.value}, by {copy.author.model}")
        _page(order, copy)


def print_calls(console: Console, calls: Sequence[AiCall]) -> None:
    """Print a line for each call, in the order in which they ended, and their sums."""
    if not calls:
        return
    table = Table("step", "outcome", "route", "in", "out", "cost", "s", box=None)
    for call in calls:
        route = plain(call.author.route)
        counted = (str(call.tokens_in), str(call.tokens_out), f"{call.cost:.4f}", f"{call.seconds:.1f}")
        table.add_row(call.step, call.outcome.value, route, *counted)
    console.print(table)
    total = totals(calls)
    console.print(
        plain(
            f"{total['calls']} calls, {total['tokens_in']} tokens in, {total['tokens_out']} out, "
            f"cost {total['cost']:.4f}, {total['seconds']:.1f} s of answers."
        )
    )


def totals(calls: Sequence[AiCall]) -> dict[str, Any]:
    """Return what `calls` come to; `seconds` are the calls' own, which overlap."""
    return {
        "calls": len(calls),
        "tokens_in": sum(call.tokens_in for call in calls),
        "tokens_out": sum(call.tokens_out for call in calls),
        "cost": sum((call.cost for call in calls), Decimal(0)),
        "seconds": round(sum(call.seconds for call in calls), 3),
    }


def print_questions(questions: Sequence[Question[Any]]) -> None:
    """Print the messages of each question, word for word: no line is broken or put together."""
    for question in questions:
        for message in question.messages:
            print(f"--- {question.step}: {message['role']}, {len(message['content'])} characters")
            print(message["content"])


def _rule(title: str) -> None:
    people.print()
    people.rule(plain(title), align="left")


def _planned(page: PlannedPage) -> None:
    people.print(plain(f"  {page.page.value}: {', '.join(kind.value for kind in page.sections)}"))
    _words("title", page.title, indent=4)
    _words("description", page.description, indent=4)


def _page(order: Order, copy: PageCopy) -> None:
    for section in copy.sections:
        people.print(plain(f"  {section.kind.value}"), style="cyan")
        for label, text in _texts(order, section):
            _words(label, text, indent=4)
    _honesty(copy.honesty)


def _texts(order: Order, section: SectionCopy) -> Iterator[tuple[str, str]]:
    yield "heading", section.heading
    if not isinstance(section, AboutCopy):
        yield "lead", section.lead
    match section:
        case ServicesCopy():
            names = (service.name for service in order.brief.offer.services)
            yield from zip(names, section.texts, strict=True)
        case AboutCopy():
            yield from ((f"paragraph {number}", text) for number, text in enumerate(section.paragraphs, 1))
        case FaqCopy():
            for item in section.items:
                yield f"question, {item.topic.value}", item.question
                yield "answer", item.answer
        case _:
            pass


def _words(label: str, text: str, *, indent: int = 2) -> None:
    line = Text.assemble((f"{label} ", "dim"), text, (f"  ({len(text)})", "dim"))
    people.print(Padding(line, (0, 0, 0, indent)))


def _honesty(honesty: Honesty) -> None:
    for label, sentences in (("found", honesty.found), ("cut", honesty.cut)):
        for sentence in sentences:
            people.print(Padding(Text.assemble((f"{label}: ", "yellow"), sentence), (0, 0, 0, 2)))
