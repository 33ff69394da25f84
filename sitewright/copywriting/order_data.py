"""What of an order reaches the AI, and how: the contract between the adapter and any server that answers it.

Request
    In the dialect `openai`, `POST {base_url}/chat/completions`, with `Authorization: Bearer KEY` when the
    route names a key. The JSON body:

    - `model`: the route's model.
    - `messages`: `system`, `user`; when the answer is asked for again, `assistant` (the unusable answer) and
      `user` (what was wrong with it) follow. All contents are plain strings.
    - `response_format`: `{"type": "json_schema", "json_schema": {"name": NAME, "strict": true,
      "schema": ...}}`, NAME being `site_plan` or `page_<kind>` (`page_home`). By the route's `answer_format`
      it may be `{"type": "json_schema", "schema": ...}`, or `{"type": "json_object"}` with the schema at the
      end of the system message.
    - `max_completion_tokens` (or the route's `limit_field`): the route's limit.

    In the dialect `anthropic`, `POST {base_url}/messages`, with `anthropic-version` and, for a key,
    `x-api-key`. The JSON body has `model`, `max_tokens`, `system` (text), `messages` (the others of those
    above) and `output_config`: `{"format": {"type": "json_schema", "schema": ...}}`; with the `answer_format`
    `json_object` it has none, and the schema at the end of `system`.

    `sitewright doctor` sends the same with the schema name `probe` ({`ready`: boolean}) and no order data.

Order data
    The first `user` message ends with three lines: `<order-data>`, one JSON document on a line of its own,
    `</order-data>`. In the JSON `<`, `>` and `&` are written `\\u003c`, `\\u003e` and
    `\\u0026`, so no text of a customer can close the block. Keys without a value are absent. Texts are
    material (`material.py`): at most as long as `_CHARACTERS` says, lists as `_ITEMS` does, without contact
    details, and without what is said to a machine from there on. The document:

    - `task`: `plan` or `page`.
    - `locale` (`pt-BR`), `language` (`pt`).
    - `brief`: the brief in its own shape, less everything that the words must not repeat or have no use for
      (phone, WhatsApp, e-mail, street, social profiles, hours, prices, testimonials, colours, page wishes):
        - `business`: `name`, `niche`, `custom_niche`, `address` {`city`, `region`, `country`}, `founded`,
          `owner` {`name`, `about`}, `team` [{`name`, `role`}]
        - `offer`: `primary_service`, `service_areas` [name], `process` [{`title`, `description`}]
        - `site`: `objective`, `description`, `tone`, `primary_cta`, `cta_text`
        - `proof`: `gallery` [{`title`, `description`}]
        - `seo`: `keywords` [text]
    - `services`: [{`id`: `s1`, `name`, `description`}], in the brief's order; ids count from 1. A name that
      is no material is the trade's.
    - for a plan, `pages`: {KIND: {`required`: [section], `possible`: [section]}}, in the site's order;
      `possible` holds the required ones too.
    - for a page, `page`: {`kind`, `title`, `description`, `sections`: [section]}, `voice`: text, and
      `faq_topics`: [topic].

Answer
    One JSON document of the schema. In the dialect `openai` it is `choices[0].message.content` (a text, or a
    list of parts), and `choices[0].finish_reason` says whether it is whole; in the dialect `anthropic` it is
    the text blocks of `content` and `stop_reason`. `usage` counts the tokens.

    - `site_plan`: {`voice`: text, `pages`: {KIND: {`title`, `description`, `sections`: [section]}}} for every
      page asked. `hero` is always first, `call_to_action` always last, each section at most once, every
      required section there.
    - `page_<kind>`: one property per planned section:
        - `hero`, `process`, `team`, `hours`, `area`, `prices`, `testimonials`, `gallery`, `contact`,
          `call_to_action`: {`heading`, `lead`}
        - `services`: {`heading`, `lead`, `texts`: {SERVICE ID: text}}
        - `about`: {`heading`, `paragraphs`: [text]} (one to four)
        - `faq`: {`heading`, `lead`, `items`: {TOPIC: {`question`, `answer`}}}

    All texts are plain and hold no fact of their own. Lengths are those of `sitewright.orders.models.site`;
    the schema sent does not repeat them (strict mode forbids limits), the answer is checked against them.
"""

import json
from typing import Any

