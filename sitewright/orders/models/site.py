"""The site in words: the plan, and the copy of each page as typed sections of plain text.

The AI fills these. No field has room for a fact: phones, prices, hours, names and links come from the brief
when the page is rendered. Which sections a page may have follows from the facts that the brief holds.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.order import Order


class SectionKind(StrEnum):
    """The sections that a page is made of."""

    HERO = "hero"
    SERVICES = "services"
    ABOUT = "about"
    PROCESS = "process"
    TEAM = "team"
    FAQ = "faq"
    HOURS = "hours"
    AREA = "area"
    PRICES = "prices"
    TESTIMONIALS = "testimonials"
    GALLERY = "gallery"
    CONTACT = "contact"
    CALL_TO_ACTION = "call_to_action"


class FaqTopic(StrEnum):
    """What a question may be about; the page shows the topic's facts, from the brief, below the answer."""

    SERVICES = "services"
    HOURS = "hours"
    LOCATION = "location"
    AREA = "area"
    PRICES = "prices"
    CONTACT = "contact"
    OWNER = "owner"


Heading = Annotated[str, StringConstraints(min_length=2, max_length=90)]
Lead = Annotated[str, StringConstraints(min_length=2, max_length=400)]
Paragraph = Annotated[str, StringConstraints(min_length=2, max_length=900)]


class PlannedPage(Value):
    """One page of the plan: what the browser's tab and a search result say, and its sections in order."""

    page: PageKind
    title: Annotated[str, StringConstraints(min_length=2, max_length=80)]
    description: Annotated[str, StringConstraints(min_length=2, max_length=220)]
    sections: tuple[SectionKind, ...]


class Honesty(Value):
    """What the AI's words held that the brief does not: `found` in the first answer, `cut` from the last.

    A sentence for each finding. `asked_again` is whether the AI was told of it and asked once more.
    `replaced` are the places of which a cut left nothing, so that plain words stand there (`hero.heading`).
    """

    found: tuple[str, ...] = ()
    asked_again: bool = False
    cut: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


class SitePlan(Value):
    """The AI's site plan: the voice that the pages are written in, and the pages."""

    voice: Annotated[str, StringConstraints(min_length=2, max_length=400)]
    pages: tuple[PlannedPage, ...]
    honesty: Honesty = Honesty()


class HeroCopy(Value):
    """The first thing a visitor reads; the button below it comes from the brief."""

    kind: Literal[SectionKind.HERO] = SectionKind.HERO
    heading: Heading
    lead: Lead


class ServicesCopy(Value):
    """A text for each service of the brief, in the brief's order."""

    kind: Literal[SectionKind.SERVICES] = SectionKind.SERVICES
    heading: Heading
    lead: Lead
    texts: tuple[Lead, ...]


class AboutCopy(Value):
    """About the business, in one to four paragraphs."""

    kind: Literal[SectionKind.ABOUT] = SectionKind.ABOUT
    heading: Heading
    paragraphs: Annotated[tuple[Paragraph, ...], Field(min_length=1, max_length=4)]


class FaqItem(Value):
    """A question with its answer; the facts of its topic are shown below the answer."""

    topic: FaqTopic
    question: Annotated[str, StringConstraints(min_length=2, max_length=160)]
    answer: Lead


class FaqCopy(Value):
    """Questions that customers ask, each about a topic that the brief has facts for."""

    kind: Literal[SectionKind.FAQ] = SectionKind.FAQ
    heading: Heading
    lead: Lead
    items: tuple[FaqItem, ...]


class FactsCopy(Value):
    """The words above a section whose body is facts of the brief."""

    kind: Literal[
        SectionKind.PROCESS,
        SectionKind.TEAM,
        SectionKind.HOURS,
        SectionKind.AREA,
        SectionKind.PRICES,
        SectionKind.TESTIMONIALS,
        SectionKind.GALLERY,
        SectionKind.CONTACT,
        SectionKind.CALL_TO_ACTION,
    ]
    heading: Heading
    lead: Lead


SectionCopy = Annotated[
    HeroCopy | ServicesCopy | AboutCopy | FaqCopy | FactsCopy, Field(discriminator="kind")
]


class Author(Value):
    """Who wrote a page's words: a route and its model; `ai` is False for the offline copywriter."""

    route: str
    model: str
    ai: bool


