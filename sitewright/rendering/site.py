"""A whole site from its words: pages, images and what search engines read, each path with its bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sitewright.errors import RenderingError
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import PageCopy, PlannedPage, SitePlan, buildable_pages
from sitewright.rendering import discovery, social_image, theme
from sitewright.rendering.business_facts import business_view, main_action, second_action
from sitewright.rendering.context import Link, PageView, SiteView, SocialImage
from sitewright.rendering.document import complete_document, content_policy
from sitewright.rendering.formats import Formats
from sitewright.rendering.interface import page_path
from sitewright.rendering.mosaic import draw_mosaic
from sitewright.rendering.palette import Palette, make_palette
from sitewright.rendering.sections import section_rows
from sitewright.rendering.structured_data import business_data, script_json

_ICON, _TOUCH_ICON = "favicon.svg", "apple-touch-icon.png"


def render_site(
    order: Order, plan: SitePlan, copies: tuple[PageCopy, ...], *, base_url: str
) -> Mapping[str, bytes]:
    """Return every file of the site by its POSIX path below the release (`index.html`).

    `base_url` is the absolute address that the site will have, with or without a path. The result depends
    on the arguments and `theme_version()` alone, to the byte.
    Raises RenderingError when a page that the order can have is not planned or has no words.
    """
    return _Site.of(order, plan, copies, base_url.rstrip("/")).files()


def site_palette(order: Order) -> Palette:
    """Return the colours that `order`'s site is rendered in."""
    brief = order.brief
    return make_palette(brief.design.colors, otherwise=theme.manifest().colour_for(brief.business.niche))


@dataclass(frozen=True, slots=True)
class _Site:
    order: Order
    planned: Mapping[PageKind, PlannedPage]
    words: Mapping[PageKind, PageCopy]
    base_url: str
    palette: Palette
    formats: Formats
    view: SiteView
    shared_image: bytes
    style: str

    @classmethod
    def of(cls, order: Order, plan: SitePlan, copies: tuple[PageCopy, ...], base_url: str) -> "_Site":
        address = order.brief.business.address
        formats = Formats.of(order.locale, address.country if address else None)
        palette = site_palette(order)
        image = _shared_image(order, formats, palette)
        without_ai = not all(copy.author.ai for copy in copies)
        return cls(
            order=order,
            planned={page.page: page for page in plan.pages},
            words={copy.page: copy for copy in copies},
            base_url=base_url,
            palette=palette,
            formats=formats,
            view=_site_view(order, formats, palette, base_url, image, without_ai=without_ai),
            shared_image=image,
            style=theme.style_sheet(palette, order.brief.site.tone),
        )

    def files(self) -> Mapping[str, bytes]:
        pages = buildable_pages(self.order.brief)
        view = self.view
        files = {f"{page_path(page, self.order.locale)}index.html": self.page(page) for page in pages}
        files |= {
            "404.html": self.missing_page(),
            "sitemap.xml": discovery.sitemap(self.url(page) for page in pages),
            "robots.txt": discovery.robots(f"{self.base_url}/sitemap.xml"),
            _ICON: social_image.draw_icon(view.business.initials, self.palette.light),
            _TOUCH_ICON: social_image.draw_touch_icon(view.business.initials, self.palette.light),
            view.social_image.url.rpartition("/")[2]: self.shared_image,
        }
        return dict(sorted(files.items()))

    def url(self, page: PageKind) -> str:
        return f"{self.base_url}/{page_path(page, self.order.locale)}"

    def page(self, page: PageKind) -> bytes:
        if page not in self.planned or page not in self.words:
            raise RenderingError(f"Page '{page}' is asked for, but the plan or the copy does not have it.")
        links = dict(zip(buildable_pages(self.order.brief), self.view.navigation, strict=True))
        shown = links[page]
        navigation = tuple(replace(link, current=link is shown) for link in self.view.navigation)
        data = script_json(
            business_data(
                self.order.brief,
                home_url=self.url(PageKind.HOME),
                image_url=self.view.social_image.url,
            )
        )
        view = PageView(
            title=self.planned[page].title,
            description=self.planned[page].description,
            url=self.url(page),
            is_home=page is PageKind.HOME,
            content_policy=content_policy(self.style, data),
            second_action=second_action(self.order.brief, self.formats, links, page),
            rows=section_rows(self.order, self.words[page], self.formats),
        )
        template = theme.render_template("page.html", replace(self.view, navigation=navigation), view)
        return complete_document(template, style=self.style, data=data)

    def missing_page(self) -> bytes:
        words = self.formats.words
        view = PageView(
            title=words.not_found_title,
            description=words.not_found_lead,
            url="",
            is_home=False,
            content_policy=content_policy(self.style, ""),
            second_action=Link(words.back_home, self.view.home),
        )
        template = theme.render_template("missing.html", self.view, view)
        return complete_document(template, style=self.style, data="")


def _shared_image(order: Order, formats: Formats, palette: Palette) -> bytes:
    business = order.brief.business
    columns, rows = social_image.TILES
    mosaic = draw_mosaic(business.name, columns=columns, rows=rows, tone=order.brief.site.tone)
    place = business.address.city if business.address else ""
    below = " · ".join(filter(None, (formats.words.trade(business), place)))
    return social_image.draw_social_image(business.name, below, mosaic, palette.light)


def _site_view(
    order: Order, formats: Formats, palette: Palette, base_url: str, image: bytes, *, without_ai: bool
) -> SiteView:
    brief, words = order.brief, formats.words
    path, name, tone = urlsplit(base_url).path, brief.business.name, brief.site.tone
    image_name = f"og-image.{hashlib.sha256(image).hexdigest()[:12]}.png"
    return SiteView(
        locale=order.locale,
        open_graph_locale=f"{formats.locale.language}_{formats.country}",
        generator="Sitewright; words composed without AI" if without_ai else "Sitewright",
        words=words,
        business=business_view(order, formats),
        navigation=tuple(
            Link(words.pages[page], f"{path}/{page_path(page, order.locale)}")
            for page in buildable_pages(brief)
        ),
        home=f"{path}/",
        icon=f"{path}/{_ICON}",
        touch_icon=f"{path}/{_TOUCH_ICON}",
        action=main_action(brief, formats),
        tone=tone,
        light_paper=palette.light.paper,
        dark_paper=palette.dark.paper,
        social_image=SocialImage(f"{base_url}/{image_name}", social_image.WIDTH, social_image.HEIGHT, name),
        written_without_ai=without_ai,
        cover=draw_mosaic(name, columns=5, rows=6, tone=tone),
        strip=draw_mosaic(f"{name}/strip", columns=5, rows=3, tone=tone),
        frieze=draw_mosaic(f"{name}/frieze", columns=24, rows=1, tone=tone),
    )
