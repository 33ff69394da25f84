"""Fits a draft to the JSON Schema of the answer that was asked for.

What the draft has and the schema has room for is kept; what the schema wants and the draft lacks is filled
with the general words of the catalog. The result is validated before it leaves (JSON Schema 2020-12).
"""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from sitewright.errors import InputError
from sitewright.local.copywriter.wording import Wording, clipped

_DEEPEST = 30
_LONGEST_TEXT = 4000
_MOST_ITEMS = 1000

Schema = Mapping[str, Any]


class SchemaUnanswerable(InputError):
    """The copywriter has no answer that this JSON Schema allows."""


def fitted(schema: Schema, draft: Any, wording: Wording) -> Any:
    """Return a JSON value that `schema` allows, made of `draft` as far as it goes.

    Raises SchemaUnanswerable for a schema that is not one, and for one with no answer here (a pattern that
    no phrase matches, a reference to another document).
    """
    try:
        Draft202012Validator.check_schema(schema)
        value = _Fitting(schema, wording).value(schema, draft, name="", depth=0)
        Draft202012Validator(schema, registry=Registry()).validate(value)
    except (SchemaError, ValidationError) as cause:
        where = "/".join(str(step) for step in cause.absolute_path) or "the top"
        raise SchemaUnanswerable(
            f"The schema cannot be answered at {where}: {cause.message[:200]}"
        ) from cause
    except (Unresolvable, RecursionError) as cause:
        raise SchemaUnanswerable("The schema refers to what it does not hold, or is too deep.") from cause
    return value


class _Fitting:
    def __init__(self, root: Schema, wording: Wording) -> None:
        self.root = root
        self.wording = wording

    def value(self, schema: Any, draft: Any, *, name: str, depth: int) -> Any:
        """Return the value for one schema; `name` is the property that it is the value of."""
        if depth > _DEEPEST:
            raise RecursionError
        if not isinstance(schema, Mapping):
            return draft
        schema = self._chosen(schema)
        if "const" in schema:
            return schema["const"]
        if options := schema.get("enum"):
            return draft if draft in options else options[0]
        match _type(schema):
            case "object":
                return self._object(schema, draft, depth)
            case "array":
                return self._array(schema, draft, name, depth)
            case "integer" | "number":
                return _number(schema, draft)
            case "boolean":
                return draft if isinstance(draft, bool) else False
            case "null":
                return None
            case _:
                return self._text(schema, draft, name)

    def _chosen(self, schema: Schema) -> Schema:
        for _ in range(_DEEPEST):
            if "$ref" in schema:
                schema = self._referred(str(schema["$ref"]))
            elif options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = next((option for option in options if option != {"type": "null"}), options[0])
            else:
                return schema
        raise RecursionError

    def _referred(self, reference: str) -> Schema:
        if not reference.startswith("#"):
            raise Unresolvable(ref=reference)
        found: Any = self.root
        for step in reference.removeprefix("#").strip("/").split("/"):
            if step and not (isinstance(found, Mapping) and step in found):
                raise Unresolvable(ref=reference)
            found = found[step] if step else found
        if not isinstance(found, Mapping):
            raise Unresolvable(ref=reference)
        return found

    def _object(self, schema: Schema, draft: Any, depth: int) -> dict[str, Any]:
        given = draft if isinstance(draft, Mapping) else {}
        properties = schema.get("properties", {})
        wanted = dict.fromkeys([*properties, *schema.get("required", ())])
        required = set(schema.get("required", ()))
        return {
            key: self.value(properties.get(key, {}), given.get(key), name=key, depth=depth + 1)
            for key in wanted
            if key in required or key in given
        }

    def _array(self, schema: Schema, draft: Any, name: str, depth: int) -> list[Any]:
        given = list(draft) if isinstance(draft, list | tuple) else []
        items = schema.get("items", {})
        least = min(schema.get("minItems", 0 if given else 1), _MOST_ITEMS)
        options = self._chosen(items).get("enum") if isinstance(items, Mapping) else None
        if options:
            given = [item for item in given if item in options]
            given += [option for option in options if option not in given][: max(0, least - len(given))]
        given += [None] * max(0, least - len(given))
        return [
            self.value(items, item, name=name, depth=depth + 1) for item in given[: schema.get("maxItems")]
        ]

    def _text(self, schema: Schema, draft: Any, name: str) -> str:
        most = min(schema.get("maxLength", _LONGEST_TEXT), _LONGEST_TEXT)
        text = draft if isinstance(draft, str) and draft else ""
        if not text:
            kind = "heading" if name in {"heading", "title", "name", "label"} else "lead"
            text = self.wording.pick(f"generic.{kind}", limit=max(most, 2)) or "…"
        text = clipped(text, most) if most else ""
        return text.ljust(min(schema.get("minLength", 0), _LONGEST_TEXT), "…")


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((option for option in kind if option != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _number(schema: Schema, draft: Any) -> float:
    if isinstance(draft, int | float) and not isinstance(draft, bool):
        return draft
    least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return min(least, schema.get("maximum", least)) if isinstance(least, int | float) else 0
