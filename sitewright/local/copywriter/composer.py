"""Composes the answer to one task: the draft of a plan, or of a page, from the brief and nothing else."""

import hashlib
from collections.abc import Callable
from typing import Any

from sitewright.copywriting.language import language_of
from sitewright.local.copywriter import facts
from sitewright.local.copywriter.catalog import catalog
from sitewright.local.copywriter.order_data import OrderData
from sitewright.local.copywriter.wording import Wording, clipped, sentence

TITLE, DESCRIPTION, HEADING, LEAD, PARAGRAPH, QUESTION, ANSWER = 80, 220, 90, 400, 900, 160, 400
"""Lengths in characters: those of `sitewright.orders.models.site`."""

_SHORT_LEAD = 260
# Where each page begins in a list of phrases. Home uses two of some lists, so about begins at the third;
# gallery and contact share sections with home, so they are far from it in lists of three and of four.
_TURNS = {"services": 1, "about": 2, "faq": 3, "pricing": 4, "testimonials": 5, "gallery": 7, "contact": 7}
_GOODS = frozenset({"bakery", "restaurant", "retail"})
_WALK_IN = frozenset({"auto_repair", "bakery", "fitness", "hair_salon", "pet_care", "restaurant", "retail"})
_HOME_ORDER = ("hero", "services", "process", "about", "testimonials", "gallery", "area", "hours", "contact")

Draft = dict[str, Any]


def compose(data: OrderData, *, attempt: int = 0) -> Draft:
    """Return the draft of the answer to `data`; `attempt` counts the answers before that were refused."""
    if data.task == "plan":
        return _plan(data, attempt)
    kind = data.page.kind
    wording = words_for(data, turn=_TURNS.get(kind, 0) + attempt)
    wording.mentions = _mentions(data.brief.business.name, kind)
    sections = {section: _SECTIONS.get(section, _facts_section) for section in data.page.sections}
    return {section: write(data, wording, section) for section, write in sections.items()}


def _mentions(name: str, page: str) -> int:
    """Return how often a page's words may name the business: the longer the name, the sooner it wearies."""
    if len(name) <= 40:
        return 4 if len(name) <= 20 else 2
    return 1 if page == "home" else 0


def _sells_goods(data: OrderData) -> bool:
    return data.brief.business.niche in _GOODS


def words_for(data: OrderData, *, turn: int = 0) -> Wording:
    """Return the wording for `data`: its catalog, its slots, and the seed that its brief gives."""
    phrases = catalog(data.locale or data.language, data.brief.site.tone)
    services = "".join(service.model_dump_json() for service in data.services)
    seed = hashlib.sha256((data.brief.model_dump_json() + services).encode()).hexdigest()
    return Wording(phrases, facts.slots(data, phrases), seed, turn)


def _plan(data: OrderData, attempt: int) -> Draft:
    wording = words_for(data, turn=attempt)
    pages = {}
    for kind, offered in data.pages.items():
        wording.turn = attempt + _TURNS.get(kind, 0)
        path = "goods" if kind == "services" and _sells_goods(data) else f"page.{kind}"
        title = wording.pick(f"{path}.title", limit=TITLE)
        pages[kind] = {
            "title": title or clipped(data.brief.business.name, TITLE),
            "description": wording.compose(
                (f"{path}.description",), (f"{path}.invitation",), limit=DESCRIPTION
            ),
            "sections": _planned(kind, data, offered.required, offered.possible),
        }
    return {"voice": wording.pick("voice", limit=LEAD), "pages": pages}


def _planned(kind: str, data: OrderData, required: tuple[str, ...], possible: tuple[str, ...]) -> list[str]:
    chosen = [section for section in possible if section in required or _wanted(section, kind, data)]
    if kind == "home":
        chosen.sort(key=lambda name: _HOME_ORDER.index(name) if name in _HOME_ORDER else len(_HOME_ORDER))
    closing = [section for section in chosen if section == "call_to_action"]
    return [section for section in chosen if section != "call_to_action"] + closing


def _wanted(section: str, kind: str, data: OrderData) -> bool:
    if kind != "home":
        return True
    if section == "contact":
        return "contact" not in data.pages
    if section == "hours":
        return "contact" not in data.pages or data.brief.business.niche in _WALK_IN
    return True


def _hero(data: OrderData, wording: Wording, _section: str) -> Draft:
    niche = facts.niche_path(data, wording.catalog)
    objective = data.brief.site.objective
    return {
        "heading": wording.pick(f"{niche}.headings", "hero.heading", limit=HEADING),
        "lead": wording.compose(("hero.lead",), (f"hero.closing.{objective}",), limit=LEAD),
    }


