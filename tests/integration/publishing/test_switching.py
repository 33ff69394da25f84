"""Readers hammer a site while it is switched between two releases."""

import asyncio

import httpx

SWITCHES = 300
READERS = 6

ONE = {path: f"<!doctype html>one {path} ".encode() * 3000 for path in ("index.html", "about/index.html")}
TWO = {path: f"<!doctype html>two {path} ".encode() * 4000 for path in ONE}


async def test_no_reader_ever_fails_or_sees_a_mixture(made, target):
    releases = [made(ONE), made(TWO)]
    await target.activate(releases[0])
    allowed = {
        "": {ONE["index.html"], TWO["index.html"]},
        "about/": {ONE["about/index.html"], TWO["about/index.html"]},
    }
    seen: set[bytes] = set()
    done = asyncio.Event()

    async def read(client: httpx.AsyncClient) -> int:
        count = 0
        while not done.is_set():
            for path, bodies in allowed.items():
                answer = await client.get(target.url("a-site") + path)
                assert answer.status_code == 200
                assert answer.content in bodies
                seen.add(answer.content)
                count += 1
        return count

    async def switch() -> None:
        try:
            for number in range(SWITCHES):
                await target.activate(releases[number % 2])
        finally:
            done.set()

    async with httpx.AsyncClient(trust_env=False) as client:
        *counts, _ = await asyncio.gather(*(read(client) for _ in range(READERS)), switch())

    assert all(counts)
    assert seen == {*ONE.values(), *TWO.values()}
