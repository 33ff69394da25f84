"""What the templates are given: frozen values of text, links and drawings, nothing that could be markup."""

from dataclasses import dataclass

from sitewright.orders.models.brief import Tone
from sitewright.rendering.business_view import BusinessView, Link, PhotoView
from sitewright.rendering.locales.formats import Direction
from sitewright.rendering.locales.interface import Interface
from sitewright.rendering.ornament import Drawing, Ornament
from sitewright.rendering.pictures.monogram import Monogram
from sitewright.rendering.section_views import NoticeView, SectionView


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A page in one of its site's languages: the language's locale (BCP 47), its own name, and where it lies.

    `href` is the address on the host, `url` the absolute one; `current` when it is the page that shows it.
    """

    locale: str
    direction: Direction
    name: str
    href: str
    url: str
    open_graph_locale: str
    current: bool


@dataclass(frozen=True, slots=True)
class SocialImage:
    """The image that is shown where the page is shared: absolute address, size in pixels, other text."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class SiteView:
    """What all pages of a site share."""

    locale: str
    direction: Direction
    open_graph_locale: str
    generator: str
    words: Interface
    languages: tuple[LanguageLink, ...]
    """The page in each of the site's languages, the first first; one link where there is one language."""
    untranslated: frozenset[str]
    """What the brief says in the words of the first language only, on the pages of the second."""
    business: BusinessView
    navigation: tuple[Link, ...]
    notices: tuple[Link, ...]
    home: str
    icon: str
    old_icon: str
    touch_icon: str
    manifest: str
    faces: tuple[str, ...]
    action: Link
    tone: Tone
    light_paper: str
    dark_paper: str
    social_image: SocialImage
    written_without_ai: bool
    ornament: Ornament
    monogram: Monogram
    glyph: str
    """The trade's glyph: SVG path data for a view box of 24 by 24."""
    logo: PhotoView | None = None
    hero_photo: PhotoView | None = None
    photos: tuple[PhotoView, ...] = ()
    """The customer's photos after the one that opens the site."""

    def draw(self, word: str, columns: int = 5, rows: int = 6) -> Drawing:
        """Return the drawing of the site's ornament for the place that `word` names."""
        return self.ornament.draw(word, columns=columns, rows=rows)

    @property
    def cover(self) -> Drawing:
        """The drawing that opens the site."""
        return self.draw("cover")

    @property
    def strip(self) -> Drawing:
        """The drawing beside the heading of an inner page."""
        return self.draw("strip", rows=3)

    @property
    def frieze(self) -> Drawing:
        """The band above the footer."""
        return self.draw("frieze", columns=24, rows=1)


@dataclass(frozen=True, slots=True)
class MissingView:
    """What the page of missing addresses says in the site's other language."""

    locale: str
    direction: Direction
    title: str
    lead: str
    back: Link


@dataclass(frozen=True, slots=True)
class PageView:
    """One page. `url` is absolute; it is empty for the page of missing addresses, which has none."""

    title: str
    description: str
    url: str
    is_home: bool
    second_action: Link
    rows: tuple[tuple[SectionView, ...], ...] = ()
    """The page's sections from top to bottom; two short ones may share a row."""
    notice: NoticeView | None = None
    """What a legal page says; it has no sections."""
    social_image: SocialImage | None = None
    """What the page is shared with; the page of missing addresses has none."""
    missing: MissingView | None = None
    """What the page of missing addresses says in the other language; no other page has it."""
