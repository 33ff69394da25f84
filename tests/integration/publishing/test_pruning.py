"""Rounds of the retention on disk and database: nobody sees half a release, a killed round is finished."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from sitewright.cli.app import app
from sitewright.cli.commands import load_commands
from sitewright.errors import ReleaseDamaged, ReleaseRemoved, SiteRootUnwritable, UnknownRelease
from sitewright.orders.disputes import dispute_order
from sitewright.orders.leases import release_lease
from sitewright.orders.ledger import complete_step
from sitewright.orders.models.order import OrderState
from sitewright.orders.releases import record_rollback, release_made, releases_of, site_published
from sitewright.orders.states import move
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.pruning import live_hash, removable, take_away
from sitewright.publishing.releases import verify_release
from sitewright.publishing.site_lock import locked_site
from sitewright.publishing.staging import leftovers, staging_directory
from sitewright.retention import Pruned, PrunedOrder, prune_orders
from sitewright.settings import Retention
from tests.integration.publishing.conftest import FILES
from tests.support.database import run_sql
from tests.support.orders import GARDENER, building, opened, publication, step

TWO = Retention(releases_kept=2)
SIZE = sum(map(len, FILES.values())) - len(FILES["index.html"])


def version(number):
    return FILES | {"index.html": f"<!doctype html><title>Version {number:03}</title>".encode()}


@pytest.fixture
def environment(monkeypatch, tmp_path, database, root, address):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
    monkeypatch.setenv("SITEWRIGHT_SITE_ROOT", str(root))
    monkeypatch.setenv("SITEWRIGHT_PUBLIC_URL", address)
    monkeypatch.setenv("SITEWRIGHT_RETENTION", '{"releases_kept": 2}')
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def sites(database, root, made):
    """Publish: make releases of an order live one after another, on the disk and in the database."""

    async def publish(order, *numbers, run="run-1"):
        target = FolderTarget(root, "http://sites.example")
        releases = []
        for number in numbers:
            release = made(version(number), slug=order.slug)
            await target.activate(release)
            records = (release_made(order, release), *site_published(order, publication(release)))
            await complete_step(database, order, step("publish", release.hash, run=run), *records)
            releases.append(release)
        await release_lease(database, order.id, order.lease)
        return releases

    return publish


@pytest.fixture
async def published(database, sites):
    """An order with four releases, the last one live."""
    order = await building(database)
    return order, await sites(order, 1, 2, 3, 4)


def on_disk(root, order):
    return {path.name for path in (root / order.slug / "releases").iterdir()}


def hashes(*releases):
    return {release.hash for release in releases}


def snapshot(root):
    """Every path below the site root with its kind, mode, size, times and content."""
    found = {}
    for path in sorted(root.rglob("*")):
        seen = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path)] = (
            seen.st_mode,
            seen.st_ino,
            seen.st_size,
            seen.st_mtime_ns,
            seen.st_ctime_ns,
            content,
        )
    return found


async def tables(database):
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    return {
        name: await run_sql(database, f"SELECT t::text, xmin::text FROM {name} t ORDER BY 1")
        for (name,) in await run_sql(database, names)
    }


async def command(*arguments):
    load_commands("releases")

    result = await asyncio.to_thread(CliRunner().invoke, app, ["releases", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


async def test_a_round_keeps_the_live_and_the_last_and_the_next_finds_nothing(
    database, root, published, client
):
    order, (_, _, older, live) = published

    pruned = await prune_orders(database, root, TWO, dry_run=False)

    (one,) = pruned.orders
    assert (one.releases, one.strays, one.bytes) == (2, 0, 2 * (SIZE + len(version(1)["index.html"])))
    assert on_disk(root, order) == hashes(older, live)
    assert client.get(f"/{order.slug}/").content == version(4)["index.html"]
    for release in (older, live):
        verify_release(root, release)
    assert list((root / ".staging").iterdir()) == []
    again = await prune_orders(database, root, TWO, dry_run=False)
    assert again == Pruned(dry_run=False, orders=(), leftovers=0, leftover_bytes=0)


async def test_a_dry_run_says_what_would_go_and_touches_nothing(database, root, published, environment):
    order, releases = published
    await run_sql(
        database,
        "INSERT INTO timeline (order_id, event, at) VALUES (:id, 'old', now() - interval '400 days'),"
        " (:id, 'last', now())",
        id=order.id,
    )
    with _killed_process_leaves_a_directory(root):
        before, rows = snapshot(root), await tables(database)

        told = await command("prune", "--dry-run", "--json")
        table = await command("prune", "--dry-run")

        assert snapshot(root) == before
        assert await tables(database) == rows
    foreseen = Pruned.model_validate(json.loads(told.stdout))
    assert foreseen.dry_run
    assert (foreseen.leftovers, foreseen.leftover_bytes) == (1, 4)
    done = await prune_orders(database, root, TWO, dry_run=False)
    assert done == foreseen.model_copy(update={"dry_run": False})
    assert done.orders == (
        PrunedOrder(
            order_id=order.id, releases=2, strays=0, bytes=done.orders[0].bytes, timeline=1, ai_calls=0
        ),
    )
    assert "2 releases, 1 lines of timelines and 0 AI calls of 1 orders" in table.stdout
    assert (told.exit_code, table.exit_code) == (0, 0)
    assert on_disk(root, order) == hashes(*releases[2:])


@contextmanager
def _killed_process_leaves_a_directory(root):
    program = (
        "import sys, pathlib; from sitewright.publishing.staging import staging_directory\n"
        "with staging_directory(pathlib.Path(sys.argv[1])) as staging:\n"
        "    (staging / 'file').write_text('half'); print('there', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"there\n"
        assert leftovers(root) == []
        process.kill()
    assert len(leftovers(root)) == 1
    yield


async def test_a_removed_release_is_shown_and_not_switched_to_until_it_is_made_again(
    database, root, published, environment, made
):
    order, (removed, _, older, live) = published
    await command("prune")
    assert (
        f"removed {time.strftime('%Y-%m-%d', time.gmtime())}"
        in (await command("list", order.reference)).stdout
    )
    listed = json.loads((await command("list", order.reference, "--json")).stdout)["releases"]
    assert [one["removed_at"] is None for one in listed] == [True, True, False, False]
    with pytest.raises(ReleaseRemoved, match="nothing to switch back to"):
        await command("rollback", order.reference, removed.hash)

    await command("rollback", order.reference)
    assert live_hash(root, order.slug) == older.hash
    with pytest.raises(UnknownRelease, match="no earlier published release"):
        await command("rollback", order.reference)

    again = await opened(database, order.id, "run-2")
    assert made(version(1), slug=order.slug) == removed
    await complete_step(database, again, step("render"), release_made(again, removed))
    await move(database, order.id, OrderState.CANCELLED, reason="enough")
    await release_lease(database, order.id, again.lease)
    assert (await releases_of(database, order.id))[-1].removed_at is None
    await command("rollback", order.reference, removed.hash)
    assert live_hash(root, order.slug) == removed.hash
    assert live.hash in on_disk(root, order)


async def test_what_current_points_at_stays_whatever_the_database_says(database, root, published):
    order, (live, *_) = published
    await FolderTarget(root, "").activate(live)
    one = await prune_orders(database, root, Retention(releases_kept=1), dry_run=False)
    assert [order.releases for order in one.orders] == [2]
    assert live.hash in on_disk(root, order)
    assert take_away(root, order.slug, root, removed=frozenset({live.hash}), kept=frozenset()) == ()


async def test_of_awaited_and_disputed_orders_no_directory_goes_and_of_none_that_a_run_has(
    database, root, published, sites, made
):
    order, _ = published
    awaited = await building(database, sample=GARDENER, reference="AWAITED")
    await sites(awaited, 5, 6, 7)
    await opened(database, awaited.id, "run-2")
    _age(root, made(version(9), slug=awaited.slug))
    await dispute_order(database, order.id, "why")
    before = snapshot(root)
    assert (await prune_orders(database, root, TWO, dry_run=False)).orders == ()
    await run_sql(database, "UPDATE orders SET disputed = NULL")
    again = await opened(database, order.id, "run-3")
    await run_sql(database, "UPDATE orders SET state = 'published' WHERE id = :id", id=order.id)
    assert (await prune_orders(database, root, TWO, dry_run=False)).orders == ()
    assert snapshot(root) == before
    await release_lease(database, order.id, again.lease)
    assert len((await prune_orders(database, root, TWO, dry_run=False)).orders) == 1


def _age(root, release, days=2):
    then = time.time() - days * 86400
    os.utime(root / release.slug / "releases" / release.hash, (then, then))


async def test_directories_that_no_record_knows_go_when_they_are_old(database, root, published, made):
    order, releases = published
    old, young, current = (made(version(number), slug=order.slug) for number in (7, 8, 9))
    await FolderTarget(root, "").activate(current)
    for release in (old, current):
        _age(root, release)
    (root / order.slug / "releases" / "notes").mkdir()

    foreseen = await prune_orders(database, root, Retention(), dry_run=True)
    pruned = await prune_orders(database, root, Retention(), dry_run=False)

    assert foreseen.orders == pruned.orders
    assert [(one.releases, one.strays) for one in pruned.orders] == [(0, 1)]
    assert on_disk(root, order) == hashes(*releases, young, current) | {"notes"}


KILLED = """
import asyncio, sys
from pathlib import Path
from sitewright import retention
from sitewright.database import Database
from sitewright.settings import Retention

