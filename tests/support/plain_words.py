"""Words for any question: every text of the schema filled, each different, with no fact in it."""

from typing import Any

from tests.support.misbehaving_ai import Received


def plain_words(received: Received) -> dict[str, Any]:
    """A whole, valid answer to a question for a plan or a page."""
    answer: dict[str, Any] = filled(received.body["response_format"]["json_schema"]["schema"])
    for kind, sections in received.order_data.get("pages", {}).items():
        answer["pages"][kind]["sections"] = sections["required"]
    return answer


def filled(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Any:
    """A value of a strict `schema`; each text names its own place in letters."""
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "object", "properties": properties}:
            return {name: filled(inner, (*path, name)) for name, inner in properties.items()}
        case {"type": "array", "items": items}:
            return [filled(items, path)]
        case _:
            spelled = "-".join(path).translate(str.maketrans("0123456789", "ghijklmnop"))
            return f"Words of {spelled.replace('_', '-')}"
