"""The sites that are measured: each theme with each order of the showcase, published and served here."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from bench.proof.findings import Finding
from sitewright.errors import PublishingError
from sitewright.local.copywriter.serving import offline_copywriter
from sitewright.local.showcase import ShownSite, build_site, words_of
from sitewright.orders.submissions import Submission
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.root import ensure_site_root
from sitewright.publishing.server import listen, make_app
from sitewright.rendering import Theme
from sitewright.settings import Route
from tests.support.serving import served

PORT = 8479
"""Where the sites are served if it is free: what has the same address and content is measured once."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Published:
    """The sites that are live below `root`, and what kept others from it."""

    root: Path
    sites: list[ShownSite] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@contextmanager
def published(
    root: Path, themes: Sequence[Theme], orders: Mapping[str, Submission], tell: Tell
) -> Iterator[Published]:
    """Publish each of `orders` in each of `themes` below `root` and serve them until the block ends."""
    ensure_site_root(root)
    server = uvicorn.Config(make_app(root), lifespan="off", ws="none", log_level="error")
    with served(server, _port(tell)) as address, offline_copywriter() as route:
        shown = Published(root)
        asyncio.run(_publish(shown, FolderTarget(root, address), route, themes, orders, tell=tell))
        yield shown


def _port(tell: Tell) -> int:
    try:
        listen("127.0.0.1", PORT).close()
    except PublishingError:
        tell(f"Port {PORT} is taken: the sites get another address, and all of them are measured anew.")
        return 0
    return PORT


async def _publish(
    shown: Published,
    target: FolderTarget,
    route: Route,
    themes: Sequence[Theme],
    orders: Mapping[str, Submission],
    *,
    tell: Tell,
) -> None:
    for name, shown_order in orders.items():
        tell(f"Building {name} ...")
        try:
            words = await words_of(shown_order, route)
        except Exception as error:
            shown.findings.append(_not_built(f"*/{name}", error))
            continue
        for theme in themes:
            try:
                site = await build_site(name, shown_order, words, theme, target)
                await target.verify(site.release)
            except Exception as error:
                shown.findings.append(_not_built(f"{theme.name}/{name}", error))
                continue
            shown.sites.append(site)
            shown.findings.extend(_refused(site))


def _not_built(site: str, error: Exception) -> Finding:
    # Whatever it is: the other sites are measured all the same.
    return Finding("build", site, "*", f"{type(error).__name__}: {error}")


def _refused(site: ShownSite) -> Iterator[Finding]:
    """Yield what the pipeline's own check of the site did not let pass."""
    for check in site.report.checks:
        if not check.passed:
            for found in check.findings:
                yield Finding("check_site", str(site), check.name, found)
