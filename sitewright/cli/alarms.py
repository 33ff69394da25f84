"""`sitewright alarms`: what is wrong, what was, and whether those who must know it can be reached."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from sitewright.alarms import Delivery, configured_channels, secret_missing, tell_trial
from sitewright.cli.app import app
from sitewright.cli.database import with_database
from sitewright.cli.printing import AsJson, people, plain, print_json
from sitewright.database import Database
from sitewright.errors import FieldProblem, InvalidSettings
from sitewright.health import Finding
from sitewright.orders.alarm_news import channel_standings
from sitewright.orders.alarms import open_alarms, recent_alarms
from sitewright.orders.models.alarm import Alarm, Channel, ChannelStanding
from sitewright.settings import AlarmOutlet, load_settings

group = typer.Typer(help="Show alarms, and try the channels that they are told through.")
app.add_typer(group, name="alarms")

Standings = Mapping[Channel, ChannelStanding]


@group.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=0, max=10_000, help="How many that are over to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what is wrong now and what to do, what was lately, and how the channels take it."""
    if context.invoked_subcommand is not None:
        return

    async def read(database: Database) -> tuple[tuple[Alarm, ...], tuple[Alarm, ...], Standings]:
        return (
            await open_alarms(database),
            await recent_alarms(database, limit),
            await channel_standings(database),
        )

    now, over, standings = with_database(read)
    findings = channel_findings(load_settings().alarms, standings)
    if as_json:
        print_json(
            {
                "open": [alarm.model_dump(mode="json") for alarm in now],
                "over": [alarm.model_dump(mode="json") for alarm in over],
                "channels": [_standing(finding, standings) for finding in findings],
            }
        )
    else:
        _print(now, over, findings)


@group.command("test")
def try_channels(as_json: AsJson = False) -> None:
    """Send a test message through every configured channel; exit status 1 if one did not take it."""
    outlet = load_settings().alarms
    channels = configured_channels(outlet)
    if not channels:
        problem = "no channel is configured: set webhook_url or smtp_url in [alarms] of sitewright.toml"
        raise InvalidSettings([FieldProblem("alarms", problem)])
    deliveries = asyncio.run(_try(outlet, channels))
    if as_json:
        print_json({"channels": [_outcome(delivery) for delivery in deliveries]})
    else:
        for delivery in deliveries:
            mark = "ok" if delivery.problem is None else "NOT OK"
            people.print(plain(f"{mark} {delivery.channel}: {delivery}"), soft_wrap=True)
    if any(delivery.problem for delivery in deliveries):
        raise typer.Exit(1)


async def _try(outlet: AlarmOutlet, channels: tuple[Channel, ...]) -> list[Delivery]:
    return await asyncio.gather(*(tell_trial(outlet, channel) for channel in channels))


def channel_findings(outlet: AlarmOutlet, standings: Standings) -> tuple[Finding, ...]:
    """Return how each configured channel took its last message; nothing is sent."""
    return tuple(_finding(outlet, channel, standings.get(channel)) for channel in configured_channels(outlet))


def _finding(outlet: AlarmOutlet, channel: Channel, standing: ChannelStanding | None) -> Finding:
    name = f"alarms by {channel}"
    if missing := secret_missing(outlet, channel):
        return Finding(name=name, ok=False, detail=missing.message, remedy=missing.remedy)
    if standing is not None and standing.failing_since is not None:
        detail = f"since {_moment(standing.failing_since)}: {standing.problem}"
        return Finding(name=name, ok=False, detail=detail)
    detail = "nothing was told yet; `sitewright alarms test` tries it"
    if standing is not None and standing.took_at is not None:
        detail = f"took its last message at {_moment(standing.took_at)}"
    return Finding(name=name, ok=True, detail=detail)


def _standing(finding: Finding, standings: Standings) -> dict[str, Any]:
    channel = Channel(finding.name.rpartition(" ")[2])
    standing = standings.get(channel) or ChannelStanding(channel=channel)
    return {**standing.model_dump(mode="json"), "ok": finding.ok, "detail": finding.detail}


def _outcome(delivery: Delivery) -> dict[str, Any]:
    problem = delivery.problem
    return {
        "channel": delivery.channel,
        "taken": delivery.taken,
        "problem": problem.message if problem else None,
        "remedy": problem.remedy if problem else None,
    }


def _print(now: tuple[Alarm, ...], over: tuple[Alarm, ...], findings: tuple[Finding, ...]) -> None:
    if not now:
        people.print("Nothing is wrong that an alarm was raised for.")
    for alarm in now:
        people.print(plain(f"{_moment(alarm.since)}  {alarm.sentence}"), soft_wrap=True)
        if alarm.remedy:
            people.print(plain(f"  -> {alarm.remedy}"), soft_wrap=True)
    if over:
        table = Table("from", "to", "what", title="Over", title_justify="left", box=None)
        for alarm in over:
            table.add_row(_moment(alarm.since), _moment(alarm.over_at), plain(alarm.sentence))
        people.print(table)
    for finding in findings:
        mark = "ok" if finding.ok else "NOT OK"
        said = f"{mark} {finding.name}: {finding.detail} {finding.remedy}".strip()
        people.print(plain(said), soft_wrap=True)
    if not findings:
        people.print("No channel is configured: alarms are shown here and in the Prefect UI only.")


def _moment(when: datetime | None) -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S}" if when else ""
