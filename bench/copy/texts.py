"""The words of one order as a flat list, each with where it stands and how long it was asked to be."""

from collections.abc import Iterator
from dataclasses import dataclass

from sitewright.copywriting.drafting import Draft
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import (
    AboutCopy,
    FaqCopy,
    HeroCopy,
    SectionCopy,
    SectionKind,
    ServicesCopy,
)

ASKED: dict[str, int] = {
    "title": 60,
    "description": 155,
    "heading": 60,
    "lead": 160,
    "hero lead": 200,
    "service at home": 140,
    "service": 260,
    "paragraph": 500,
    "question": 100,
    "answer": 300,
}
"""The most characters that the prompts ask for, by kind of text (sitewright/copywriting/prompts/)."""


@dataclass(frozen=True)
class Written:
    """One text: its page and section (none in the plan), its kind as in `ASKED`, and its words."""

    page: PageKind
    section: SectionKind | None
    kind: str
    text: str


def texts_of(draft: Draft) -> tuple[Written, ...]:
    """Return every text of `draft` that a visitor or a search engine reads."""
    planned = [
        Written(page.page, None, kind, text)
        for page in draft.plan.pages
        for kind, text in (("title", page.title), ("description", page.description))
    ]
    written = [
        Written(page.page, section.kind, kind, text)
        for page in draft.pages
        for section in page.sections
        for kind, text in _section(page.page, section)
    ]
    return (*planned, *written)


def _section(page: PageKind, section: SectionCopy) -> Iterator[tuple[str, str]]:
    yield "heading", section.heading
    match section:
        case AboutCopy():
            yield from (("paragraph", text) for text in section.paragraphs)
            return
        case HeroCopy():
            yield "hero lead", section.lead
            return
        case _:
            yield "lead", section.lead
    if isinstance(section, ServicesCopy):
        kind = "service at home" if page is PageKind.HOME else "service"
        yield from ((kind, text) for text in section.texts)
    if isinstance(section, FaqCopy):
        for item in section.items:
            yield "question", item.question
            yield "answer", item.answer
