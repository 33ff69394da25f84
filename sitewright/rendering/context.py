"""What the templates are given: frozen values of text, links and drawings, nothing that could be markup."""

from dataclasses import dataclass
from typing import Literal

from sitewright.orders.models.brief import ProcessStep, Testimonial, Tone
from sitewright.orders.models.site import SectionKind
from sitewright.rendering.locales.formats import Direction, HoursRow
from sitewright.rendering.locales.interface import Interface
from sitewright.rendering.ornament import Drawing, Ornament
from sitewright.rendering.pictures.monogram import Monogram

CardWidth = Literal["whole", "half", "third"]


def card_widths(count: int) -> tuple[CardWidth, ...]:
    """Return how wide each of `count` cards is so that every row is full: one, two, or three to a row."""
    if count == 1:
        return ("whole",)
    halves = {0: 0, 1: 4, 2: 2}[count % 3]
    return tuple("half" if place < halves else "third" for place in range(count))


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its label; `current` when it leads to the page that shows it."""

    label: str
    href: str
    current: bool = False


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
class ContactWay:
    """A way to reach the business: `kind` names its icon, `text` is its number or address as written."""

    kind: Literal["phone", "whatsapp", "email"]
    label: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """The lines of an address, and a link to a map of it where there is a street."""

    lines: tuple[str, ...]
    map_href: str


@dataclass(frozen=True, slots=True)
class PhotoSource:
    """The files of a picture in one format: its media type, and a `srcset` of addresses with their widths."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A picture of the customer's: files in the formats that browsers choose from, best first, and one more.

    `width` and `height` are those of `src` in pixels; `ground` is what a see-through picture needs behind it.
    """

    sources: tuple[PhotoSource, ...]
    src: str
    width: int
    height: int
    alt: str
    ground: Literal["", "light", "dark"] = ""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody of the business; `detail` is the role, or what the brief says about the owner."""

    name: str
    detail: str
    initials: str
    width: CardWidth = "whole"
    photo: PhotoView | None = None


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What a page's script tells by whether it is open.

    `hours` are minutes of the week, from Monday 00:00, at which it closes, opens, closes and so on; `zone` is
    the business's time zone, `locale` (BCP 47) writes times and days, `until` are the words for open.
    """

    hours: str
    zone: str
    locale: str
    until: str


@dataclass(frozen=True, slots=True)
class BusinessView:
    """The business's facts, written for the reader."""

    name: str
    initials: str
    trade: str
    place: str
    founded: str
    ways: tuple[ContactWay, ...]
    address: PostalAddress | None
    hours: tuple[HoursRow, ...]
    open_now: OpenNow | None
    areas: tuple[str, ...]
    areas_listed: str
    team: tuple[PersonView, ...]
    profiles: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service: the copy's text for it, and the brief's own description and price where given.

    `anchor` is its id on the services page, `href` leads there from other pages (empty where there is none),
    `action` is how to ask about it.
    """

    name: str
    anchor: str
    href: str
    action: Link
    text: str
    description: str
    price: str
    primary: bool
    width: CardWidth
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A service with its price, as a row of the price list."""

    name: str
    description: str
    price: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of the brief: what it is about where that needs saying, the fact, and its link.

    `ltr`: it is a number or an address that is read from left to right in any language.
    """

    term: str
    detail: str
    href: str = ""
    ltr: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its answer, and the brief's facts of its topic, which stand below."""

    question: str
    answer: str
    facts: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class WorkView:
    """A piece of work with its photo, or the drawing that stands for it."""

    title: str
    description: str
    drawing: Drawing
    width: CardWidth
    photo: PhotoView | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section: the copy's words, and the facts of its kind. Fields that its kind lacks are empty."""

    kind: SectionKind
    anchor: str
    heading: str
    lead: str
    opens_page: bool
    tinted: bool
    paragraphs: tuple[str, ...] = ()
    services: tuple[ServiceView, ...] = ()
    folded: int = 0
    """How many services at the end of a long list the home page folds away."""
    prices: tuple[PriceLine, ...] = ()
    questions: tuple[QuestionView, ...] = ()
    testimonials: tuple[Testimonial, ...] = ()
    works: tuple[WorkView, ...] = ()
    steps: tuple[ProcessStep, ...] = ()
    owner: PersonView | None = None

    @property
    def service_groups(self) -> tuple[tuple[ServiceView, ...], ...]:
        """The services in sight, and after them those that are folded away, if there are any."""
        in_sight = len(self.services) - self.folded
        return tuple(group for group in (self.services[:in_sight], self.services[in_sight:]) if group)


@dataclass(frozen=True, slots=True)
class NoticePart:
    """A part of a legal notice: sentences, then facts with what they are."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    entries: tuple[FactLine, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A legal notice: imprint or privacy."""

    heading: str
    lead: str
    parts: tuple[NoticePart, ...]


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
