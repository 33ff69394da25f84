"""`sitewright doctor`: tries everything that must work, live, and says what to do about what does not."""

import asyncio

import typer
from rich.table import Table

from sitewright.cli.alarms import channel_findings
from sitewright.cli.app import app
from sitewright.cli.printing import AsJson, people, plain, print_json
from sitewright.copywriting import ProbeResult
from sitewright.database import open_database
from sitewright.errors import SitewrightError
from sitewright.health import Finding
from sitewright.orders.alarm_news import channel_standings
from sitewright.orders.rounds import Round, last_rounds
from sitewright.orders.schema_version import check_schema
from sitewright.orders.watching import PublishedSite, published_last
from sitewright.ports import prefect_findings
from sitewright.publishing.root import ensure_site_root, look_at_site_root
from sitewright.route_trials import try_routes
from sitewright.settings import Settings, load_settings


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Try the database, the site root, Prefect and every AI route; exit status 1 if one does not work."""
    settings = load_settings()
    findings = [
        asyncio.run(_database(settings)),
        _site_root(settings, asyncio.run(_published(settings))),
        *prefect_findings(),
        *asyncio.run(_kept_in_database(settings)),
        *asyncio.run(_routes(settings)),
    ]
    if as_json:
        print_json({"findings": [finding.model_dump(mode="json") for finding in findings]})
    else:
        _print(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _print(findings: list[Finding]) -> None:
    table = Table(box=None, show_header=False)
    for _ in range(3):
        table.add_column(overflow="fold")  # a path cut short would be no use
    for finding in findings:
        mark = "[green]ok[/green]" if finding.ok else "[red]NOT OK[/red]"
        table.add_row(mark, plain(finding.name), plain(finding.detail))
        if not finding.ok and finding.remedy:
            table.add_row("", "", plain(f"-> {finding.remedy}"))
    people.print(table)


async def _database(settings: Settings) -> Finding:
    name = "database and migrations"
    try:
        database = open_database(settings)
        try:
            version = await check_schema(database)
        finally:
            await database.close()
    except SitewrightError as error:
        return Finding(name=name, ok=False, detail=error.message, remedy=error.remedy)
    return Finding(name=name, ok=True, detail=f"reachable, schema {version}")


async def _kept_in_database(settings: Settings) -> list[Finding]:
    """Whether scheduled flows come round and alarms are taken; a database that is away was found before."""
    if settings.database_url is None:
        return []
    database = open_database(settings)
    try:
        rounds, standings = await last_rounds(database), await channel_standings(database)
    except SitewrightError:
        return []
    finally:
        await database.close()
    return [*map(_round, rounds), *channel_findings(settings.alarms, standings)]


def _round(each: Round) -> Finding:
    name = f"scheduled flow {each.name}"
    seen = f"last done at {each.ended_at:%Y-%m-%d %H:%M:%S} UTC" if each.ended_at else "not done yet"
    remedy = "Look at its runs in the Prefect UI: is the worker of its pool alive, do they fail?"
    return Finding(name=name, ok=not each.overdue, detail=seen, remedy=remedy if each.overdue else "")


async def _published(settings: Settings) -> tuple[PublishedSite, ...]:
    """Return the sites that were published last; a database that is away was found before."""
    if settings.database_url is None:
        return ()
    database = open_database(settings)
    try:
        return await published_last(database)
    except SitewrightError:
        return ()
    finally:
        await database.close()


def _site_root(settings: Settings, published: tuple[PublishedSite, ...]) -> Finding:
    """Try the site root; it is made only where nothing was published yet."""
    name = "site root"
    try:
        if not published:
            ensure_site_root(settings.sites)
        missing = look_at_site_root(settings.sites, [site.slug for site in published])
    except SitewrightError as error:
        return Finding(name=name, ok=False, detail=error.message, remedy=error.remedy)
    if missing:
        detail = f"{len(missing)} of the {len(published)} sites published last are not there"
        remedy = "Mount it; else `sitewright orders build ID` renders a site again, unpaid."
        return Finding(name=name, ok=False, detail=detail, remedy=remedy)
    return Finding(name=name, ok=True, detail=f"{settings.sites} can be written")


async def _routes(settings: Settings) -> list[Finding]:
    """Try every route; one that answers is in use again at once, one that is refused no longer."""
    if not settings.routes:
        remedy = (
            "Configure one in sitewright.toml; `sitewright up` uses the built-in offline copywriter without."
        )
        return [Finding(name="AI routes", ok=False, detail="no route is configured", remedy=remedy)]
    database = open_database(settings) if settings.database_url else None
    try:
        return [_route(result) for result in await try_routes(database, settings.routes)]
    finally:
        if database:
            await database.close()


def _route(result: ProbeResult) -> Finding:
    name = f"AI route {result.route}"
    if result.problem is None:
        return Finding(name=name, ok=True, detail=str(result))
    return Finding(name=name, ok=False, detail=result.problem.message, remedy=result.problem.remedy)
