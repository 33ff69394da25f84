"""The sample orders as live sites: the offline copywriter's words, rendered, published, served."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from sitewright.copywriting import AiLine, LocalGate, write_page, write_plan
from sitewright.local.copywriter import offline_route
from sitewright.local.copywriter.__main__ import server_config
from sitewright.orders.intake import read_order
from sitewright.orders.models.order import Lease, Order
from sitewright.orders.models.site import buildable_pages
from sitewright.orders.slugs import slug_of
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.releases import make_release
from sitewright.publishing.root import ensure_site_root
from sitewright.publishing.server import make_app
from sitewright.rendering import page_path, render_site, theme_for
from sitewright.settings import Route
from sitewright.version import code_version
from tests.support.call_log import MemoryCallLog
from tests.support.orders import SAMPLES
from tests.support.serving import served

SAMPLE_NAMES = tuple(sorted(path.name for path in SAMPLES.glob("*.json")))

_WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class SampleSite:
    """A live site.

    `pages` are its addresses by name: `home`, `about` and so on as the order asks, last `404`, a page that
    is not there. `directory` is where its live release lies on the disk.
    """

    order: Order
    directory: Path
    pages: dict[str, str]


@contextmanager
def published_samples(root: Path) -> Iterator[dict[str, SampleSite]]:
    """Publish every sample order below `root` and serve them; yields the sites by the sample's file name."""
    ensure_site_root(root)
    site_server = uvicorn.Config(make_app(root), lifespan="off", ws="none", log_level="error")
    with served(server_config()) as desk, served(site_server) as address:
        target = FolderTarget(root, address)
        yield asyncio.run(_published(target, offline_route(f"{desk}/v1")))


async def _published(target: FolderTarget, route: Route) -> dict[str, SampleSite]:
    return {
        name: await _site(sample_order(number, name), target, route)
        for number, name in enumerate(SAMPLE_NAMES, 1)
    }


def sample_order(number: int, name: str) -> Order:
    """Return the sample order `name` as a run would have it, with `number` as its id."""
    placed = read_order((SAMPLES / name).read_bytes(), name)
    return Order(
        id=number,
        reference=placed.reference,
        revision=1,
        locale=placed.locale,
        slug=slug_of(placed.brief.business.name),
        product=placed.product,
        brief=placed.brief,
        placed_at=_WHEN,
        due_at=_WHEN,
        lease=Lease(token=1, flow_run_id="no-run"),
    )


async def _site(order: Order, target: FolderTarget, route: Route) -> SampleSite:
    line = AiLine((route,), MemoryCallLog(), LocalGate())
    plan = await write_plan(order, line)
    copies = [await write_page(order, plan, page, line) for page in plan.pages]
    base_url, theme = target.url(order.slug), theme_for(order)
    release = make_release(
        target.root,
        slug=order.slug,
        base_url=base_url.rstrip("/"),
        files=render_site(order, plan, tuple(copies), base_url=base_url, theme=theme),
        theme=theme.name,
        theme_version=theme.version,
        code_version=code_version(),
    )
    await target.activate(release)
    await target.verify(release)
    pages = {page.value: base_url + page_path(page, order.locale) for page in buildable_pages(order.brief)}
    return SampleSite(
        order, target.root / order.slug / "current", {**pages, "404": f"{base_url}no-such-page/"}
    )
