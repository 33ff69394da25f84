"""An answer's text becomes checked data: JSON, of the schema, clean, and without facts of its own."""

import json
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sitewright.copywriting.facts import Finding, KnownFacts, Place
from sitewright.copywriting.language import Spoken, refuse_foreign
from sitewright.copywriting.lengths import length_problem, within_lengths
from sitewright.copywriting.plain_words import PlainWords
from sitewright.copywriting.schemas import AnswerModel
from sitewright.orders.models.normalise import visible_text

_NAMED_AT_MOST = 10
_SHORTEST = 2
_CHOICES = "sections"  # names out of a list of ours, no words


class Checked(NamedTuple):
    """An answer's data of its schema, already cut, and what was found in it before (a sentence each).

    `replaced` are the places of which the cut left nothing, where plain words stand now.
    """

    data: dict[str, Any]
    findings: tuple[str, ...]
    replaced: tuple[str, ...] = ()


def read_answer(
    text: str,
    model: AnswerModel,
    known: KnownFacts,
    words: Spoken,
    *,
    instead: PlainWords,
    unseen: frozenset[str] = frozenset(),
) -> Checked:
    """Return what `text` says, less every sentence with a fact that is not `known`.

    A text that is too long is ended at a sentence, and that is among the findings, as facts are. Where a cut
    leaves nothing, the words of `instead` stand; a paragraph beside others is left out.

    Top-level fields in `unseen` reach no visitor and are not checked. Raises ValueError, with a sentence for
    the AI, when the text is not JSON, not of the schema, or not in the order's language throughout.
    """
    language = words.language
    data, too_long = within_lengths(_clean(_parsed(text)), model, language, unseen=unseen)
    _validate(data, model, language)
    # Before anything is cut: what stands where nothing was left is in the order's language.
    refuse_foreign({name: value for name, value in data.items() if name not in unseen}, words)
    cutting = _Cutting(known, instead)
    kept = {name: value if name in unseen else cutting.of(value, (name,)) for name, value in data.items()}
    _validate(kept, model, language)
    found = (*too_long, *(str(finding) for finding in cutting.findings))
    return Checked(kept, found, tuple(cutting.replaced))


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


def _validate(data: dict[str, Any], model: AnswerModel, language: str) -> None:
    try:
        model.model_validate(data)
    except ValidationError as cause:
        errors = cause.errors(include_url=False)[:_NAMED_AT_MOST]
        raise ValueError("; ".join(_told(error, language) for error in errors)) from cause


def _told(error: ErrorDetails, language: str) -> str:
    path = ".".join(str(part) for part in error["loc"])
    return length_problem(error, language) or f"{path}: {error['msg']}"


class _Cutting:
    """Takes what is not known out of an answer; keeps what was found, and where plain words stand."""

    def __init__(self, known: KnownFacts, instead: PlainWords) -> None:
        self._known, self._instead = known, instead
        self.findings: list[Finding] = []
        self.replaced: list[str] = []

    def of(self, value: Any, place: Place) -> Any:
        """Return `value`, which stands at `place`, less what is not known."""
        match value:
            case _ if place[-1] == _CHOICES:
                return value
            case str():
                return self._cut(value, place) or self._replaced(place)
            case dict():
                return {name: self.of(inner, (*place, name)) for name, inner in value.items()}
            case list() if any(isinstance(inner, str) for inner in value):
                cut = [self._cut(inner, (*place, index)) for index, inner in enumerate(value)]
                return [inner for inner in cut if inner] or [self._replaced((*place, 0))]
            case _:
                return value

    def _cut(self, text: str, place: Place) -> str:
        kept, found = self._known.without_findings(_path(place), text)
        self.findings += found
        return kept if len(kept) >= _SHORTEST else ""

    def _replaced(self, place: Place) -> str:
        self.replaced.append(_path(place))
        return self._instead.at(place)


def _path(place: Place) -> str:
    return ".".join(map(str, place))
