"""A real HTTP server that speaks both dialects and misbehaves in them as it is told, request by request."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as HttpRoute

from sitewright.settings import Dialect

Behaviour = Callable[["Received"], Response | Awaitable[Response]]

_ENDS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}
"""How Anthropic calls what OpenAI calls so; other reasons are sent as they are."""

_ANTHROPIC_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    headers: Mapping[str, str]
    body: dict[str, Any]
    dialect: Dialect = Dialect.OPENAI

    @property
    def messages(self) -> list[dict[str, str]]:
        """The conversation, the system's part first, in either dialect."""
        if self.dialect is Dialect.ANTHROPIC:
            return [{"role": "system", "content": self.body["system"]}, *self.body["messages"]]
        return list(self.body["messages"])

    @property
    def order_data(self) -> dict[str, Any]:
        """The JSON document between the delimiters of the first user message."""
        lines = self.messages[1]["content"].splitlines()
        assert (lines[-3], lines[-1]) == ("<order-data>", "</order-data>")
        return dict(json.loads(lines[-2]))


@dataclass
class MisbehavingAi:
    """The server: `url` to call, `requests` received so far, and what it does with the next ones."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    _script: list[Behaviour] = field(default_factory=list)

    def will(self, *behaviours: Behaviour) -> None:
        """Do these with the coming requests, one each; the last one with all that follow."""
        self._script = list(behaviours)

    async def respond(self, request: Request) -> Response:
        dialect = Dialect.ANTHROPIC if request.url.path.endswith("/messages") else Dialect.OPENAI
        received = Received(dict(request.headers), await request.json(), dialect)
        self.requests.append(received)
        behaviour = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        response = behaviour(received)
        return response if isinstance(response, Response) else await response


def answers(
    content: object, /, *, finish: str | None = "stop", usage: object = "counted", **extra: Any
) -> Behaviour:
    """Answer 200 with `content` as the message (JSON values are dumped), or what it makes of the request.

    `finish` is in OpenAI's words; `extra` goes into the message, in Anthropic's dialect into the document.
    """

    def respond(received: Received) -> Response:
        value = content(received) if callable(content) else content
        text = value if isinstance(value, str | None) else json.dumps(value, ensure_ascii=False)
        if received.dialect is Dialect.ANTHROPIC:
            return _message(text, _ENDS.get(finish or "", finish), usage, extra)
        return _completion(text, finish, usage, extra)

    return respond


def _completion(text: str | None, finish: str | None, usage: object, extra: dict[str, Any]) -> Response:
    message = {"role": "assistant", "content": text, **extra}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    body: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice]}
    if usage == "counted":
        body["usage"] = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}
    elif usage is not None:
        body["usage"] = usage
    return JSONResponse(body, headers={"x-request-id": "req-200"})


def _message(text: str | None, stop: str | None, usage: object, extra: dict[str, Any]) -> Response:
    content = [] if text is None else [{"type": "text", "text": text}]
    body: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "content": content}
    body |= {"stop_reason": stop, "stop_sequence": None, **extra}
    if usage == "counted":
        body["usage"] = {
            "input_tokens": 700,
            "cache_creation_input_tokens": 100,
            "cache_read_input_tokens": 200,
            "output_tokens": 200,
        }
    elif usage is not None:
        body["usage"] = usage
    return JSONResponse(body, headers={"request-id": "req-200"})


def fails(status: int, error: object = None, **headers: str) -> Behaviour:
    """Answer `status` with an error document in the dialect's form; names of headers with `_` for `-`."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}

    def respond(received: Received) -> Response:
        request_id = f"req-{status}"
        if received.dialect is Dialect.ANTHROPIC:
            type_ = _ANTHROPIC_TYPES.get(status, "api_error")
            told: object = {"message": f"provoked {status}"} if error is None else error
            told = {"type": type_, **told} if isinstance(told, dict) else told
            document = {"type": "error", "error": told, "request_id": request_id}
            return JSONResponse(document, status, headers={"request-id": request_id, **names})
        own = {"message": f"provoked {status}", "type": "provoked", "code": f"provoked_{status}"}
        document = {"error": own if error is None else error}
        return JSONResponse(document, status, headers={"x-request-id": request_id, **names})

    return respond


def sends(body: bytes, *, status: int = 200, media_type: str = "application/json") -> Behaviour:
    """Answer with these bytes."""
    return lambda _: Response(body, status, media_type=media_type)


def stalls(seconds: float) -> Behaviour:
    """Say nothing for `seconds`, then answer emptily."""

    async def respond(_: Received) -> Response:
        await asyncio.sleep(seconds)
        return Response(status_code=204)

    return respond


def drops() -> Behaviour:
    """Announce an answer, send half of it, and close the connection."""

    class Half(Response):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b'{"choices": [{"mess', "more_body": True})
            raise ConnectionAbortedError

    return lambda _: Half()


@contextmanager
def misbehaving_ai() -> Iterator[MisbehavingAi]:
    """Serve on a free port of the loopback until the block ends."""
    ai = MisbehavingAi()
    paths = ("/v1/chat/completions", "/v1/messages")
    app = Starlette(routes=[HttpRoute(path, ai.respond, methods=["POST"]) for path in paths])
    listener = socket.create_server(("127.0.0.1", 0))
    ai.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield ai
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.close()
