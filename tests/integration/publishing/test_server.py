"""The built-in server over real HTTP: what it shows, how, and all that it does not show."""

import http.client
import os
import socket
from urllib.parse import urlsplit

import pytest

from sitewright.publishing.paths import release_directory
from sitewright.publishing.server import listen
from sitewright.publishing.staging import staging_directory
from tests.integration.publishing.conftest import FILES, SLUG


@pytest.fixture
async def live(made, target):
    release = made()
    await target.activate(release)
    return release


def raw_get(address, path):
    """Ask for `path` exactly as it is written, which clients would tidy up."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


def test_files_have_their_types_and_lifetimes_and_protection(live, client):
    expected = {
        "": ("text/html; charset=utf-8", "no-cache", "index.html"),
        "about/": ("text/html; charset=utf-8", "no-cache", "about/index.html"),
        "about/index.html": ("text/html; charset=utf-8", "no-cache", "about/index.html"),
        "robots.txt": ("text/plain; charset=utf-8", "public, max-age=3600", "robots.txt"),
        "og-image.0123456789ab.png": (
            "image/png",
            "public, max-age=31536000, immutable",
            "og-image.0123456789ab.png",
        ),
    }
    for address, (kind, kept, path) in expected.items():
        answer = client.get(f"/{SLUG}/{address}")
        assert (answer.status_code, answer.content) == (200, FILES[path])
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == (kind, kept)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("encoding", ["gzip", "identity", "br;q=1, gzip;q=0"])
def test_what_was_not_changed_is_not_sent_again(live, client, encoding):
    headers = {"accept-encoding": encoding}
    first = client.get(f"/{SLUG}/", headers=headers)
    head = client.head(f"/{SLUG}/", headers=headers)
    tag = first.headers["etag"]

    assert first.headers.get("content-encoding") == ("gzip" if encoding == "gzip" else None)
    assert first.headers["vary"] == "accept-encoding"
    assert (head.content, head.headers["etag"]) == (b"", tag)
    assert head.headers["content-length"] == first.headers["content-length"]
    for held in (tag, f'"other", W/{tag}', "*"):
        again = client.get(f"/{SLUG}/", headers=headers | {"if-none-match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/{SLUG}/", headers=headers | {"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", [f"/{SLUG}", f"/{SLUG}/about"])
def test_a_directory_is_asked_for_with_a_slash(live, client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.headers["location"]) == (301, f"{path}/")


def test_what_a_site_does_not_have_is_answered_by_its_own_page(live, client):
    for path in ("nothing", "about/nothing/", "robots.txt/", "about/index.html/x", "a" * 300, "%00", "%ff"):
        answer = client.get(f"/{SLUG}/{path}")
        assert (answer.status_code, answer.content) == (404, FILES["404.html"])
    assert client.get(f"/{SLUG}/404.html").status_code == 200


def test_only_reading_is_served(live, client):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, f"/{SLUG}/").status_code == 405


def test_a_small_file_does_not_wait_for_the_acknowledgement_of_the_one_before():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_a_compressed_file_is_sent_as_it_lies_to_those_who_accept_it(
    made, target, client, accepted, coding
):
    packed = {"br": b"as it lies, br", "gzip": b"as it lies, gzip"}
    page = b"<!doctype html>" + b"words " * 500
    await target.activate(
        made({"index.html": page, "index.html.br": packed["br"], "index.html.gz": packed["gzip"]})
    )

    with client.stream("GET", f"/{SLUG}/", headers={"accept-encoding": accepted}) as answer:
        body = b"".join(answer.iter_raw())

    assert answer.headers.get("content-encoding") == coding
    assert body == (packed[coding] if coding else page)
    assert answer.headers["vary"] == "accept-encoding"
    assert (coding or "") in answer.headers["etag"]


def test_readiness_is_told(client):
    assert client.get("/.well-known/sitewright-health").status_code == 200


@pytest.mark.failure(31)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "/.staging/",
        "/.staging/{staging}/secret.txt",
        "/{slug}/releases/{hash}/index.html",
        "/{slug}/current/index.html",
        "/{slug}/../{slug}/releases/{hash}/index.html",
        "/{slug}/..%2freleases%2f{hash}%2findex.html",
        "/{slug}/%2e%2e/releases/{hash}/index.html",
        "/{slug}/%252e%252e/releases/{hash}/index.html",
        "/{slug}/about/..%5c..%5cindex.html",
        "/{slug}/about/../../../secret.txt",
        "/%2e%2e/secret.txt",
        "/../secret.txt",
        "//etc/passwd",
        "/{slug}//etc/passwd",
        "/{slug}/.hidden",
        "/{slug}/link.txt",
        "/{slug}/up/secret.txt",
        "/{slug}/pipe",
        "/never-published/",
        "/linked/",
        "/dangling/",
    ],
)
def test_nothing_is_public_but_the_published_release(root, made, live, address, path):
    directory = release_directory(root, SLUG, live.hash)
    directory.chmod(0o755)
    (root.parent / "secret.txt").write_text("secret")
    (directory / ".hidden").write_text("secret")
    (directory / "link.txt").symlink_to(root.parent / "secret.txt")
    (directory / "up").symlink_to(root.parent)
    os.mkfifo(directory / "pipe")
    made({"index.html": b"secret"}, slug="never-published")
    (root / "linked").symlink_to(root / SLUG)
    (root / "dangling").mkdir()
    (root / "dangling" / "current").symlink_to("../never-published/releases")

    with staging_directory(root) as staging:
        (staging / "secret.txt").write_text("secret")
        written = path.format(slug=SLUG, hash=live.hash, staging=staging.name)
        status, body = raw_get(address, written)

    assert status == 404
    assert b"secret" not in body
    assert body == FILES["404.html"] or SLUG.encode() not in body
