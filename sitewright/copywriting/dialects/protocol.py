"""What a dialect has to know: where it is spoken, the form of a request, and what of an answer is where."""

import json
from typing import Any, NamedTuple, Protocol

from sitewright.settings import Route

_MOST_TOKENS = 10**9
"""No call has more; what a server counts beyond is nonsense, and more than a row can hold."""


class Answer(NamedTuple):
    """What an answer says: its words, why it ended, and the refusal in place of words, if it is one."""

    text: str
    finish: str
    refusal: str = ""


class Usage(NamedTuple):
    """The tokens of one call: `cached` are part of `tokens_in`, `reasoning` are part of `tokens_out`."""

    tokens_in: int = 0
    cached: int = 0
    tokens_out: int = 0
    reasoning: int = 0


class Dialect(Protocol):
    """One way to speak to an AI provider."""

    path: str
    """Where requests go, below the route's base_url."""

    def headers(self, key: str | None) -> dict[str, str]:
        """Return the headers of a request, with `key` if there is one."""
        ...

    def body(
        self, route: Route, messages: list[dict[str, str]], name: str, schema: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the JSON body that asks `route` for an answer of `schema`."""
        ...

    def answer(self, data: dict[str, Any]) -> Answer | None:
        """Return what an answer says; None when the document has not the form of one."""
        ...

    def usage(self, counts: dict[str, Any]) -> Usage:
        """Return the tokens that an answer's `usage` counts; what is not there is 0."""
        ...


def asking_for(schema: dict[str, Any]) -> str:
    """Return the sentence that asks for `schema` in words, for servers that can be told in no other way."""
    document = json.dumps(schema, ensure_ascii=False)
    return f"Answer with one JSON document of this JSON Schema and with nothing else:\n{document}"


def part(value: object, name: str) -> dict[str, Any]:
    """Return the object that is in `value` under `name`; an empty one where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def count(number: object) -> int:
    """Return `number` where it is a count of tokens that one call can have, else 0."""
    return number if isinstance(number, int) and 0 < number <= _MOST_TOKENS else 0


def words(content: object) -> str:
    """Return the text of `content`: a text, or the texts of a list of parts, thoughts and tools left out."""
    if isinstance(content, list):
        parts = (part for part in content if isinstance(part, dict))
        texts = (part.get("text") for part in parts if part.get("type", "text") in {"text", "output_text"})
        content = "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""
