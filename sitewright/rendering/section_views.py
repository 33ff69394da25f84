"""What the templates are told of a page's sections and notices."""

from dataclasses import dataclass

from sitewright.orders.models.brief import ProcessStep, Testimonial
from sitewright.orders.models.site import SectionKind
from sitewright.rendering.business_view import CardWidth, Link, PersonView, PhotoView
from sitewright.rendering.ornament import Drawing


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
