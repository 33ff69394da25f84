"""Texts that are longer than the design has room for: ended at a sentence, or told to the AI."""

import re
from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sitewright.copywriting.prompts import problem
from sitewright.copywriting.schemas import AnswerModel

# A sentence ends, else a clause that can stand alone. An abbreviation before a name ends neither.
_SHORT = "Dr|Dra|Sr|Sra|Mr|Mrs|M|Mme|Hr|Fr|Nr|St|Str|ca|bzw|z|B|d|h|u|a|Sig|Dott|Avv|Ing|د|م|أ"
_ABBREVIATED = "".join(rf"(?<!\b{short})" for short in _SHORT.split("|"))
_SENTENCE = re.compile(_ABBREVIATED + r"[.!?…؟][”\"»)]*(?=\s)")
_CLAUSE = re.compile(r"(?=\s?[:;؛]\s|\s[–—]\s)")


def within_lengths(
    data: dict[str, Any], model: AnswerModel, language: str, *, unseen: frozenset[str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return `data` with each text that is too long for `model` ended earlier, and a sentence for each.

    It ends at the last sentence that fits, else at a clause; a text that has neither stays as it is, and is
    refused for its length where `data` is validated. Top-level fields in `unseen` are not worth a sentence.
    """
    try:
        model.model_validate(data)
    except ValidationError as cause:
        errors = [error for error in cause.errors(include_url=False) if error["type"] == "string_too_long"]
    else:
        return data, ()
    shorter, problems = deepcopy(data), []
    for error in errors:
        if kept := _ended(error["input"].strip(), error["ctx"]["max_length"]):
            *way, last = error["loc"]
            inner: Any = shorter
            for step in way:
                inner = inner[step]
            inner[last] = kept
            if error["loc"][0] not in unseen:
                problems.append(length_problem(error, language))
    return shorter, tuple(problems)


def length_problem(error: ErrorDetails, language: str) -> str:
    """Return `error` as a sentence for the AI in `language`; empty when it is not about a text's length."""
    path = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "string_too_long":
            length, limit = str(len(error["input"])), str(error["ctx"]["max_length"])
            return problem("too long", language, path=path, length=length, limit=limit)
        case "string_too_short":
            return problem("too short", language, path=path)
        case _:
            return ""


def _ended(text: str, limit: int) -> str:
    for end in (_SENTENCE, _CLAUSE):
        fitting = [found.end() for found in end.finditer(text) if 0 < found.end() <= limit]
        if fitting:
            return text[: fitting[-1]].rstrip()
    return ""
