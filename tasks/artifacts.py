"""What a run shows in the Prefect UI beside its logs: brief, progress, AI usage, report, live site.

An artifact is for people. One that cannot be written is logged and never stops the work.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from html import escape
from typing import Any
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.artifacts import (
    acreate_link_artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.runtime import flow_run as runtime

from sitewright.database import open_database
from sitewright.orders.budgets import money
from sitewright.orders.costs import Usage, UsageRow, totals, usage_table
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Publication, Report
from sitewright.orders.records import budget_sentences
from sitewright.orders.repository import show_order
from sitewright.retention import Pruned
from sitewright.settings import load_settings

PATIENCE_SECONDS = 5
"""How long the work waits until something is shown; Prefect's client would try for a minute."""


MOST_SHOWN = 200
"""How many orders the table of a round shows."""


@asynccontextmanager
async def _for_people_only(what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except Exception as error:
        why = str(error) or type(error).__name__
        get_run_logger().warning("The %s could not be shown in Prefect: %s", what, why)


def _rows(value: Any, path: str = "") -> list[dict[str, str]]:
    """Flatten a JSON value to rows of field and text, empty ones left out."""
    if isinstance(value, dict):
        return [row for key, item in value.items() for row in _rows(item, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [row for index, item in enumerate(value) for row in _rows(item, f"{path}[{index}]")]
    return [] if value in (None, "") else [{"field": path, "value": str(value)}]


async def name_run(order: Order) -> None:
    """Give a run that was started by hand the name and the tag that `start_build` gives."""
    name, tag, flow_run_id = f"order-{order.id}-r{order.revision}", f"order:{order.id}", runtime.get_id()
    tags = runtime.get_tags()
    if flow_run_id and (runtime.get_name() != name or tag not in tags):
        async with _for_people_only("run's name"), get_client() as client:
            await client.update_flow_run(UUID(flow_run_id), name=name, tags=sorted({*tags, tag}))


async def show_brief(order: Order) -> None:
    """Show the frozen brief as a table of fields."""
    async with _for_people_only("brief"):
        await acreate_table_artifact(
            key=f"order-{order.id}-brief",
            table=_rows(order.brief.model_dump(mode="json")),
            description=f"The brief of order {order.id} ({order.reference}), revision {order.revision}.",
        )


async def show_usage(order: Order) -> None:
    """Show what this revision's AI calls came to by step and route, in all, and how the budget stands."""
    async with _for_people_only("ai-usage"):
        settings = load_settings()
        database = open_database(settings)
        rows = await usage_table(database, order.id, order.revision)
        ai = (await show_order(database, order.id, settings.budget_per_order)).ai
        offline = bool(rows) and not any(row.author.ai for row in rows)
        calls = f"AI calls of order {order.id}, revision {order.revision}; failed and repeated ones count."
        await acreate_table_artifact(
            key=f"order-{order.id}-ai-usage",
            table=usage_artifact(rows),
            description="The words were composed by the built-in offline copywriter; no AI was used."
            if offline
            else " ".join([calls, *budget_sentences(ai)]),
        )


def usage_artifact(rows: Sequence[UsageRow]) -> list[dict[str, Any]]:
    """Return the table of a run's AI calls: a row a step and route, and what they come to in all."""
    who = [{"step": row.step, "route": row.author.route, "model": row.author.model} for row in rows]
    table = [{**name, **_usage(row)} for name, row in zip(who, rows, strict=True)]
    return [*table, {"step": "total", "route": "", "model": "", **_usage(Usage(**totals(rows)))}]


def _usage(usage: Usage) -> dict[str, Any]:
    """Return a row's figures, the cost as exact text: a float would show what nobody paid."""
    return {**usage.model_dump(include=set(Usage.model_fields)), "cost": money(usage.cost)}


async def show_report(order: Order, report: Report) -> None:
    """Show the check report: a row a check and one for each page's words, with what was found; the pages."""
    async with _for_people_only("check-report"):
        await acreate_table_artifact(
            key=f"order-{order.id}-check-report",
            table=[
                {
                    "check": check.name,
                    "held": "yes" if check.passed else "NO",
                    "measured": check.measured,
                    "findings": "\n".join(check.findings),
                }
                for check in report.checks
            ]
            + [
                {
                    "check": f"facts in the words: {words.where}",
                    "held": "yes",
                    "measured": words.summary,
                    "findings": "\n".join(words.lines),
                }
                for words in report.words
            ],
            description=f"Checks of release {report.release[:12]}."
            + (" No AI was used for its words." if report.written_without_ai else ""),
        )
    await show_checked_pages(order, report)


async def show_checked_pages(order: Order, report: Report) -> None:
    """Show each page with the picture that it is shared by, and how many findings the checks have about it.

    The pictures are the site's own, at its address: they are seen once the release is live, and Prefect's
    database holds none of them.
    """
    async with _for_people_only("checked-pages"):
        await acreate_markdown_artifact(
            key=f"order-{order.id}-checked-pages",
            markdown=checked_pages(report),
            description=f"Pages of release {report.release[:12]}; pictures are seen once it is live.",
        )


def checked_pages(report: Report) -> str:
    """Return the pages of `report` as a Markdown table: what all of them hold to, then a row a page."""
    findings = [finding for check in report.checks for finding in check.findings]
    rows = [
        f"| {_thumbnail(page.image) if page.image else ''} | [{page.path}]({page.url}) "
        f"| {sum(finding.startswith(f'{page.path}:') for finding in findings) or '–'} |"
        for page in report.pages
    ]
    held = sum(check.passed for check in report.checks)
    return "\n".join(
        [f"{held} of {len(report.checks)} checks held.", "", "| | page | findings |", "|---|---|---|", *rows]
    )


def _thumbnail(url: str) -> str:
    """Return a picture for a table's cell; Markdown's own is as large as its file, and none in a link."""
    return f'<img src="{escape(url)}" width="160" height="84" alt="">'


async def show_live_site(order: Order, publication: Publication) -> None:
    """Show the link to the live site."""
    async with _for_people_only("live-site"):
        await acreate_link_artifact(
            link=publication.url,
            link_text=publication.url,
            key=f"order-{order.id}-live-site",
            description=f"Live and verified: {publication.files_verified} files equal to release "
            f"{publication.release[:12]}.",
        )


async def show_pruned(pruned: Pruned, *, runs: int, artifacts: int) -> None:
    """Show what a round of the retention removed, or would remove, one row an order, the largest first."""
    largest = sorted(pruned.orders, key=lambda order: order.bytes, reverse=True)[:MOST_SHOWN]
    unseen = len(pruned.orders) - len(largest)
    async with _for_people_only("pruned"):
        await acreate_table_artifact(
            key="pruned",
            table=[order.model_dump(mode="json") for order in largest],
            description=f"{pruned.sentence()} From Prefect: {runs} runs with {artifacts} artifacts."
            + (f" {unseen} more orders are not shown here." if unseen else "")
            + "".join(f"\n\n{problem}" for problem in pruned.problems),
        )


@asynccontextmanager
async def progress_shown(order: Order, total: int) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Show a progress bar over `total` pages; the block calls what it is given once a page is written."""
    artifact: UUID | None = None
    description = f"Pages written for order {order.id}" + (f" in {order.locale}." if order.second else ".")
    async with _for_people_only("pages"):
        key = f"order-{order.id}-pages" + (f"-{order.language}" if order.second else "")
        artifact = await acreate_progress_artifact(0.0, key, description)
    written = 0

    async def one_more() -> None:
        nonlocal written
        written += 1
        if artifact is not None:
            async with _for_people_only("pages"):
                await aupdate_progress_artifact(artifact, 100.0 * written / total)

    yield one_more
