"""An answer's text becomes checked data: JSON, of the schema, clean, and without facts of its own."""

import json
from typing import Any, NamedTuple

from pydantic import ValidationError

from sitewright.copywriting.facts import Finding, KnownFacts
from sitewright.copywriting.schemas import AnswerModel
from sitewright.orders.models.normalise import visible_text

_NAMED_AT_MOST = 10


class Checked(NamedTuple):
    """An answer's data of its schema, already cut, and what was found in it before (a sentence each)."""

    data: dict[str, Any]
    findings: tuple[str, ...]


def read_answer(
    text: str, model: AnswerModel, known: KnownFacts, *, unseen: frozenset[str] = frozenset()
) -> Checked:
    """Return what `text` says, less every sentence with a fact that is not `known`.

    Top-level fields in `unseen` reach no visitor and are not checked for facts. Raises ValueError, with a
    sentence for the AI, when the text is not JSON or not of the schema, or when a cut leaves a field empty.
    """
    data = _clean(_parsed(text))
    _validate(data, model)
    findings: list[Finding] = []
    kept = {
        name: value if name in unseen else _without_findings(value, name, known, findings)
        for name, value in data.items()
    }
    sentences = tuple(str(finding) for finding in findings)
    if findings:
        try:
            _validate(kept, model)
        except ValueError as cause:
            raise ValueError("; ".join(sentences)) from cause
    return Checked(kept, sentences)


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as cause:
        where = f" ({cause})" if isinstance(cause, json.JSONDecodeError) else ""
        raise ValueError(f"it is not valid JSON{where}") from cause
    if not isinstance(data, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - the caller waits for ValueError
    return data


def _clean(value: Any) -> Any:
    match value:
        case str():
            return visible_text(value)
        case dict():
            return {name: _clean(inner) for name, inner in value.items()}
        case list():
            return [_clean(inner) for inner in value]
        case _:
            return value


def _validate(data: dict[str, Any], model: AnswerModel) -> None:
    try:
        model.model_validate(data)
    except ValidationError as cause:
        errors = cause.errors(include_url=False, include_input=False)[:_NAMED_AT_MOST]
        lines = [f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in errors]
        raise ValueError("; ".join(lines)) from cause


def _without_findings(value: Any, path: str, known: KnownFacts, findings: list[Finding]) -> Any:
    match value:
        case str():
            kept, found = known.without_findings(path, value)
            findings += found
            return kept
        case dict():
            return {
                name: _without_findings(inner, f"{path}.{name}", known, findings)
                for name, inner in value.items()
            }
        case list():
            inners = [
                _without_findings(inner, f"{path}.{index}", known, findings)
                for index, inner in enumerate(value)
            ]
            return [inner for inner in inners if inner != ""]
        case _:
            return value