from sitewright.copywriting.material import material
from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import (
    PlannedPage,
    SitePlan,
    buildable_pages,
    faq_topics,
    possible_sections,
    required_sections,
)

OPENING, CLOSING = "<order-data>", "</order-data>"

_SHOWN: dict[str, Any] = {
    "business": {
        "name": True,
        "niche": True,
        "custom_niche": True,
        "address": {"city", "region", "country"},
        "founded": True,
        "owner": {"name", "about"},
        "team": {"__all__": {"name", "role"}},
    },
    "offer": {"primary_service", "service_areas", "process"},
    "site": {"objective", "description", "tone", "primary_cta", "cta_text"},
    "proof": {"gallery": {"__all__": {"title", "description"}}},
    "seo": {"keywords"},
}

_CHARACTERS = {"about": 600, "description": 1500, "step": 300, "work": 200}
"""The most characters that are shown of a text, by its key; of names and labels 120."""

_ITEMS = {"gallery": 12, "keywords": 15, "process": 12, "service_areas": 20, "team": 20}
"""The most items that are shown of a list, by its key."""

_OF_AN_ITEM = {"gallery": "work", "process": "step"}
"""By which key the texts of a list's items are measured, where not by their own."""

_OF_A_SERVICE, _OF_ALL_SERVICES = 600, 9000
"""The most characters that are shown of a service's description, and of all of them."""

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def service_ids(brief: Brief) -> tuple[str, ...]:
    """Return the ids that the services of `brief` go by in a question: `s1`, `s2`, in the brief's order."""
    return tuple(f"s{number}" for number, _ in enumerate(brief.offer.services, start=1))


def plan_data(order: Order) -> dict[str, Any]:
    """Return what the AI is shown of `order` when it plans the site, as JSON values."""
    return {"task": "plan", **_shown(order), "pages": plannable_sections(order.brief)}


def page_data(order: Order, plan: SitePlan, page: PlannedPage) -> dict[str, Any]:
    """Return what the AI is shown of `order` when it writes `page` of `plan`, as JSON values."""
    return {
        "task": "page",
        **_shown(order),
        "page": {
            "kind": page.page.value,
            "title": material(page.title, 80),
            "description": material(page.description, 220),
            "sections": [section.value for section in page.sections],
        },
        # Written by the AI: what led it astray in the plan must not lead it astray again.
        "voice": material(plan.voice, 400),
        "faq_topics": [topic.value for topic in faq_topics(order.brief)],
    }


def plannable_sections(brief: Brief) -> dict[str, dict[str, list[str]]]:
    """Return, for each page to build, the sections it must have (`required`) and may have (`possible`)."""
    return {page.value: _sections(page, brief) for page in buildable_pages(brief)}


def delimited(data: dict[str, Any]) -> str:
    """Return `data` as the block that closes the first user message; no value in it can end the block."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return f"{OPENING}\n{text}\n{CLOSING}"


def _shown(order: Order) -> dict[str, Any]:
    brief = order.brief
    return {
        "locale": order.locale,
        "language": order.language,
        "brief": _material(brief.model_dump(mode="json", include=_SHOWN, exclude_none=True)),
        "services": _services(brief),
    }


def _services(brief: Brief) -> list[dict[str, str]]:
    services, trade = brief.offer.services, brief.business.niche.value.replace("_", " ")
    most = min(_OF_A_SERVICE, _OF_ALL_SERVICES // len(services))
    shown = []
    for key, service in zip(service_ids(brief), services, strict=True):
        description = material(service.description or "", most)
        named = {"id": key, "name": material(service.name, 120) or trade}
        shown.append(named | ({"description": description} if description else {}))
    return shown


def _material(value: Any, key: str = "") -> Any:
    match value:
        case str():
            return material(value, _CHARACTERS.get(key, 120))
        case dict():
            own = _OF_AN_ITEM.get(key)
            shown = {name: _material(inner, own or name) for name, inner in value.items()}
            return {name: inner for name, inner in shown.items() if inner not in ("", [], {})}
        case list():
            shown_items = [_material(inner, key) for inner in value[: _ITEMS.get(key, len(value))]]
            return [inner for inner in shown_items if inner not in ("", {})]
        case _:
            return value


def _sections(page: PageKind, brief: Brief) -> dict[str, list[str]]:
    return {
        "required": [section.value for section in required_sections(page)],
        "possible": [section.value for section in possible_sections(page, brief)],
    }
