"""A real HTTP server that speaks chat completions and misbehaves as it is told, request by request."""

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

Behaviour = Callable[["Received"], Response | Awaitable[Response]]


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, str]]:
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
        received = Received(dict(request.headers), await request.json())
        self.requests.append(received)
        behaviour = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        response = behaviour(received)
        return response if isinstance(response, Response) else await response


def answers(
    content: object, *, finish: str | None = "stop", usage: object = "counted", **extra: Any
) -> Behaviour:
    """Answer 200 with `content` as the message (JSON values are dumped), or what it makes of the request."""

    def respond(received: Received) -> Response:
        value = content(received) if callable(content) else content
        text = value if isinstance(value, str | None) else json.dumps(value, ensure_ascii=False)
        body: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, **extra},
                    "finish_reason": finish,
                }
            ],
        }
        if usage == "counted":
            body["usage"] = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}
        elif usage is not None:
            body["usage"] = usage
        return JSONResponse(body, headers={"x-request-id": "req-200"})

    return respond


def fails(status: int, error: object = None, **headers: str) -> Behaviour:
    """Answer `status` with an error document in the dialect's form."""
    body = {
        "error": error or {"message": f"provoked {status}", "type": "provoked", "code": f"provoked_{status}"}
    }
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: JSONResponse(body, status, headers={"x-request-id": f"req-{status}", **names})


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
    app = Starlette(routes=[HttpRoute("/v1/chat/completions", ai.respond, methods=["POST"])])
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
