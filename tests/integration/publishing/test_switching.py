"""Readers hammer a site while it is switched between two releases."""

import asyncio
from collections.abc import Container

import httpx
import pytest

from sitewright.publishing.paths import release_directory
from sitewright.publishing.storage import remove_tree

SWITCHES = 300
REMOVALS = 100
READERS = 6

ONE = {path: f"<!doctype html>one {path} ".encode() * 3000 for path in ("index.html", "about/index.html")}
TWO = {path: f"<!doctype html>two {path} ".encode() * 4000 for path in ONE}


async def read_until(done: asyncio.Event, target, allowed: dict[str, Container[bytes]]) -> list[bytes]:
    """Read every address of `allowed` again and again; each answer must be one of those that it may be."""
    seen = []
    async with httpx.AsyncClient(trust_env=False) as client:
        while not done.is_set():
            for path, bodies in allowed.items():
                answer = await client.get(target.url("a-site") + path)
                assert answer.status_code == 200
                assert answer.content in bodies
                seen.append(answer.content)
    return seen


@pytest.fixture
async def hammered():
    """Run readers beside `work`; returns everything that they read."""

    async def hammer(target, allowed, work):
        done = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            readers = [group.create_task(read_until(done, target, allowed)) for _ in range(READERS)]
            try:
                await work()
            finally:
                done.set()
        assert all(reader.result() for reader in readers)
        return {body for reader in readers for body in reader.result()}

    return hammer


async def test_no_reader_ever_fails_or_sees_a_mixture(made, target, hammered):
    releases = [made(ONE), made(TWO)]
    await target.activate(releases[0])
    allowed = {path.removesuffix("index.html"): {ONE[path], TWO[path]} for path in ONE}

    async def switch() -> None:
        for number in range(SWITCHES):
            await target.activate(releases[number % 2])

    seen = await hammered(target, allowed, switch)

    assert seen == {*ONE.values(), *TWO.values()}


async def test_a_release_may_be_removed_as_soon_as_another_is_live(root, made, target, hammered):
    await target.activate(made(ONE))
    versions = [b"<!doctype html>version %d" % number for number in range(REMOVALS)]

    async def replace() -> None:
        for version in versions:
            before = target.live_release("a-site")
            await target.activate(made({"index.html": version}))
            remove_tree(release_directory(root, "a-site", before))

    await hammered(target, {"": {ONE["index.html"], *versions}}, replace)

    assert len(list((root / "a-site" / "releases").iterdir())) == 1
