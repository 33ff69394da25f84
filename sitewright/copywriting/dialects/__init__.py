"""Dialects: how a question is put to a route, and how its answer is read.

A dialect knows the form of requests and answers (`protocol`); what an answer or an error means is the same
for all of them (`reading`, with the rows of `copywriting.taxonomy`). Pure functions over bytes: `exchange`
puts them on the wire.
"""

from typing import Any

from sitewright.copywriting.dialects.anthropic import AnthropicMessages
from sitewright.copywriting.dialects.openai import OpenAiChat
from sitewright.copywriting.dialects.protocol import Dialect
from sitewright.copywriting.dialects.reading import Reply, lost_reply, read_reply
from sitewright.settings import Dialect as Name
from sitewright.settings import Route

__all__ = ["Reply", "dialect_of", "lost_reply", "read_reply", "request_body"]

_DIALECTS: dict[Name, Dialect] = {Name.OPENAI: OpenAiChat(), Name.ANTHROPIC: AnthropicMessages()}


def dialect_of(route: Route) -> Dialect:
    """Return the dialect that `route` is spoken to in."""
    return _DIALECTS[route.dialect]


def request_body(
    route: Route, messages: list[dict[str, str]], name: str, schema: dict[str, Any]
) -> dict[str, Any]:
    """Return the JSON body that asks `route` for an answer of `schema`, which goes by `name`.

    `messages` begin with one of the role `system`; `user` and `assistant` alternate after it.
    """
    return dialect_of(route).body(route, messages, name, schema)
