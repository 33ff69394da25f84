"""Schemas made for an order: strict as providers demand, and every field of them is a field of a value."""

import json
from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.copywriting.schemas import strict
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import PlannedPage, SectionKind, SitePlan
from tests.support.briefs import order
from tests.support.plain_words import filled

ALLOWED = {"type", "properties", "required", "additionalProperties", "items", "enum"}


def every_section() -> PlannedPage:
    """A page that has every section there is, so that one schema shows them all."""
    return PlannedPage(
        page=PageKind.HOME, title="Title", description="Description", sections=tuple(SectionKind)
    )


def schemas() -> dict[str, dict[str, Any]]:
    plan = SitePlan(voice="Plain.", pages=(every_section(),))
    questions = (plan_question(order()), page_question(order(), plan, every_section()))
    return {question.name: question.schema for question in questions}


def objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return [schema, *(found for part in inner for found in objects(part))]


@pytest.mark.parametrize("name", ["site_plan", "page_home"])
def test_a_schema_is_strict_and_valid(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    for node in objects(schema):
        assert set(node) <= ALLOWED
        if node["type"] == "object":
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
    Draft202012Validator(schema).validate(filled(schema))


def test_strict_writes_references_out_and_leaves_limits_out() -> None:
    class Inner(BaseModel):
        title: Annotated[str, Field(max_length=5, description="A title.")] = "none"

    class Outer(BaseModel):
        first: Inner
        rest: Annotated[list[Inner], Field(min_length=1, max_length=3)] = []
        kind: Literal["only"] = "only"

    inner = {
        "type": "object",
        "properties": {"title": {"type": "string"}},
        "required": ["title"],
        "additionalProperties": False,
    }
    assert strict(Outer) == {
        "type": "object",
        "properties": {
            "first": inner,
            "rest": {"type": "array", "items": inner},
            "kind": {"type": "string", "enum": ["only"]},
        },
        "required": ["first", "rest", "kind"],
        "additionalProperties": False,
    }


def texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for inner in value.values() for text in texts(inner)]
        case list() | tuple():
            return [text for inner in value for text in texts(inner)]
        case _:
            return []


@pytest.mark.failure(24)
def test_every_text_that_is_asked_for_ends_in_the_page_copy() -> None:
    question = page_question(order(), SitePlan(voice="Plain.", pages=(every_section(),)), every_section())
    answer = filled(question.schema)

    sections, findings, _ = question.read(json.dumps(answer))

    asked = texts(answer)
    assert len(asked) == len(set(asked)) > 30
    assert findings == ()
    kept = texts([section.model_dump(mode="json", exclude={"kind"}) for section in sections])
    assert set(asked) <= set(kept)


@pytest.mark.failure(24)
def test_every_text_that_is_asked_for_ends_in_the_plan() -> None:
    question = plan_question(order())
    answer = filled(question.schema)
    for kind, page in answer["pages"].items():
        page["sections"] = [kind] if kind != "home" else ["hero", "services", "call_to_action"]
    answer["pages"]["pricing"]["sections"] = ["prices"]

    plan, *_ = question.read(json.dumps(answer))

    assert set(texts(answer)) <= set(texts(plan.model_dump(mode="json")))
