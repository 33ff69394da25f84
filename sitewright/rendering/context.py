"""What the templates are given: frozen values of text, links and drawings, nothing that could be markup."""

from dataclasses import dataclass
from typing import Literal

from sitewright.orders.models.brief import Testimonial, Tone
from sitewright.orders.models.site import SectionKind
from sitewright.rendering.formats import HoursRow
from sitewright.rendering.interface import Interface
from sitewright.rendering.mosaic import Mosaic

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
class PersonView:
    """Somebody of the business; `detail` is the role, or what the brief says about the owner."""

    name: str
    detail: str
    initials: str
    width: CardWidth = "whole"


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
    areas: tuple[str, ...]
    team: tuple[PersonView, ...]
    profiles: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service: the copy's text for it, and the brief's own description and price where given."""

    name: str
    text: str
    description: str
    price: str
    primary: bool
    width: CardWidth
    drawing: Mosaic


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A service with its price, as a row of the price list."""

    name: str
    description: str
    price: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of the brief: what it is about where that needs saying, the fact, and its link."""

    term: str
    detail: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its answer, and the brief's facts of its topic, which stand below."""

    question: str
    answer: str
    facts: tuple[FactLine, ...]


@dataclass(frozen=True, slots=True)
class WorkView:
    """A piece of work with the drawing that stands for it."""

    title: str
    description: str
    drawing: Mosaic
    width: CardWidth


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
    prices: tuple[PriceLine, ...] = ()
    questions: tuple[QuestionView, ...] = ()
    testimonials: tuple[Testimonial, ...] = ()
    works: tuple[WorkView, ...] = ()
    owner: PersonView | None = None


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
    open_graph_locale: str
    generator: str
    words: Interface
    business: BusinessView
    navigation: tuple[Link, ...]
    home: str
    icon: str
    touch_icon: str
    action: Link
    tone: Tone
    light_paper: str
    dark_paper: str
    social_image: SocialImage
    written_without_ai: bool
    cover: Mosaic
    strip: Mosaic
    frieze: Mosaic


@dataclass(frozen=True, slots=True)
class PageView:
    """One page. `url` is absolute; it is empty for the page of missing addresses, which has none."""

    title: str
    description: str
    url: str
    is_home: bool
    content_policy: str
    second_action: Link
    rows: tuple[tuple[SectionView, ...], ...] = ()
    """The page's sections from top to bottom; two short ones may share a row."""
