"""The sections of a page: the copy's words joined with the brief's facts, in the copy's order."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sitewright.errors import RenderingError
from sitewright.orders.models.brief import Brief, PageKind, Service
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import (
    AboutCopy,
    FaqCopy,
    PageCopy,
    SectionCopy,
    SectionKind,
    ServicesCopy,
    faq_topics,
    possible_sections,
)
from sitewright.rendering.business_facts import owner_view, price_list, service_action, topic_facts
from sitewright.rendering.business_view import PersonView, card_widths
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.ornament import Ornament
from sitewright.rendering.pictures.photos import CARD, Album
from sitewright.rendering.section_views import QuestionView, SectionView, ServiceView, WorkView

_UNTINTED = frozenset({SectionKind.HERO, SectionKind.CALL_TO_ACTION})
_SHORT = frozenset({SectionKind.AREA, SectionKind.HOURS})

_LONG_LIST = 16
_IN_SIGHT = 12
"""How many services of a longer list the home page shows at once: the services page has them all."""


def section_rows(
    order: Order,
    copy: PageCopy,
    formats: Formats,
    album: Album,
    ornament: Ornament,
    *,
    services_href: str = "",
) -> tuple[tuple[SectionView, ...], ...]:
    """Return the sections of `copy` that the brief has facts for, as rows; every other row is tinted.

    Two short sections that follow each other share a row. The first section opens the page: its heading is
    the page's. `services_href` leads to the services page, where the site has one.
    Raises RenderingError when the words do not match the brief: a services section without one text for
    each service.
    """
    possible = possible_sections(copy.page, order.brief)
    builder = _SectionBuilder(order, copy.page, formats, album, ornament, services_href)
    rows: list[list[SectionView]] = []
    kinds: list[SectionKind] = []
    for words in copy.sections:
        if words.kind not in possible:
            continue
        repeated = kinds.count(words.kind)
        view = builder.section(words, anchor=f"{words.kind}-{repeated}" if repeated else words.kind)
        if len(kinds) > 1 and kinds[-1] in _SHORT and words.kind in _SHORT and len(rows[-1]) == 1:
            rows[-1].append(replace(view, tinted=rows[-1][0].tinted))
        else:
            tinted = words.kind not in _UNTINTED and bool(rows) and not rows[-1][0].tinted
            rows.append([replace(view, opens_page=not rows, tinted=tinted)])
        kinds.append(words.kind)
    if not rows:
        raise RenderingError(f"The copy of page '{copy.page}' has no section that the brief has facts for.")
    return tuple(tuple(row) for row in rows)


@dataclass(frozen=True, slots=True)
class _SectionBuilder:
    order: Order
    page: PageKind
    formats: Formats
    album: Album
    ornament: Ornament
    services_href: str

    @property
    def brief(self) -> Brief:
        return self.order.brief

    def section(self, words: SectionCopy, *, anchor: str) -> SectionView:
        blank = SectionView(
            kind=words.kind,
            anchor=anchor,
            heading=words.heading,
            lead="" if isinstance(words, AboutCopy) else words.lead,
            opens_page=False,
            tinted=False,
        )
        match words:
            case AboutCopy():
                return replace(blank, paragraphs=words.paragraphs, owner=self._owner(words))
            case ServicesCopy():
                return self._services(blank, words)
            case FaqCopy():
                return replace(blank, questions=self._questions(words))
            case _:
                return self._facts(blank)

    def _facts(self, blank: SectionView) -> SectionView:
        match blank.kind:
            case SectionKind.TESTIMONIALS:
                return replace(blank, testimonials=self.brief.proof.testimonials)
            case SectionKind.GALLERY:
                return replace(blank, works=self._works())
            case SectionKind.PROCESS:
                return replace(blank, steps=self.brief.offer.process)
            case SectionKind.PRICES:
                return replace(blank, prices=price_list(self.brief, self.formats))
            case _:
                return blank

    def _services(self, blank: SectionView, words: ServicesCopy) -> SectionView:
        services = self.brief.offer.services
        if len(words.texts) != len(services):
            raise RenderingError(
                f"Page '{self.page}' has {len(words.texts)} texts for the brief's {len(services)} services."
            )
        anchors = service_anchors([service.name for service in services])
        views = [
            self._service(service, anchor, text)
            for service, anchor, text in zip(services, anchors, words.texts, strict=True)
        ]
        if self.page is PageKind.HOME and self.services_href and len(views) > _LONG_LIST:
            last = next((view for view in views[_IN_SIGHT:] if view.primary), views[_IN_SIGHT - 1])
            in_sight = [*views[: _IN_SIGHT - 1], last]
            folded = [view for view in views[_IN_SIGHT - 1 :] if view is not last]
            return replace(blank, services=(*_fitted(in_sight), *_fitted(folded)), folded=len(folded))
        return replace(blank, services=_fitted(views))

    def _service(self, service: Service, anchor: str, text: str) -> ServiceView:
        return ServiceView(
            name=service.name,
            anchor=anchor,
            href=f"{self.services_href}#{anchor}" if self.services_href else "",
            action=service_action(service.name, self.brief, self.formats),
            text=text,
            description=_unless_said(service.description, text),
            price=self.formats.price(service.price) if service.price else "",
            primary=service.name == self.brief.offer.primary_service,
            width="whole",
            drawing=self.ornament.draw(service.name, columns=1, rows=1),
        )

    def _owner(self, words: AboutCopy) -> PersonView | None:
        owner = owner_view(self.brief.business, self.album)
        return owner and replace(owner, detail=_unless_said(owner.detail, *words.paragraphs))

    def _questions(self, words: FaqCopy) -> tuple[QuestionView, ...]:
        known = faq_topics(self.brief)
        return tuple(
            QuestionView(item.question, item.answer, topic_facts(item.topic, self.brief, self.formats))
            for item in words.items
            if item.topic in known
        )

    def _works(self) -> tuple[WorkView, ...]:
        gallery = self.brief.proof.gallery
        return tuple(
            WorkView(
                title=work.title,
                description=work.description or "",
                drawing=self.ornament.draw(work.title, columns=2, rows=1),
                width=width,
                photo=self.album.photo(work.photo, CARD, beside=work.title),
            )
            for work, width in zip(gallery, card_widths(len(gallery)), strict=True)
        )


def _fitted(services: Sequence[ServiceView]) -> tuple[ServiceView, ...]:
    """Return the services with the widths that fill the rows of their list."""
    return tuple(
        replace(service, width=width)
        for service, width in zip(services, card_widths(len(services)), strict=True)
    )


def service_anchors(names: Sequence[str]) -> tuple[str, ...]:
    """Return an id for each service: its name in ASCII, or its number where nothing of the name is left."""
    anchors: list[str] = []
    for number, name in enumerate(names, 1):
        plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
        anchor = f"service-{re.sub('[^a-z0-9]+', '-', plain).strip('-')[:60] or number}"
        while anchor in anchors:
            anchor = f"{anchor}-{number}"
        anchors.append(anchor)
    return tuple(anchors)


def _unless_said(fact: str | None, *texts: str) -> str:
    """Return the brief's own words, or nothing where the copy beside them says just that already."""
    said = " ".join(texts).casefold()
    return fact if fact and fact.casefold().rstrip(".") not in said else ""
