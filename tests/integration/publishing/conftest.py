"""A site root, and the built-in server showing it from a thread of the test's own process."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from sitewright.orders.models.release import Release
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.releases import make_release
from sitewright.publishing.root import ensure_site_root
from sitewright.publishing.server import make_app
from tests.support.serving import served

SLUG = "a-site"
FILES = {
    "index.html": b"<!doctype html><title>Home</title>" + b"<p>Home</p>" * 200,
    "about/index.html": b"<!doctype html><title>About</title>",
    "404.html": b"<!doctype html><title>Not here</title>",
    "robots.txt": b"User-agent: *\nAllow: /\n",
    "og-image.0123456789ab.png": bytes(range(256)),
}

Made = Callable[..., Release]


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an ASGI application; yields its address without a slash at the end."""
    config = uvicorn.Config(app, lifespan="off", ws="none", log_level="error", access_log=False)
    with served(config, port) as address:
        yield address


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "sites"
    ensure_site_root(path)
    return path


@pytest.fixture
def made(root: Path) -> Made:
    """Make a release of `files`."""

    def make(files: Mapping[str, bytes] = FILES, slug: str = SLUG) -> Release:
        return make_release(
            root,
            slug=slug,
            base_url=f"http://sites.example/{slug}",
            files=files,
            theme="mosaic",
            theme_version="1.0.0",
            code_version="0.1.0",
        )

    return make


@pytest.fixture
def address(root: Path) -> Iterator[str]:
    with serving(make_app(root)) as url:
        yield url


@pytest.fixture
def target(root: Path, address: str) -> FolderTarget:
    return FolderTarget(root, address)


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as opened:
        yield opened
