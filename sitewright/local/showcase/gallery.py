"""The gallery: each theme with each order of the showcase as a live site, and one page that leads to them."""

import html
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sitewright.local.showcase.building import ShownSite, build_site, words_of
from sitewright.orders.models.base import fingerprint
from sitewright.orders.submissions import Submission
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.releases import make_release
from sitewright.rendering import Theme
from sitewright.settings import Route
from sitewright.version import code_version

SLUG = "gallery"
"""The gallery's own place among its sites."""

_BUILT = ".built.json"
_IMAGE = re.compile(r'property="og:image" content="([^"]+)"')

_STYLE = """
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:80rem;padding:2rem clamp(1rem,4vw,3rem)}
h2{margin:3rem 0 0}p{margin:.25rem 0 1rem;max-width:60ch}
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1.5rem;list-style:none;margin:0;padding:0}
img{display:block;width:100%;height:auto;border-radius:.5rem}
"""

Tell = Callable[[str], None]


async def build_gallery(
    target: FolderTarget,
    route: Route,
    themes: Mapping[str, Theme],
    orders: Mapping[str, Submission],
    tell: Tell,
) -> str:
    """Publish every theme with every order in `target`, and return the address of the page that shows them.

    A site that was built before of the same order, theme and code is left as it is. Raises CopywritingError,
    RenderingError or PublishingError.
    """
    built = _Built(target)
    for name, shown in orders.items():
        wanted = [theme for theme in themes.values() if not built.has(name, shown, theme)]
        if not wanted:
            continue
        tell(f"Building {name} in {', '.join(theme.name for theme in wanted)} ...")
        words = await words_of(shown, route)
        for theme in wanted:
            built.add(await build_site(name, shown, words, theme, target), shown, theme)
    await _publish(target, _page(target, themes, orders))
    return target.url(SLUG)


class _Built:
    """What each site below the target's root was made of, kept in a file there."""

    def __init__(self, target: FolderTarget) -> None:
        self._target = target
        self._file = target.root / _BUILT
        known = json.loads(self._file.read_text("utf-8")) if self._file.is_file() else {}
        self._made_of: dict[str, str] = known

    def has(self, name: str, shown: Submission, theme: Theme) -> bool:
        slug = f"{theme.name}-{name}"
        live = self._target.live_release(slug) is not None
        return live and self._made_of.get(slug) == self._parts(shown, theme)

    def add(self, site: ShownSite, shown: Submission, theme: Theme) -> None:
        self._made_of[site.order.slug] = self._parts(shown, theme)
        self._file.write_text(json.dumps(self._made_of), "utf-8")

    def _parts(self, shown: Submission, theme: Theme) -> str:
        return fingerprint(shown.fingerprint, theme.version, code_version(), self._target.public_url)


async def _publish(target: FolderTarget, page: str) -> None:
    release = make_release(
        target.root,
        slug=SLUG,
        base_url=target.url(SLUG).rstrip("/"),
        files={"index.html": page.encode()},
        theme=SLUG,
        theme_version=code_version(),
        code_version=code_version(),
    )
    await target.activate(release)


def _page(target: FolderTarget, themes: Mapping[str, Theme], orders: Mapping[str, Submission]) -> str:
    rows = [
        f"<h2>{html.escape(theme.manifest.title)}</h2><p>{html.escape(theme.manifest.description)}</p><ul>"
        + "".join(_card(target, f"{theme.name}-{name}", shown) for name, shown in orders.items())
        + "</ul>"
        for theme in themes.values()
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Themes</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style><body><h1>Themes</h1>"
        f"<p>{len(themes)} themes, {len(orders)} orders. The words are the offline copywriter's.</p>"
        f"{''.join(rows)}</body></html>\n"
    )


def _card(target: FolderTarget, slug: str, shown: Submission) -> str:
    business, locale = shown.order.brief.business, shown.order.locale
    image = _IMAGE.search(_home(target.root, slug))
    picture = f'<img src="{image[1]}" alt="" width="1200" height="630" loading="lazy">' if image else ""
    trade = business.custom_niche or business.niche.value.replace("_", " ")
    return (
        f'<li><a href="{html.escape(target.url(slug))}">{picture}<bdi>{html.escape(business.name)}</bdi></a>'
        f" <small>{html.escape(trade)}, {html.escape(locale)}</small></li>"
    )


def _home(root: Path, slug: str) -> str:
    return (root / slug / "current" / "index.html").read_text("utf-8")
