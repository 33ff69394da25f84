"""`sitewright status`: the one place that says how the pipeline stands, read from the database."""

from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from sitewright.cli.app import app
from sitewright.cli.database import with_database
from sitewright.cli.printing import AsJson, people, plain, print_json, state_text
from sitewright.database import Database
from sitewright.orders.pipeline import pipeline_status
from sitewright.orders.records import OrderSummary, PipelineStatus
from sitewright.orders.usage import RouteStanding, route_standings
from sitewright.settings import Route, load_settings


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show orders per state, live runs, what is waiting, late, stuck, blocked and why, and the AI routes."""
    standing, standings = with_database(_read)
    routes = [_route(route, standings.get(route.name)) for route in load_settings().routes]
    if as_json:
        print_json({**standing.model_dump(mode="json"), "routes": routes})
    else:
        _print(standing, routes)


async def _read(database: Database) -> tuple[PipelineStatus, dict[str, RouteStanding]]:
    return await pipeline_status(database), await route_standings(database)


def _route(route: Route, standing: RouteStanding | None) -> dict[str, Any]:
    return {
        "name": route.name,
        "model": route.model,
        "offline": route.offline,
        "circuit": standing.circuit if standing else "closed",
        "reason": standing.reason if standing else "",
    }


def _print(standing: PipelineStatus, routes: list[dict[str, Any]]) -> None:
    counts = Table(box=None, show_header=False, title="Orders", title_justify="left")
    for state, count in standing.orders.items():
        counts.add_row(state_text(state), str(count))
    people.print(counts)
    people.print(f"Steps a minute, over the last ten: {standing.steps_per_minute:.1f}")
    if standing.oldest_waiting is not None:
        oldest = standing.oldest_waiting
        people.print(plain(f"Longest waiting: order {oldest.id} ({oldest.reference}), {_for(oldest.since)}"))
    for run in standing.live_runs:
        what = f"Live: order {run.order_id} ({run.reference}) by run {run.flow_run_id}, {_for(run.since)}"
        people.print(plain(what))
    _print_orders("Late", standing.late)
    _print_orders("Stuck: building without a live run; `sitewright orders build ID` resumes", standing.stuck)
    _print_orders("Blocked", standing.blocked)
    for route in routes:
        words = "composes without AI" if route["offline"] else f"model {route['model']}"
        health = f"refused: {route['reason']}" if route["circuit"] == "open" else "in use"
        people.print(plain(f"Route {route['name']}: {words}, {health}"))
    if not routes:
        people.print("No AI route is configured in this process.")


def _print_orders(title: str, orders: tuple[OrderSummary, ...]) -> None:
    if not orders:
        return
    table = Table("order", "reference", "state", "for", "reason", title=title, title_justify="left", box=None)
    for order in orders:
        reference, reason = plain(order.reference), plain(order.reason)
        table.add_row(str(order.id), reference, state_text(order.state), _for(order.since), reason)
    people.print(table)


def _for(since: datetime) -> str:
    seconds = int((datetime.now(UTC) - since).total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
