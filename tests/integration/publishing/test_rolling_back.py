"""`sitewright releases`: a live site is switched back, fetched and compared, and the record follows."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from sitewright.cli.app import app
from sitewright.errors import LeaseHeld, UnknownRelease, VerificationFailed
from sitewright.orders.leases import release_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.releases import release_made, site_published
from sitewright.orders.repository import show_order
from sitewright.publishing.folder import FolderTarget
from tests.integration.publishing.conftest import FILES
from tests.support.orders import building, opened, step

VERSIONS = [
    FILES | {"index.html": f"<!doctype html><title>Version {number}</title>".encode()} for number in range(3)
]


@pytest.fixture
def environment(monkeypatch, tmp_path, database, root, address):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
    monkeypatch.setenv("SITEWRIGHT_SITE_ROOT", str(root))
    monkeypatch.setenv("SITEWRIGHT_PUBLIC_URL", address)


async def releases(*arguments):
    """Run the command in a thread: it has an event loop of its own, and so an engine of its own."""
    from sitewright.cli import publishing  # noqa: F401 - registers the commands

    result = await asyncio.to_thread(CliRunner().invoke, app, ["releases", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.fixture
async def published(environment, database, made, target):
    """An order of which three releases went live, one after another."""
    order = await building(database)
    live = []
    for files in VERSIONS:
        if live:
            order = await opened(database, order.id, f"run-{len(live) + 1}")
        release = made(files, slug=order.slug)
        await target.activate(release)
        publication = await target.verify(release)
        records = (release_made(order, release), *site_published(order, publication))
        await complete_step(database, order, step("publish", release.hash), *records)
        await release_lease(database, order.id, order.lease)
        live.append(release)
    return order, live


async def listed(order):
    document = json.loads(await releases("list", order.reference, "--json"))
    assert document["order_id"] == order.id
    return {entry["hash"]: entry for entry in document["releases"]}


async def test_the_release_before_goes_live_again_and_the_one_before_that(published, database, client):
    order, (oldest, older, newest) = published
    assert [entry["live"] for entry in (await listed(order)).values()] == [True, False, False]

    told = json.loads(await releases("rollback", str(order.id), "--json"))

    assert (told["order_id"], told["release"], told["files_verified"]) == (order.id, older.hash, len(FILES))
    assert client.get(f"/{order.slug}/").content == VERSIONS[1]["index.html"]
    record = await show_order(database, order.id)
    assert (record.release, record.state) == (older.hash, "published")
    assert record.timeline[-1].event == "rolled back"
    assert (await listed(order))[older.hash]["live"]

    assert "is live at" in await releases("rollback", order.reference)
    assert client.get(f"/{order.slug}/").content == VERSIONS[0]["index.html"]
    with pytest.raises(UnknownRelease, match="no earlier published release"):
        await releases("rollback", order.reference)
    await releases("rollback", order.reference, newest.hash[:10])
    assert client.get(f"/{order.slug}/").content == VERSIONS[2]["index.html"]
    table = await releases("list", order.reference)
    assert all(release.hash[:12] in table for release in (oldest, older, newest))


async def test_a_release_that_is_unknown_or_was_never_live_is_refused(published, database, made, target):
    order, (*_, newest) = published
    never = made(FILES, slug=order.slug)
    again = await opened(database, order.id, "run-9")
    await complete_step(database, again, step("render"), release_made(again, never))
    await release_lease(database, order.id, again.lease)

    for wanted, why in ((never.hash, "was never published"), ("f" * 64, "No release"), ("", "4 releases")):
        with pytest.raises(UnknownRelease, match=why):
            await releases("rollback", order.reference, wanted)
    assert target.live_release(order.slug) == newest.hash


async def test_while_a_run_builds_the_order_what_is_live_stays_live(published, database, target):
    order, (*_, newest) = published
    await opened(database, order.id, "run-9")

    with pytest.raises(LeaseHeld, match="run-9"):
        await releases("rollback", order.reference)

    assert target.live_release(order.slug) == newest.hash


@pytest.mark.failure(29)
async def test_a_rollback_that_nobody_can_see_is_undone(published, database, root, target, monkeypatch):
    order, (*_, newest) = published
    monkeypatch.setenv("SITEWRIGHT_PUBLIC_URL", f"{target.public_url}/elsewhere")

    with pytest.raises(VerificationFailed, match="answered 404"):
        await releases("rollback", order.reference)

    assert FolderTarget(root, "").live_release(order.slug) == newest.hash
    assert (await show_order(database, order.id)).release == newest.hash
