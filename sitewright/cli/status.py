"""`sitewright status`: the one place that says how the pipeline stands, read from the database."""

from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from sitewright.cli.app import app
from sitewright.cli.database import with_database
from sitewright.cli.printing import AsJson, people, plain, print_json, state_text
from sitewright.cli.usage import print_costs_today
from sitewright.database import Database
from sitewright.orders.alarms import open_alarms
from sitewright.orders.circuits import Circuit, open_circuits
from sitewright.orders.models.alarm import Alarm
from sitewright.orders.models.base import Value
from sitewright.orders.pipeline import pipeline_status
from sitewright.orders.records import OrderSummary, PipelineStatus
from sitewright.orders.rounds import Round, last_rounds
from sitewright.settings import Route, load_settings


class Seen(Value):
    """All that `status` shows."""

    pipeline: PipelineStatus
    alarms: tuple[Alarm, ...]
    rounds: tuple[Round, ...]
    circuits: dict[str, Circuit]


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show orders per state, live runs, what is waiting, late, stuck, blocked and why, alarms and AI routes.

    Read from the database alone, so it answers when Prefect does not. What is wrong comes first.
    """
    routes = load_settings().routes
    seen = with_database(lambda database: _read(database, routes))
    standing = [_route(route, seen.circuits.get(route.name)) for route in routes]
    alarmed = {alarm.cause for alarm in seen.alarms}
    if as_json:
        shown = seen.model_dump(mode="json", exclude={"circuits"})
        print_json({**shown.pop("pipeline"), **shown, "routes": standing})
    else:
        _print_alarms(seen.alarms)
        _print_rounds(seen.rounds)
        _print_pipeline(seen.pipeline)
        _print_routes(standing, alarmed)


async def _read(database: Database, routes: tuple[Route, ...]) -> Seen:
    return Seen(
        pipeline=await pipeline_status(database),
        alarms=await open_alarms(database),
        rounds=await last_rounds(database),
        circuits=await open_circuits(database, [route.name for route in routes]),
    )


def _route(route: Route, refused: Circuit | None) -> dict[str, Any]:
    return {
        "name": route.name,
        "model": route.model,
        "offline": route.offline,
        "circuit": "open" if refused else "closed",
        "reason": refused.detail if refused else "",
        "since": refused.since.isoformat() if refused else None,
        "remedy": refused.remedy if refused else "",
    }


def _print_alarms(alarms: tuple[Alarm, ...]) -> None:
    for alarm in alarms:
        people.print(
            plain(f"ALARM for {_for(alarm.since)}: {alarm.sentence}"), style="bold red", soft_wrap=True
        )
        people.print(plain(f"  -> {alarm.remedy}"), soft_wrap=True)


def _print_rounds(rounds: tuple[Round, ...]) -> None:
    for each in rounds:
        if each.overdue:
            last = f"was last done {_for(each.ended_at)} ago" if each.ended_at else "was never done"
            what = f"The scheduled flow {each.name} {last}: `sitewright doctor` says what is missing."
            people.print(plain(what), style="bold yellow", soft_wrap=True)


def _print_pipeline(standing: PipelineStatus) -> None:
    counts = Table(box=None, show_header=False, title="Orders", title_justify="left")
    for state, count in standing.orders.items():
        counts.add_row(state_text(state), str(count))
    people.print(counts)
    people.print(f"Steps a minute, over the last ten: {standing.steps_per_minute:.1f}")
    print_costs_today(standing)
    if standing.oldest_waiting is not None:
        oldest = standing.oldest_waiting
        people.print(plain(f"Longest waiting: order {oldest.id} ({oldest.reference}), {_for(oldest.since)}"))
    for run in standing.live_runs:
        what = f"Live: order {run.order_id} ({run.reference}) by run {run.flow_run_id}, {_for(run.since)}"
        people.print(plain(what))
    _print_orders("Late: past the date it is due", standing.late)
    _print_orders("Stuck: due a run, and nobody comes; `sitewright doctor` says why", standing.stuck)
    _print_orders("Interrupted: resumed by itself when its pause is over", standing.interrupted)
    _print_orders("Blocked: goes on by itself once the reason is mended", standing.blocked)
    _print_orders("Failed: `sitewright orders build ID` tries again", standing.failed)
    if standing.failures:
        table = Table(
            "step", "cause", "runs", title="Failures of the last day", title_justify="left", box=None
        )
        for failure in standing.failures:
            table.add_row(failure.step or "-", failure.cause, str(failure.count))
        people.print(table)


def _print_routes(routes: list[dict[str, Any]], alarmed: set[str]) -> None:
    for route in routes:
        words = "composes without AI" if route["offline"] else f"model {route['model']}"
        is_open, health = route["circuit"] == "open", "in use"
        if is_open:
            since = f"{datetime.fromisoformat(route['since']):%Y-%m-%d %H:%M:%S} UTC"
            health = f"refused since {since}, no order asks it: {route['reason']}"
        elif f"route:{route['name']}" in alarmed:
            health = "no order could use it when it was tried, see the alarm"
        people.print(plain(f"Route {route['name']}: {words}, {health}"), soft_wrap=True)
        if is_open:
            people.print(plain(f"  -> {route['remedy']}"), soft_wrap=True)
    if not routes:
        people.print("No AI route is configured in this process.")


def _print_orders(title: str, orders: tuple[OrderSummary, ...]) -> None:
    if not orders:
        return
    people.print(f"[italic]{title}[/italic]", soft_wrap=True)  # a table would break it at its own width
    table = Table("order", "reference", "state", "for", "reason", box=None)
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
