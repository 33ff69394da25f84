"""A whole site from its words: pages, images and what search engines read, each path with its bytes."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sitewright.orders.models.order import Order
from sitewright.orders.models.site import PageCopy, SecondLanguage, SitePlan
from sitewright.rendering.compression import with_compressed
from sitewright.rendering.design.palette import Palette, make_palette
from sitewright.rendering.design.theme import Theme, all_themes, choose_theme
from sitewright.rendering.language_site import Frame, LanguageSite
from sitewright.rendering.machines import discovery
from sitewright.rendering.pictures.photos import Album


def theme_for(order: Order, *, extra: Path | None = None) -> Theme:
    """Return the theme of `order`'s site: the one it names, else by its niche and tone.

    `extra` is a folder with more themes. Raises RenderingError when the order names one that is not there.
    """
    brief = order.brief
    return choose_theme(
        all_themes(extra), wanted=brief.design.theme, niche=brief.business.niche, tone=brief.site.tone
    )


def render_site(
    order: Order,
    plan: SitePlan,
    copies: tuple[PageCopy, ...],
    *,
    base_url: str,
    theme: Theme | None = None,
    pictures: Mapping[str, bytes] | None = None,
    second: SecondLanguage | None = None,
) -> Mapping[str, bytes]:
    """Return every file of the site by its POSIX path below the release (`index.html`).

    `base_url` is the absolute address that the site will have, with or without a path; without a `theme` it
    is `theme_for(order)`; `pictures` are the bytes of the brief's pictures by their SHA-256; `second` is what
    the pages below `/<language>/` are made of. The result depends on the arguments and `theme.version` alone,
    to the byte.
    Raises RenderingError when a page that the order can have is not planned or has no words, or when a
    picture of the brief was not handed over.
    """
    base_url, theme = base_url.rstrip("/"), theme or theme_for(order)
    made = [(order, plan, copies)] + ([(second.order, second.plan, second.copies)] if second else [])
    frame = Frame(
        orders=tuple(each for each, _, _ in made),
        base_url=base_url,
        theme=theme,
        palette=site_palette(order, theme),
        album=Album(pictures or {}, urlsplit(base_url).path),
    )
    return _files(frame, [LanguageSite.of(frame, *each) for each in made])


def site_palette(order: Order, theme: Theme) -> Palette:
    """Return the colours that `order`'s site is rendered in."""
    brief = order.brief
    return make_palette(brief.design.colors, otherwise=theme.colour_for(brief.business.niche))


def _files(frame: Frame, languages: list[LanguageSite]) -> Mapping[str, bytes]:
    """Return the files of the site in all its languages, and once those that they share."""
    first, *others = languages
    files = {path: content for language in languages for path, content in language.files().items()}
    addresses = [page.url for language in languages for page in language.listed_pages()]
    alternates = (
        {url: told for each in languages for url, told in each.alternates().items()} if others else {}
    )
    files |= {
        "404.html": first.missing_page(others[0] if others else None),
        "sitemap.xml": discovery.sitemap(addresses, alternates),
        "robots.txt": discovery.robots(f"{frame.base_url}/sitemap.xml"),
    }
    files |= first.artwork.icons(locale=first.order.locale, home=first.view.home)
    shown = [content for path, content in files.items() if path.endswith(".html")]
    return with_compressed({**files, **frame.album.files(first.order.brief, shown)})
