"""The reader of the kill test sees what it is there to see: missing pages, torn pages, damaged releases."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from bench.chaos.reading import SiteReader
from sitewright.publishing.releases import make_release
from sitewright.publishing.server import make_app
from tests.support.serving import served


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[SiteReader]:
    config = uvicorn.Config(make_app(tmp_path), lifespan="off", ws="none", log_level="error")
    with served(config) as address, httpx.Client(trust_env=False) as client:
        yield SiteReader(tmp_path, address, client)


def _publish(root: Path, words: str) -> Path:
    files = {"index.html": f"<p>{words}".encode(), "contact/index.html": b"<p>+34 910 555 019"}
    release = make_release(
        root,
        slug="rueda",
        base_url="http://127.0.0.1/rueda/",
        files=files,
        theme="plain",
        theme_version="1",
        code_version="1",
    )
    (root / "aside").symlink_to(f"releases/{release.hash}")
    (root / "aside").replace(root / "rueda/current")
    return root / "rueda/releases" / release.hash


def _read_all(reader: SiteReader) -> None:
    reader.discover()
    for slug in reader.sites:
        for path in reader.files(slug):
            reader.read(slug, path)


def test_a_site_is_found_once_it_is_live_and_its_pages_are_as_rendered(reader: SiteReader) -> None:
    _read_all(reader)
    assert reader.sites == []
    _publish(reader.root, "abierto")
    _read_all(reader)
    assert (reader.sites, reader.reads, reader.missing, reader.torn) == (["rueda"], 2, [], [])


def test_a_switch_between_two_releases_is_no_fault(reader: SiteReader) -> None:
    _publish(reader.root, "abierto")
    _read_all(reader)
    _publish(reader.root, "cerrado")
    _read_all(reader)
    assert (reader.reads, reader.missing, reader.torn) == (4, [], [])


def test_a_half_page_is_torn(reader: SiteReader) -> None:
    release = _publish(reader.root, "abierto")
    _read_all(reader)
    release.chmod(0o755)
    (release / "index.html").chmod(0o644)
    (release / "index.html").write_bytes(b"<p>abi")
    _read_all(reader)
    assert [fault.what for fault in reader.torn] == ["6 bytes of no release"]
    assert reader.missing == []


def test_a_release_that_was_never_whole_is_torn(reader: SiteReader) -> None:
    release = _publish(reader.root, "abierto")
    release.chmod(0o755)
    (release / "index.html").unlink()
    _read_all(reader)
    assert [fault.what for fault in reader.torn] == ["the disk holds no such release"]


def test_a_page_that_is_gone_and_a_site_that_is_gone_are_missing(reader: SiteReader) -> None:
    release = _publish(reader.root, "abierto")
    _read_all(reader)
    release.chmod(0o755)
    (release / "index.html").unlink()
    _read_all(reader)
    assert [fault.what for fault in reader.missing] == ["status 404"]
    (reader.root / "rueda/current").unlink()
    reader.read("rueda", "contact/index.html")
    assert [fault.what for fault in reader.missing] == ["status 404"] * 2


def test_a_server_that_is_gone_is_missing(tmp_path: Path) -> None:
    _publish(tmp_path, "abierto")
    with httpx.Client(trust_env=False) as client:
        reader = SiteReader(tmp_path, "http://127.0.0.1:9", client)
        _read_all(reader)
    assert [fault.what.partition(":")[0] for fault in reader.missing] == ["ConnectError"] * 2
