"""Publishing to a folder that the built-in server shows, and all the ways in which that may go wrong."""

import asyncio
import socket

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sitewright.errors import ReleaseDamaged, SiteRootUnwritable, VerificationFailed
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.paths import release_directory
from sitewright.publishing.server import make_app
from tests.integration.publishing.conftest import FILES, SLUG, serving

OTHER = FILES | {"index.html": b"<!doctype html><title>Second</title>"}


async def publish(target, release):
    await target.prepare()
    await target.upload(release)
    await target.activate(release)
    return await target.verify(release)


async def test_a_release_goes_live_and_back_and_every_step_may_be_repeated(root, made, target, client):
    first, second = made(FILES), made(OTHER)
    assert target.live_release(SLUG) is None

    for _ in range(2):
        publication = await publish(target, first)
    assert publication.url == target.url(SLUG) == f"{target.public_url}/{SLUG}/"
    assert (publication.release, publication.files_verified) == (first.hash, len(FILES))
    await publish(target, second)
    assert client.get(f"/{SLUG}/").content == OTHER["index.html"]

    await publish(target, first)

    assert client.get(f"/{SLUG}/").content == FILES["index.html"]
    assert target.live_release(SLUG) == first.hash
    link = root / SLUG / "current"
    assert str(link.readlink()) == f"releases/{first.hash}"


@pytest.mark.failure(15)
async def test_going_live_modifies_no_release(root, made, target):
    first, second = made(FILES), made(OTHER)
    await publish(target, first)
    files = [path for path in (root / SLUG / "releases").rglob("*") if path.is_file()]
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    await publish(target, second)
    await publish(target, first)

    assert {
        path: (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in before
    } == before


@pytest.mark.failure(30)
async def test_a_damaged_release_does_not_go_live(root, made, target):
    good, bad = made(FILES), made(OTHER)
    await publish(target, good)
    directory = release_directory(root, SLUG, bad.hash)
    directory.chmod(0o755)
    (directory / "robots.txt").unlink()

    for step in (target.upload, target.activate, target.verify):
        with pytest.raises(ReleaseDamaged, match=r"robots\.txt is missing"):
            await step(bad)
    assert target.live_release(SLUG) == good.hash


@pytest.mark.failure(30)
async def test_a_link_that_cannot_be_switched_is_an_error(root, made, target):
    release = made()
    (root / SLUG / "current").mkdir()

    with pytest.raises(SiteRootUnwritable, match="in the place of a link"):
        await target.activate(release)


@pytest.mark.failure(29, 30)
async def test_a_dead_address_is_not_a_publication(root, made):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    target = FolderTarget(root, f"http://127.0.0.1:{port}", pauses=(0.01, 0.01))
    release = made()

    with pytest.raises(VerificationFailed) as failed:
        await publish(target, release)

    assert f"http://127.0.0.1:{port}/{SLUG}/" in str(failed.value)
    assert "did not answer: All connection attempts failed. Check that SITEWRIGHT_PUBLIC_URL" in str(
        failed.value
    )


def changed(path, answer):
    """An application that serves the site, but for one file."""

    def make(root):
        async def endpoint(request):
            return answer(FILES)

        return Starlette(routes=[Route(f"/{SLUG}/{path}", endpoint), *make_app(root).routes])

    return make


WRONG = {
    "a byte": (
        changed("robots.txt", lambda files: PlainTextResponse(b"U5" + files["robots.txt"][2:])),
        r"robots\.txt has 23 bytes, was rendered with 23, and differs from byte 1 on",
    ),
    "cut off": (
        changed("", lambda files: PlainTextResponse(files["index.html"][:-1])),
        r"/a-site/ has 2233 bytes, was rendered with 2234, and differs from byte 2233 on",
    ),
    "something behind it": (
        changed("", lambda files: PlainTextResponse(files["index.html"] + b"<script>")),
        r"/a-site/ has more than 2234 bytes",
    ),
    "empty": (changed("about/", lambda _: Response()), r"/a-site/about/ has 0 bytes"),
    "gone": (changed("about/", lambda _: Response(status_code=404)), r"/a-site/about/ answered 404, not 200"),
    "moved": (
        changed("about/", lambda _: RedirectResponse("http://elsewhere.example/")),
        r"answered 307 to http://elsewhere\.example/, not 200",
    ),
    "starting for too long": (changed("", lambda _: Response(status_code=503)), "answered 503, not 200"),
    "an error page for everything": (
        lambda root: Starlette(routes=[Route("/{path:path}", lambda request: PlainTextResponse("Welcome!"))]),
        "has 8 bytes",
    ),
}


@pytest.mark.failure(29)
@pytest.mark.parametrize("wrong", WRONG)
async def test_an_address_that_shows_something_else_is_named_with_the_difference(root, made, wrong):
    application, difference = WRONG[wrong]
    release = made()
    with serving(application(root)) as address:
        target = FolderTarget(root, address, pauses=(0.01, 0.01))
        with pytest.raises(VerificationFailed, match=difference):
            await publish(target, release)


@pytest.mark.failure(29)
async def test_the_release_before_this_one_is_something_else_too(made, target):
    old, new = made(FILES), made(OTHER)
    await publish(target, old)

    with pytest.raises(VerificationFailed, match="differs from byte"):
        await target.verify(new)


async def test_a_server_that_is_just_starting_is_waited_for(root, made):
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        host, port = place.getsockname()
    target = FolderTarget(root, f"http://{host}:{port}", pauses=(0.05,) * 200)
    release = made()
    verifying = asyncio.create_task(publish(target, release))
    await asyncio.sleep(0.2)
    assert not verifying.done()

    with serving(make_app(root), port=port):
        publication = await verifying

    assert publication.files_verified == len(FILES)
