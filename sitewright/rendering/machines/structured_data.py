"""What a page says to search engines, as schema.org data (JSON-LD): one graph, of the brief and the page.

A page tells what a visitor reads on it (Google, "General structured data guidelines"): the business as the
foot of every page has it; offers, areas and people where their sections are, and on the home page all that
the brief says of the offer; questions with their answers. Testimonials are never part of it: reviews of a
business on its own site are self-serving, and Google forbids them for LocalBusiness and Organization ("Review
snippet"). Nobody is called a founder, since the brief does not say who founded the business: owner and team
are people who work for it.
"""

import json
from typing import Any
from urllib.parse import urljoin

from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.site import SectionKind
from sitewright.rendering.context import PageView, SiteView
from sitewright.rendering.machines.business_data import (
    Node,
    business_id,
    business_node,
    offers,
    person,
    present,
)
from sitewright.rendering.section_views import QuestionView, SectionView

_PAGE_TYPES: dict[PageKind | None, str] = {
    PageKind.ABOUT: "AboutPage",
    PageKind.CONTACT: "ContactPage",
    PageKind.GALLERY: "CollectionPage",
    PageKind.SERVICES: "CollectionPage",
}
_OFFERING = frozenset({SectionKind.SERVICES, SectionKind.PRICES})


def page_data(
    brief: Brief, site: SiteView, page: PageView, *, label: str, kind: PageKind | None = None
) -> Node:
    """Return the data of `page` as one JSON-LD document.

    `label` is what links to it say; a legal notice is of no `kind`. Its graph has the business, the site, the
    page, and below the home page the way to it.
    """
    home_url = urljoin(page.url, site.home)
    sections = tuple(section for row in page.rows for section in row)
    graph = [
        _business(brief, site, page, home_url, sections),
        {
            "@type": "WebSite",
            "@id": f"{home_url}#website",
            "url": home_url,
            "name": brief.business.name,
            "inLanguage": site.locale,
            "publisher": {"@id": business_id(home_url)},
        },
        _page(site, page, kind, home_url, sections),
    ]
    if not page.is_home:
        way = ((site.words.pages[PageKind.HOME], home_url), (label, page.url))
        graph.append(_breadcrumbs(way, page))
    return {"@context": "https://schema.org", "@graph": graph}


def answer_text(question: QuestionView) -> str:
    """Return the answer to `question` with the facts that stand below it, as the value of a `text`.

    Google shows it as HTML ("FAQ structured data"), so a `<` that the customer wrote must not begin a tag.
    """
    facts = "; ".join(": ".join(filter(None, (fact.term, fact.detail))) for fact in question.facts)
    return " ".join(filter(None, (question.answer, facts))).replace("<", "&lt;")


def _business(
    brief: Brief, site: SiteView, page: PageView, home_url: str, sections: tuple[SectionView, ...]
) -> Node:
    kinds = {section.kind for section in sections}
    owner = brief.business.owner if any(section.owner for section in sections) else None
    team = brief.business.team if SectionKind.TEAM in kinds else ()
    founded = brief.business.founded if page.is_home else None
    shows_areas = page.is_home or SectionKind.AREA in kinds
    shows_offers = page.is_home or kinds & _OFFERING
    return present(
        {
            **business_node(
                brief,
                home_url=home_url,
                images=_images(site, page),
                logo_url=urljoin(page.url, site.touch_icon),
                trade=site.business.trade,
            ),
            **_registered(brief, page),
            "description": page.description if page.is_home else None,
            "foundingDate": str(founded) if founded else None,
            "areaServed": list(brief.offer.service_areas) if shows_areas else None,
            "makesOffer": offers(brief.offer.services) if shows_offers else None,
            "employee": [person(each) for each in (owner, *team) if each],
        }
    )


def _images(site: SiteView, page: PageView) -> list[str]:
    photos = [urljoin(page.url, site.hero_photo.src)] if site.hero_photo else []
    return [*photos, site.social_image.url]


def _registered(brief: Brief, page: PageView) -> Node:
    """Return what a legal notice shows of how the business is registered."""
    parts = page.notice.parts if page.notice else ()
    shown = {entry.detail for part in parts for entry in part.entries}
    legal = brief.business.legal
    return {
        name: fact for name, fact in (("legalName", legal.name), ("taxID", legal.tax_id)) if fact in shown
    }


def _page(
    site: SiteView, page: PageView, kind: PageKind | None, home_url: str, sections: tuple[SectionView, ...]
) -> Node:
    questions = [question for section in sections for question in section.questions]
    business = {"@id": business_id(home_url)}
    subject = business if kind in {PageKind.ABOUT, PageKind.CONTACT} else None
    return present(
        {
            "@type": "FAQPage" if questions else _PAGE_TYPES.get(kind, "WebPage"),
            "@id": page.url,
            "url": page.url,
            "name": page.title,
            "description": page.description,
            "inLanguage": site.locale,
            "isPartOf": {"@id": f"{home_url}#website"},
            "about": business,
            "primaryImageOfPage": {
                "@type": "ImageObject",
                "url": (page.social_image or site.social_image).url,
            },
            "breadcrumb": None if page.is_home else {"@id": f"{page.url}#breadcrumb"},
            "mainEntity": [_question(each) for each in questions] or subject,
        }
    )


def _question(question: QuestionView) -> Node:
    return {
        "@type": "Question",
        "name": question.question,
        "acceptedAnswer": {"@type": "Answer", "text": answer_text(question)},
    }


def _breadcrumbs(way: tuple[tuple[str, str], ...], page: PageView) -> Node:
    return {
        "@type": "BreadcrumbList",
        "@id": f"{page.url}#breadcrumb",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": {"@type": "WebPage", "@id": url},
            }
            for position, (name, url) in enumerate(way, 1)
        ],
    }


def script_json(data: dict[str, Any]) -> str:
    """Return `data` as JSON that may stand inside a script element.

    `<`, `>` and `&` are written as escapes of JSON strings, so the text holds no character that HTML's
    script states react to (HTML, section 4.12.1.3 "Restrictions for contents of script elements").
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