class PageCopy(Value):
    """The words of one page."""

    page: PageKind
    author: Author
    sections: tuple[SectionCopy, ...]
    honesty: Honesty = Honesty()


class SecondLanguage(Value):
    """The words of a site in its second language; `order` is the order in it (`Order.in_second_language`)."""

    order: Order
    plan: SitePlan
    copies: tuple[PageCopy, ...]


def faq_topics(brief: Brief) -> tuple[FaqTopic, ...]:
    """Return the topics that `brief` holds facts for, in the order in which customers ask."""
    business, offer = brief.business, brief.offer
    held = {
        FaqTopic.SERVICES: True,
        FaqTopic.PRICES: any(service.price for service in offer.services),
        FaqTopic.HOURS: bool(business.hours),
        FaqTopic.LOCATION: bool(business.address and business.address.street),
        FaqTopic.AREA: bool(offer.service_areas),
        FaqTopic.OWNER: bool(business.owner and business.owner.about),
        FaqTopic.CONTACT: True,
    }
    return tuple(topic for topic, known in held.items() if known)


def _known_sections(brief: Brief) -> frozenset[SectionKind]:
    held = {
        SectionKind.PROCESS: bool(brief.offer.process),
        SectionKind.TEAM: bool(brief.business.team),
        SectionKind.HOURS: bool(brief.business.hours),
        SectionKind.AREA: bool(brief.offer.service_areas),
        SectionKind.PRICES: any(service.price for service in brief.offer.services),
        SectionKind.TESTIMONIALS: bool(brief.proof.testimonials),
        SectionKind.GALLERY: bool(brief.proof.gallery),
    }
    return frozenset(kind for kind in SectionKind if held.get(kind, True))


_REQUIRED: dict[PageKind, tuple[SectionKind, ...]] = {
    PageKind.HOME: (SectionKind.HERO, SectionKind.SERVICES, SectionKind.CALL_TO_ACTION),
    PageKind.ABOUT: (SectionKind.ABOUT,),
    PageKind.SERVICES: (SectionKind.SERVICES,),
    PageKind.FAQ: (SectionKind.FAQ,),
    PageKind.PRICING: (SectionKind.PRICES,),
    PageKind.TESTIMONIALS: (SectionKind.TESTIMONIALS,),
    PageKind.GALLERY: (SectionKind.GALLERY,),
    PageKind.CONTACT: (SectionKind.CONTACT,),
}

_OPTIONAL: dict[PageKind, tuple[SectionKind, ...]] = {
    PageKind.HOME: (
        SectionKind.ABOUT,
        SectionKind.PROCESS,
        SectionKind.TESTIMONIALS,
        SectionKind.GALLERY,
        SectionKind.AREA,
        SectionKind.HOURS,
        SectionKind.CONTACT,
    ),
    PageKind.ABOUT: (SectionKind.TEAM, SectionKind.AREA, SectionKind.CALL_TO_ACTION),
    PageKind.SERVICES: (SectionKind.PROCESS, SectionKind.AREA, SectionKind.CALL_TO_ACTION),
    PageKind.FAQ: (SectionKind.CALL_TO_ACTION,),
    PageKind.PRICING: (SectionKind.CALL_TO_ACTION,),
    PageKind.TESTIMONIALS: (SectionKind.CALL_TO_ACTION,),
    PageKind.GALLERY: (SectionKind.CALL_TO_ACTION,),
    PageKind.CONTACT: (SectionKind.HOURS, SectionKind.AREA),
}


def required_sections(page: PageKind) -> tuple[SectionKind, ...]:
    """Return the sections without which `page` would not be that page, first to last."""
    return _REQUIRED[page]


def possible_sections(page: PageKind, brief: Brief) -> tuple[SectionKind, ...]:
    """Return the sections that `page` may have: its own, less those that `brief` holds no facts for."""
    known = _known_sections(brief)
    return tuple(kind for kind in (*_REQUIRED[page], *_OPTIONAL[page]) if kind in known)


def buildable_pages(brief: Brief) -> tuple[PageKind, ...]:
    """Return the pages that were asked for and have facts to show, `home` first and always there.

    A page whose required section has no facts (a testimonials page without a testimonial) is left out; the
    run says so on the order's timeline.
    """
    known = _known_sections(brief)
    asked = [page for page in brief.site.pages if known.issuperset(_REQUIRED[page])]
    return (PageKind.HOME, *(page for page in asked if page is not PageKind.HOME))