def stand_still():
    print("there", flush=True)
    sys.stdin.read()

async def marked(*arguments):
    stand_still()

def moved(*arguments, take=retention._take):
    take(*arguments)
    stand_still()

if sys.argv[3] == "marked":
    retention.clear_away = marked
else:
    retention._take = moved
keeping = Retention(releases_kept=2)
asyncio.run(retention.prune_orders(Database(sys.argv[1]), Path(sys.argv[2]), keeping, dry_run=False))
"""


@pytest.mark.parametrize("moment", ["marked", "moved"])
async def test_a_round_that_is_killed_is_finished_by_the_next(database, root, published, client, moment):
    order, (first, second, older, live) = published
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, database.url, str(root), moment],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert await asyncio.to_thread(process.stdout.readline) == b"there\n"
        process.kill()
    gone = hashes() if moment == "marked" else hashes(first, second)
    assert on_disk(root, order) == hashes(first, second, older, live) - gone
    assert [record.removed_at is None for record in await releases_of(database, order.id)].count(False) == 2
    assert client.get(f"/{order.slug}/").content == version(4)["index.html"]

    pruned = await prune_orders(database, root, TWO, dry_run=False)

    assert (len(pruned.orders), pruned.leftovers) == (1 if moment == "marked" else 0, 1)
    assert on_disk(root, order) == hashes(older, live)
    assert list((root / ".staging").iterdir()) == []
    for release in (older, live):
        verify_release(root, release)
    told = "SELECT count(*) FROM timeline WHERE event = 'releases removed'"
    assert await run_sql(database, told) == [(1,)]


async def test_two_rounds_at_once_remove_everything_once(database, root, sites):
    orders = [
        await building(database, f"run-{number}", sample=GARDENER, reference=f"R{number}")
        for number in range(6)
    ]
    for order in orders:
        await sites(order, 1, 2, 3, 4)
    one, two = await asyncio.gather(*(prune_orders(database, root, TWO, dry_run=False) for _ in range(2)))
    assert one.problems == two.problems == ()
    assert sum(order.releases for pruned in (one, two) for order in pruned.orders) == 12
    assert all(len(on_disk(root, order)) == 2 for order in orders)
    told = "SELECT count(*) FROM timeline WHERE event = 'releases removed'"
    assert await run_sql(database, told) == [(6,)]


async def test_a_switch_and_a_removal_wait_for_each_other(database, root, published):
    """A rollback holds no lease: without the lock of the site, `current` could point at nothing."""
    order, (first, second, *_) = published
    target = FolderTarget(root, "")
    site = root / order.slug
    doomed = frozenset({first.hash, second.hash})
    with staging_directory(root) as aside:
        with locked_site(site):
            removal = asyncio.create_task(
                asyncio.to_thread(take_away, root, order.slug, aside, removed=doomed, kept=frozenset())
            )
            await asyncio.sleep(0.2)
            assert not removal.done()
            (site / "next").symlink_to(f"releases/{first.hash}")
            (site / "next").replace(site / "current")
        assert {one.hash for one in await removal} == {second.hash}
        with pytest.raises(ReleaseDamaged):
            await target.activate(second)
    assert target.live_release(order.slug) == first.hash
    verify_release(root, first)


async def test_a_release_that_went_away_while_it_was_being_switched_to_is_not_switched_to(root, published):
    order, (first, *_, live) = published
    target = FolderTarget(root, "")
    site = root / order.slug
    with staging_directory(root) as aside:
        with locked_site(site):
            switch = asyncio.create_task(target.activate(first))
            await asyncio.sleep(0.3)  # it has verified the release and waits for the site
            assert not switch.done()
            (site / "releases" / first.hash).rename(aside / "taken")
        with pytest.raises(ReleaseDamaged, match="was just removed"):
            await switch
    assert target.live_release(order.slug) == live.hash


async def test_readers_see_whole_pages_while_releases_come_and_go(database, root, sites, client):
    order = await building(database)
    await sites(order, 0)
    seen, ended = set(), threading.Event()

    def read():
        while not ended.is_set():
            answer = client.get(f"/{order.slug}/")
            seen.add((answer.status_code, answer.content))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 15):
            again = await opened(database, order.id, f"run-{number}")
            await sites(again, number, run=f"run-{number}")
            await prune_orders(database, root, Retention(releases_kept=1), dry_run=False)
            assert len(on_disk(root, order)) == 1
    finally:
        ended.set()
        await asyncio.to_thread(reader.join)
    assert {status for status, _ in seen} == {200}
    assert seen <= {(200, version(number)["index.html"]) for number in range(15)}
    assert len(seen) > 1


async def test_an_order_of_which_something_cannot_be_removed_holds_up_no_other(
    database, root, published, sites, environment
):
    order, _ = published
    other = await building(database, sample=GARDENER, reference="OTHER")
    await sites(other, 5, 6, 7)
    (root / order.slug / ".lock").unlink()
    (root / order.slug / ".lock").mkdir()

    answer = await command("prune", "--json")

    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [one["order_id"] for one in told["orders"]] == [other.id]
    assert f"Order {order.id}: The site root" in told["problems"][0]
    (root / order.slug / ".lock").rmdir()
    assert (await command("prune")).exit_code == 0
    assert len(on_disk(root, order)) == 2


async def test_with_the_site_root_gone_nothing_is_marked(database, root, published):
    order, _ = published
    root.rename(root.with_name("unmounted"))
    pruned = await prune_orders(database, root, TWO, dry_run=False)
    assert str(SiteRootUnwritable().remedy) in pruned.problems[0]
    assert all(record.removed_at is None for record in await releases_of(database, order.id))
    assert not root.exists()


def test_what_current_leads_to_is_found_by_whatever_way(root, made):
    release, other = made(), made(version(1))
    site = root / release.slug
    for leads in (
        f"releases/{release.hash}",
        str(site / "releases" / release.hash),
        f"releases/{release.hash}/about",
    ):
        (site / "current").unlink(missing_ok=True)
        (site / "current").symlink_to(leads)
        assert live_hash(root, release.slug) == release.hash
        both = frozenset({release.hash, other.hash})
        assert [one.hash for one in removable(root, release.slug, removed=both, kept=frozenset())] == [
            other.hash
        ]
    (site / "current").unlink()
    assert live_hash(root, release.slug) is None
    assert live_hash(root, "nothing-here") is None
    assert removable(root, "nothing-here", removed=frozenset(), kept=frozenset()) == ()


async def test_a_rollback_beside_a_round_keeps_what_it_made_live(database, root, published):
    order, (first, *_) = published
    await FolderTarget(root, "").activate(first)
    await prune_orders(database, root, TWO, dry_run=False)
    await record_rollback(database, order.id, publication(first))
    await prune_orders(database, root, TWO, dry_run=False)
    verify_release(root, first)
    (live,) = [record for record in await releases_of(database, order.id) if record.live]
    assert (live.manifest.hash, live.removed_at) == (first.hash, None)
