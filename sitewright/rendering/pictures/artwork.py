"""What is drawn for one business: ornament, monogram, icons, and the images its pages are shared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order
from sitewright.rendering.assets import hashed_path
from sitewright.rendering.business_facts import initials
from sitewright.rendering.context import SocialImage
from sitewright.rendering.design.palette import Palette
from sitewright.rendering.design.theme import Theme
from sitewright.rendering.locales.formats import Direction, Formats
from sitewright.rendering.ornament import Ornament
from sitewright.rendering.pictures.glyphs import TRADE_GLYPHS
from sitewright.rendering.pictures.icons import MANIFEST, draw_icons, web_manifest
from sitewright.rendering.pictures.lettering import settable
from sitewright.rendering.pictures.monogram import Monogram, make_monogram
from sitewright.rendering.pictures.social_image import HEIGHT, PANEL, WIDTH, SocialImages

_SHARED_IMAGE = "og-image.png"
_drawn_once = lru_cache(maxsize=4)(SocialImages)
"""The two languages of a site share what their images share."""

_JOINTS = " |·–—:-,"
"""What stands between a page's title and the business's name behind or before it."""


@dataclass(frozen=True, slots=True)
class SharedImage:
    """An image that a page is shared with: where it lies below the site, its bytes as PNG, its other text."""

    path: str
    content: bytes
    alt: str

    def view(self, base_url: str) -> SocialImage:
        """Return it as templates see it."""
        return SocialImage(f"{base_url}/{self.path}", WIDTH, HEIGHT, self.alt)


@dataclass(frozen=True)
class Artwork:
    """The drawings of one business in one theme, each made when it is first asked for."""

    ornament: Ornament
    monogram: Monogram
    glyph: str
    palette: Palette
    theme: Theme
    direction: Direction

    @classmethod
    def of(cls, order: Order, theme: Theme, palette: Palette, direction: Direction) -> "Artwork":
        """Return the artwork of `order`'s business."""
        business, manifest = order.brief.business, theme.manifest
        return cls(
            ornament=Ornament(manifest.ornament, business.name, order.brief.site.tone, business.niche),
            monogram=_monogram(initials(business.name), theme),
            glyph=TRADE_GLYPHS[business.niche],
            palette=palette,
            theme=theme,
            direction=direction,
        )

    def icons(self, *, locale: str, home: str) -> Mapping[str, bytes]:
        """Return the icons, and the manifest that lists them, by their paths below the site."""
        icons = draw_icons(self.monogram, self.glyph, self.palette, self.theme.face_file)
        manifest = web_manifest(
            name=self.ornament.name, locale=locale, direction=self.direction, home=home, palette=self.palette
        )
        return {**icons, MANIFEST: manifest}

    def social_images(
        self, order: Order, formats: Formats, titles: Mapping[PageKind, str]
    ) -> Mapping[PageKind, SharedImage]:
        """Return the image of each page: the home page's has the business's name, another's its title."""
        business = order.brief.business
        place = business.address.city if business.address else ""
        trade = " · ".join(filter(None, (formats.words.trade(business), place)))
        images = {}
        for page, title in titles.items():
            shown = business.name if page is PageKind.HOME else _without_name(title, business.name)
            caption = trade if page is PageKind.HOME else business.name
            content = self._social_images.draw(shown, caption)
            alt = business.name if page is PageKind.HOME else f"{shown} – {business.name}"
            images[page] = SharedImage(hashed_path(_SHARED_IMAGE, content), content, alt)
        return images

    @cached_property
    def _social_images(self) -> SocialImages:
        columns, rows = PANEL
        ornament = self.ornament.draw("shared", columns=columns, rows=rows)
        return _drawn_once(
            ornament,
            self.monogram,
            self.glyph,
            self.palette.light,
            self.theme.face_file,
            rtl=self.direction == "rtl",
        )


def _monogram(letters: str, theme: Theme) -> Monogram:
    text = settable(letters, theme.face_file)
    return make_monogram(letters, theme.manifest.monogram, ems=text.ems if text.words else len(letters))


def _without_name(title: str, name: str) -> str:
    """Return a page's title without the business's name at its end or its beginning."""
    shorter = title.removesuffix(name).removeprefix(name).strip(_JOINTS)
    return shorter or title
