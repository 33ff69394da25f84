"""OpenAI's chat completions, and what servers of that dialect make of it."""

from typing import Any

from sitewright.copywriting.dialects.protocol import Answer, Usage, asking_for, count, part, words
from sitewright.settings import AnswerFormat, Route


class OpenAiChat:
    """`POST {base_url}/chat/completions`."""

    path = "/chat/completions"

    def headers(self, key: str | None) -> dict[str, str]:
        """Return the header that carries `key`, if there is one."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    def body(
        self, route: Route, messages: list[dict[str, str]], name: str, schema: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the body, with the schema and the limit in the form that the route's settings say."""
        return {
            "model": route.model,
            "messages": _with_schema(messages, schema, route.answer_format),
            "response_format": _response_format(name, schema, route.answer_format),
            route.limit_field: route.max_tokens,
        }

    def answer(self, data: dict[str, Any]) -> Answer | None:
        """Return what the first choice says."""
        choices = data.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
            return None
        message, finish = choice["message"], choice.get("finish_reason")
        return Answer(words(message.get("content")), str(finish or ""), str(message.get("refusal") or ""))

    def usage(self, counts: dict[str, Any]) -> Usage:
        """Return the tokens counted.

        Some servers leave reasoning out of `completion_tokens` and in `total_tokens`; it is paid for.
        """
        tokens_in, out = count(counts.get("prompt_tokens")), count(counts.get("completion_tokens"))
        if tokens_in:
            out = max(out, count(counts.get("total_tokens")) - tokens_in)
        cached = count(part(counts, "prompt_tokens_details").get("cached_tokens"))
        reasoning = count(part(counts, "completion_tokens_details").get("reasoning_tokens"))
        return Usage(tokens_in, min(cached, tokens_in), out, min(reasoning, out))


def _response_format(name: str, schema: dict[str, Any], answer_format: AnswerFormat) -> dict[str, Any]:
    match answer_format:
        case AnswerFormat.JSON_SCHEMA:
            return {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            }
        case AnswerFormat.FLAT:
            return {"type": "json_schema", "schema": schema}
        case AnswerFormat.JSON_OBJECT:
            return {"type": "json_object"}


def _with_schema(
    messages: list[dict[str, str]], schema: dict[str, Any], answer_format: AnswerFormat
) -> list[dict[str, str]]:
    if answer_format is not AnswerFormat.JSON_OBJECT:
        return messages
    system, *others = messages
    return [{**system, "content": f"{system['content']}\n\n{asking_for(schema)}"}, *others]
