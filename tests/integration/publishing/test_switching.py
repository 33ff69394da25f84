"""Readers hammer a site while it is switched between two releases, and while old ones are removed."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import httpx

from sitewright.publishing.live_files import LiveFile, read_live

SWITCHES, REMOVALS = 300, 300
READERS = 6

ONE = {path: f"<!doctype html>one {path} ".encode() * 3000 for path in ("index.html", "about/index.html")}
TWO = {path: f"<!doctype html>two {path} ".encode() * 4000 for path in ONE}


async def test_no_reader_ever_fails_or_sees_a_mixture(made, target):
    releases = [made(ONE), made(TWO)]
    await target.activate(releases[0])
    addresses = {
        target.url("a-site") + path.removesuffix("index.html"): {ONE[path], TWO[path]} for path in ONE
    }
    done = asyncio.Event()

    async def read() -> set[bytes]:
        seen = set()
        async with httpx.AsyncClient(trust_env=False) as client:
            while not done.is_set():
                for address, bodies in addresses.items():
                    answer = await client.get(address)
                    assert answer.status_code == 200
                    assert answer.content in bodies
                    seen.add(answer.content)
        return seen

    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(read()) for _ in range(READERS)]
        try:
            for number in range(SWITCHES):
                await target.activate(releases[number % 2])
        finally:
            done.set()

    assert set().union(*(reader.result() for reader in readers)) == {*ONE.values(), *TWO.values()}


def test_a_release_may_be_removed_as_soon_as_another_is_live(root, tmp_path):
    site, done = root / "a-site", threading.Event()
    releases = [site / "releases" / f"{number:064x}" for number in range(REMOVALS)]
    for release in releases:
        release.mkdir(parents=True)
        (release / "index.html").write_text(release.name)
    (site / "current").symlink_to(f"releases/{releases[0].name}")

    def read() -> int:
        count = 0
        while not done.is_set():
            assert isinstance(read_live(root, "a-site", [""]), LiveFile)
            count += 1
        return count

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for old, new in pairwise(releases):
                (site / "next").symlink_to(f"releases/{new.name}")
                (site / "next").replace(site / "current")
                old.rename(tmp_path / old.name)
        finally:
            done.set()

    assert all(reader.result() for reader in readers)
