"""The OpenAI chat-completions dialect, as far as the copywriter speaks it."""

import math
import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MODEL = "offline-copywriter"
"""The only model: phrase catalogs, no AI."""

_BYTES_PER_TOKEN = 4
_TOKENS_PER_MESSAGE = 4


class TextPart(BaseModel):
    """A part of a message; the copywriter reads text."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | tuple[TextPart, ...]

    @property
    def text(self) -> str:
        """The whole text, whichever way it was sent."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class JsonSchema(BaseModel):
    """The schema that the answer must hold, and its name."""

    model_config = ConfigDict(populate_by_name=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    strict: bool | None = None
    wanted: Annotated[dict[str, Any], Field(alias="schema")]


class ResponseFormat(BaseModel):
    """How the answer is to be written."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class ChatRequest(BaseModel):
    """What is read of a request; sampling settings are accepted and have no effect."""

    model: str
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    response_format: ResponseFormat = ResponseFormat(type="text")
    max_tokens: Annotated[int | None, Field(ge=1)] = None
    max_completion_tokens: Annotated[int | None, Field(ge=1)] = None
    stream: Literal[False] | None = None
    n: Literal[1] | None = None

    @property
    def most_tokens(self) -> int | None:
        """How long the answer may be, in tokens; None for as long as it needs."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def schema_name(self) -> str:
        """The name of the schema asked for; `text` without one."""
        wanted = self.response_format.json_schema
        return wanted.name if wanted else "text"

    @property
    def tokens(self) -> int:
        """The estimated size of the request: its texts and its schema, and a little per message."""
        wanted = self.response_format.json_schema
        framing = _TOKENS_PER_MESSAGE * len(self.messages)
        return (
            framing
            + sum(tokens(message.text) for message in self.messages)
            + (tokens(wanted.model_dump_json(by_alias=True)) if wanted else 0)
        )


def tokens(text: str) -> int:
    """Return an estimate of the tokens in `text`: a quarter of its UTF-8 bytes, rounded up.

    That is the rule of thumb that providers give for English; accents make it a little larger.
    """
    return math.ceil(len(text.encode()) / _BYTES_PER_TOKEN)


def cut(text: str, most_tokens: int) -> str:
    """Return the beginning of `text` that takes `most_tokens`, in whole characters."""
    return text.encode()[: most_tokens * _BYTES_PER_TOKEN].decode(errors="ignore")


def answer_body(
    request_id: str, request: ChatRequest, content: str, finish_reason: str, *, refusal: str | None = None
) -> dict[str, Any]:
    """Return the body of an answer; usage counts what is sent, also of an answer that was cut."""
    tokens_in, tokens_out = request.tokens, tokens(content or refusal or "")
    return {
        "id": f"chatcmpl-{request_id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": None if refusal else content,
                    "refusal": refusal,
                },
                "logprobs": None,
                "finish_reason": finish_reason,
            }
        ],
        "usage": {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        },
    }


def error_body(message: str, *, kind: str, code: str, parameter: str | None = None) -> dict[str, Any]:
    """Return the body of an error, in the provider's shape."""
    return {"error": {"message": message, "type": kind, "param": parameter, "code": code}}


def error_of_status(status: int) -> dict[str, Any]:
    """Return the body that a provider sends with an error `status`."""
    message, kind, code = _ERRORS.get(
        status, ("The server had an error while processing the request.", "server_error", "server_error")
    )
    return error_body(message, kind=kind, code=code)


_ERRORS = {
    400: ("The request was rejected.", "invalid_request_error", "invalid_request"),
    401: ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    402: ("The account has no credit left.", "insufficient_quota", "insufficient_quota"),
    403: ("The key may not use this model.", "permission_error", "permission_denied"),
    404: ("The model does not exist.", "invalid_request_error", "model_not_found"),
    413: ("The request is too large.", "invalid_request_error", "request_too_large"),
    429: ("Rate limit reached. Please try again later.", "requests", "rate_limit_exceeded"),
}
