"""Words for any question: every text of the schema filled, each different, with no fact in it."""

import codecs
from typing import Any

from tests.support.misbehaving_ai import Received

_WORDS_OF = {
    "en": "Here are words of",
    "pt": "Aqui estão as palavras de",
    "es": "Aquí están las palabras de",
    "fr": "Voici les mots de",
    "de": "Hier sind die Wörter von",
    "it": "Ecco qui le parole di",
    "ar": "هذه هي كلمات",
}


def plain_words(received: Received) -> dict[str, Any]:
    """A whole, valid answer to a question for a plan or a page."""
    schema = received.body["response_format"]["json_schema"]["schema"]
    answer: dict[str, Any] = filled(schema, language=received.order_data["language"])
    for kind, sections in received.order_data.get("pages", {}).items():
        answer["pages"][kind]["sections"] = sections["required"]
    return answer


def filled(schema: dict[str, Any], path: tuple[str, ...] = (), *, language: str = "en") -> Any:
    """A value of a strict `schema`; each text names its own place, in letters that make no word."""
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "object", "properties": properties}:
            return {
                name: filled(inner, (*path, name), language=language) for name, inner in properties.items()
            }
        case {"type": "array", "items": items}:
            return [filled(items, path, language=language)]
        case _:
            spelled = "-".join(path).translate(str.maketrans("0123456789", "ghijklmnop"))
            return f"{_WORDS_OF[language]} {codecs.encode(spelled.replace('_', '-'), 'rot13')}"
