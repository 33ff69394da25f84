"""Anthropic's messages."""

from typing import Any

from sitewright.copywriting.dialects.protocol import Answer, Usage, asking_for, count, part, words
from sitewright.settings import AnswerFormat, Route

VERSION = "2023-06-01"
"""The version of the API that requests are written in; Anthropic has had no later one."""


class AnthropicMessages:
    """`POST {base_url}/messages`; a base_url of Anthropic's own ends in `/v1`."""

    path = "/messages"

    def headers(self, key: str | None) -> dict[str, str]:
        """Return the version's header, and the one that carries `key`, if there is one."""
        return {"anthropic-version": VERSION, **({"x-api-key": key} if key else {})}

    def body(
        self, route: Route, messages: list[dict[str, str]], name: str, schema: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the body; the dialect has no place for the schema's name."""
        del name
        system, *conversation = messages
        body = {"model": route.model, "max_tokens": route.max_tokens}
        if route.answer_format is AnswerFormat.JSON_OBJECT:
            told = {"system": f"{system['content']}\n\n{asking_for(schema)}"}
            return {**body, **told, "messages": conversation}
        output_config = {"format": {"type": "json_schema", "schema": schema}}
        return {**body, "system": system["content"], "messages": conversation, "output_config": output_config}

    def answer(self, data: dict[str, Any]) -> Answer | None:
        """Return what the blocks of text say, joined."""
        content, finish = data.get("content"), str(data.get("stop_reason") or "")
        if not isinstance(content, list):
            return None
        refusal = part(data, "stop_details").get("explanation") if finish == "refusal" else None
        return Answer(words(content), finish, str(refusal or ""))

    def usage(self, counts: dict[str, Any]) -> Usage:
        """Return the tokens counted; `input_tokens` leaves out what went to the cache or came from it."""
        cached = count(counts.get("cache_read_input_tokens"))
        fresh = count(counts.get("input_tokens")) + count(counts.get("cache_creation_input_tokens"))
        out = count(counts.get("output_tokens"))
        reasoning = count(part(counts, "output_tokens_details").get("thinking_tokens"))
        return Usage(fresh + cached, cached, out, min(reasoning, out))