def _services(data: OrderData, wording: Wording, _section: str) -> Draft:
    niche = facts.niche_path(data, wording.catalog)
    at_home = data.page.kind == "home"
    path = "goods" if _sells_goods(data) else "services"
    lead = (f"{niche}.intros",) if at_home else (f"{path}.lead",)
    place = "home" if at_home else "page"
    return {
        "heading": wording.pick(f"{path}.heading.{place}", limit=HEADING),
        "lead": wording.compose(lead, limit=LEAD),
        "texts": {service.id: text for service, text in _service_texts(data, wording, niche)},
    }


def _service_texts(data: OrderData, wording: Wording, niche: str) -> list[tuple[Any, str]]:
    at_home = data.page.kind == "home"
    texts = []
    for service in data.services:
        names = {
            "Service": facts.capitalised(service.name),
            "service": facts.mid_sentence(service.name, wording.catalog),
        }
        if _says_something(service.description, wording.catalog.language):
            own = facts.capitalised(sentence(service.description))
            text = clipped(own, _SHORT_LEAD if at_home else LEAD)
        else:
            text = wording.pick(f"{niche}.notes", "services.bare", limit=_SHORT_LEAD, **names)
        texts.append((service, text))
    return texts


def _says_something(description: str, language: str) -> bool:
    """Return whether a page in `language` can show `description`: words, and of no other language."""
    return any(map(str.isalpha, description)) and language_of(description, language) is None


def _about(data: OrderData, wording: Wording, _section: str) -> Draft:
    niche = facts.niche_path(data, wording.catalog)
    at_home = data.page.kind == "home"
    opening = wording.compose(("about.opening",), (f"{niche}.intros",), limit=PARAGRAPH)
    paragraphs = [opening, wording.pick("about.owner", limit=PARAGRAPH)]
    if not at_home:
        paragraphs += [
            wording.compose(("about.founded",), ("about.areas",), ("about.approach",), limit=PARAGRAPH),
            wording.compose((f"{niche}.intros",), ("about.closing",), limit=PARAGRAPH),
        ]
    place = "home" if at_home else "page"
    return {
        "heading": wording.pick(f"about.heading.{place}", limit=HEADING),
        "paragraphs": [paragraph for paragraph in paragraphs if paragraph],
    }


def _faq(data: OrderData, wording: Wording, _section: str) -> Draft:
    topics = {topic: f"faq.{topic}" for topic in data.faq_topics}
    if "services" in topics and _sells_goods(data):
        topics["services"] = "goods.faq"
    return {
        "heading": wording.pick("faq.heading", limit=HEADING),
        "lead": wording.pick("faq.lead", limit=LEAD),
        "items": {
            topic: {
                "question": _known(wording, path, "faq.other", "question", QUESTION),
                "answer": _known(wording, path, "faq.other", "answer", ANSWER),
            }
            for topic, path in topics.items()
        },
    }


def _call_to_action(data: OrderData, wording: Wording, _section: str) -> Draft:
    niche = facts.niche_path(data, wording.catalog)
    objective = data.brief.site.objective
    headings = (f"{niche}.asks", "call_to_action.heading")
    if data.page.kind not in {"home", "services"} and not _sells_goods(data):
        headings = headings[::-1]
    return {
        "heading": wording.pick(*headings, limit=HEADING),
        "lead": wording.pick(f"call_to_action.lead.{objective}", "call_to_action.lead.inform", limit=LEAD),
    }


def _facts_section(data: OrderData, wording: Wording, section: str) -> Draft:
    goods = f"goods.{section}"
    path = goods if _sells_goods(data) and wording.catalog.phrases(f"{goods}.heading") else section
    return {
        "heading": _known(wording, path, "generic", "heading", HEADING),
        "lead": _known(wording, path, "generic", "lead", LEAD),
    }


def _known(wording: Wording, path: str, otherwise: str, name: str, limit: int) -> str:
    """Return a text for `path`, or one that fits anything where the catalog has no such path."""
    return wording.pick(f"{path}.{name}", limit=limit) or wording.pick(f"{otherwise}.{name}", limit=limit)


_SECTIONS: dict[str, Callable[[OrderData, Wording, str], Draft]] = {
    "hero": _hero,
    "services": _services,
    "about": _about,
    "faq": _faq,
    "call_to_action": _call_to_action,
}
