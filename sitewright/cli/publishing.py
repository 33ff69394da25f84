"""`sitewright serve` and `sitewright releases`: show what is published, switch back to what was."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.table import Column, Table
from rich.text import Text

from sitewright.cli.app import app
from sitewright.cli.database import with_database
from sitewright.cli.printing import AsJson, people, plain, print_json
from sitewright.database import Database
from sitewright.errors import InputError, ReleaseRemoved, SitewrightError, UnknownRelease
from sitewright.orders.leases import refuse_while_building
from sitewright.orders.models.release import Publication
from sitewright.orders.releases import ReleaseRecord, record_rollback, releases_of
from sitewright.orders.repository import find_order
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.live_files import live_sites
from sitewright.publishing.server import serve as serve_sites
from sitewright.settings import load_settings

group = typer.Typer(no_args_is_help=True, help="List, switch back and prune releases.")
app.add_typer(group, name="releases")

OrderName = Annotated[str, typer.Argument(metavar="ORDER", help="The order's number, or its reference.")]

_USUAL_PORT = 8400


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port; 0 takes a free one. The public URL's if not given."),
    ] = None,
    port_file: Annotated[
        Path | None, typer.Option(help="Write the port to this file once connections are accepted.")
    ] = None,
) -> None:
    """Serve every published site until Ctrl-C; sites published meanwhile are served too."""
    settings = load_settings()
    if port is None:
        port = urlsplit(settings.public_url).port or _USUAL_PORT

    def listening(host: str, port: int) -> None:
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        people.print(plain(f"Serving {settings.sites} at {address} until Ctrl-C."), soft_wrap=True)
        for slug in live_sites(settings.sites):
            people.print(plain(f"  {address}{slug}/"), soft_wrap=True)
        if port_file is not None:
            _write_whole(port_file, f"{port}\n")

    serve_sites(settings.sites, host=host, port=port, listening=listening)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever waits for it never reads a part of it."""
    aside = path.with_name(f"{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as cause:
        raise InputError(f"{path} cannot be written: {cause.strerror}.") from cause


@group.command("list")
def list_releases(order: OrderName, as_json: AsJson = False) -> None:
    """List the releases of an order, newest first, and which of them is live."""

    async def read(database: Database) -> tuple[int, tuple[ReleaseRecord, ...]]:
        order_id = await find_order(database, order)
        return order_id, await releases_of(database, order_id)

    order_id, records = with_database(read)
    if as_json:
        print_json({"order_id": order_id, "releases": [_document(record) for record in records]})
        return
    if not records:
        people.print(plain(f"Order {order_id} has no releases yet."))
        return
    table = Table(
        Column("release", no_wrap=True), "rev", "made", "live", "size", "made by", "checks", box=None
    )
    for record in records:
        release = record.manifest
        table.add_row(
            release.hash[:12],
            str(record.revision),
            f"{record.made_at:%Y-%m-%d %H:%M}",
            _live_text(record),
            f"{len(release.files)} files, {release.size / 1000:.0f} kB",
            plain(f"{release.theme} {release.theme_version}, code {release.code_version}"),
            _checks_text(record),
        )
    people.print(table)


def _live_text(record: ReleaseRecord) -> Text:
    if record.live:
        return Text("now", style="green")
    if record.removed_at is not None:
        return Text(f"removed {record.removed_at:%Y-%m-%d}", style="dim")
    return Text(f"{record.published_at:%Y-%m-%d %H:%M}" if record.published_at else "never", style="dim")


def _checks_text(record: ReleaseRecord) -> Text:
    if record.report is None:
        return Text("not checked", style="dim")
    return Text("passed", style="green") if record.report.passed else Text("failed", style="red")


def _document(record: ReleaseRecord) -> dict[str, Any]:
    release = record.manifest
    return {
        "hash": release.hash,
        "revision": record.revision,
        "made_at": record.made_at,
        "published_at": record.published_at,
        "removed_at": record.removed_at,
        "live": record.live,
        "files": len(release.files),
        "size": release.size,
        "base_url": release.base_url,
        "theme": release.theme,
        "theme_version": release.theme_version,
        "code_version": release.code_version,
        "checks_passed": None if record.report is None else record.report.passed,
    }


@group.command()
def rollback(
    order: OrderName,
    release: Annotated[
        str | None,
        typer.Argument(metavar="[HASH]", help="The release, or how its hash begins; else the one before."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Switch the live site back to an earlier release, after which its live address is fetched and compared.

    Where that fails, the release that was live is live again.
    """
    order_id, publication = with_database(lambda database: _roll_back(database, order, release))
    if as_json:
        print_json({"order_id": order_id, **publication.model_dump(mode="json")})
        return
    people.print(
        plain(
            f"Release {publication.release[:12]} of order {order_id} is live at {publication.url}: "
            f"{publication.files_verified} files fetched and equal."
        ),
        soft_wrap=True,
    )


async def _roll_back(database: Database, name: str, wanted: str | None) -> tuple[int, Publication]:
    order_id = await find_order(database, name)
    records = await releases_of(database, order_id)
    chosen = choose_release(records, wanted, order_id=order_id).manifest
    live = next((record.manifest for record in records if record.live), None)
    settings = load_settings()
    target = FolderTarget(settings.sites, settings.public_url)
    await refuse_while_building(database, order_id)
    await target.activate(chosen)
    try:
        publication = await target.verify(chosen)
        await record_rollback(database, order_id, publication)
    except SitewrightError:
        # A run may have published meanwhile: what it made live stays.
        if live is not None and target.live_release(chosen.slug) == chosen.hash:
            await target.activate(live)
        raise
    return order_id, publication


def choose_release(records: Sequence[ReleaseRecord], wanted: str | None, *, order_id: int) -> ReleaseRecord:
    """Return the release of `records` (newest first) whose hash begins with `wanted`.

    Without `wanted` it is the newest that was published, is kept, and was made before the one that is live.

    Raises UnknownRelease when there is none, when more than one fits, or when it was never published;
    ReleaseRemoved when its files were removed.
    """
    if wanted is None:
        made = next((record.made_at for record in records if record.live), None)
        there = [record for record in records if record.published_at and not record.removed_at]
        earlier = [record for record in there if made and record.made_at < made]
        if not earlier:
            raise UnknownRelease("There is no earlier published release to go back to.", order_id=order_id)
        return earlier[0]
    fitting = [record for record in records if record.manifest.hash.startswith(wanted.lower())]
    if len(fitting) != 1:
        count = "No release" if not fitting else f"{len(fitting)} releases"
        raise UnknownRelease(f"{count} of this order begin with {wanted!r}.", order_id=order_id)
    if fitting[0].published_at is None:
        raise UnknownRelease(
            f"Release {fitting[0].manifest.hash[:12]} was never published: its checks or its verification "
            "did not end.",
            order_id=order_id,
        )
    if fitting[0].removed_at is not None:
        raise ReleaseRemoved(
            f"Release {fitting[0].manifest.hash[:12]} was removed at {fitting[0].removed_at:%Y-%m-%d %H:%M}: "
            "there is nothing to switch back to.",
            order_id=order_id,
        )
    return fitting[0]
