"""The shape of the AI's answers, made for each order from its pages, its services and its questions.

An answer's fields are taken from the shared values field by field, with their lengths, so nothing is asked
for that no page shows. The JSON Schema that is sent leaves the lengths out, as strict structured outputs
demand.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field, create_model

from sitewright.copywriting.order_data import plannable_sections, service_ids
from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Brief
from sitewright.orders.models.site import (
    AboutCopy,
    FactsCopy,
    FaqCopy,
    FaqItem,
    HeroCopy,
    Lead,
    PlannedPage,
    SectionKind,
    ServicesCopy,
    SitePlan,
    faq_topics,
)

SCHEMA_VERSION = 1
"""Grows when the shape of an answer changes, so that steps recorded in the older shape are done again."""

FACTS_VERSION = 5
"""Grows when facts in words are judged differently: words judged before are judged again, not paid again."""

JsonSchema: TypeAlias = dict[str, Any]
AnswerModel: TypeAlias = type[BaseModel]

_KEPT = frozenset({"type", "enum"})


def plan_answer(brief: Brief) -> AnswerModel:
    """Return the model of an answer about the site's plan: its voice, and every page to build."""
    allowed = plannable_sections(brief)
    pages = {kind: _planned_page(kind, sections["possible"]) for kind, sections in allowed.items()}
    planned = _model("pages", _required(pages))
    return _model("site_plan", {**_fields(SitePlan, "pages", "honesty"), "pages": (planned, ...)})


def page_answer(page: PlannedPage, brief: Brief) -> AnswerModel:
    """Return the model of an answer to the question for one page's words: a property per planned section."""
    sections = {section.value: _section(section, brief) for section in page.sections}
    return _model(f"page_{page.page.value}", _required(sections))


def strict(model: AnswerModel) -> JsonSchema:
    """Return the JSON Schema of `model` as strict structured outputs take it.

    Every property is required, no other is allowed, references are written out, and of the keywords only
    types and enumerations stay: limits of length and number, titles and defaults are left out.
    """
    schema = model.model_json_schema()
    return _strict(schema, schema.get("$defs", {}))


def _strict(node: JsonSchema, definitions: JsonSchema) -> JsonSchema:
    if "$ref" in node:
        return _strict(definitions[node["$ref"].rpartition("/")[2]], definitions)
    kept = {keyword: value for keyword, value in node.items() if keyword in _KEPT}
    if "const" in node:
        kept["enum"] = [node["const"]]
    if "items" in node:
        kept["items"] = _strict(node["items"], definitions)
    if kept.get("type") == "object":
        properties = node.get("properties", {})
        kept["properties"] = {name: _strict(value, definitions) for name, value in properties.items()}
        kept["required"] = list(properties)
        kept["additionalProperties"] = False
    return kept


def _planned_page(kind: str, possible: Iterable[str]) -> AnswerModel:
    section: Any = Literal.__getitem__(tuple(possible))
    sections = (Annotated[list[section], Field(min_length=1)], ...)
    return _model(f"plan_{kind}", {**_fields(PlannedPage, "page"), "sections": sections})


def _section(section: SectionKind, brief: Brief) -> AnswerModel:
    match section:
        case SectionKind.HERO:
            fields = _fields(HeroCopy, "kind")
        case SectionKind.ABOUT:
            fields = _fields(AboutCopy, "kind")
        case SectionKind.SERVICES:
            texts = _model("texts", dict.fromkeys(service_ids(brief), (Lead, ...)))
            fields = {**_fields(ServicesCopy, "kind"), "texts": (texts, ...)}
        case SectionKind.FAQ:
            item = _model("question", _fields(FaqItem, "topic"))
            items = _model("items", {topic.value: (item, ...) for topic in faq_topics(brief)})
            fields = {**_fields(FaqCopy, "kind"), "items": (items, ...)}
        case _:
            fields = _fields(FactsCopy, "kind")
    return _model(section.value, fields)


def _required(models: dict[str, AnswerModel]) -> dict[str, Any]:
    return {name: (model, ...) for name, model in models.items()}


def _fields(value: type[Value], *without: str) -> dict[str, Any]:
    return {name: (info.annotation, info) for name, info in value.model_fields.items() if name not in without}


def _model(name: str, fields: dict[str, Any]) -> AnswerModel:
    return create_model(name, __base__=Value, **fields)
