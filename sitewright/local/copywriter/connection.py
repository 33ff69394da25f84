"""Connections that can be dropped: a server's socket closed in the middle of an answer, as providers do it.

ASGI has no word for "close the socket now", so the protocol class keeps each connection's transport under
its peer's address, which the scope of a request names too.
"""

import asyncio
from typing import Literal

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class DroppableConnection(H11Protocol):
    """uvicorn's HTTP/1.1 connection, findable by the address of its peer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Remember the connection."""
        super().connection_made(transport)
        if self.client:
            _transports[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self.client:
            _transports.pop(self.client, None)
        super().connection_lost(exc)


class DroppedResponse(Response):
    """A response whose connection is closed: `before` its first byte, or in the `middle` of its body."""

    def __init__(self, whole: Response, when: Literal["before", "middle"]) -> None:
        super().__init__(status_code=whole.status_code)
        self._whole = whole
        self._when = when

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is to be sent, then close the socket."""

        async def send_half(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message["body"]
                message = {**message, "body": body[: len(body) // 2], "more_body": True}
            await send(message)

        if self._when == "middle":
            await self._whole(scope, receive, send_half)
        transport = _transports.get(tuple(scope["client"] or ("", 0)))
        if transport is None:
            raise RuntimeError("only a server of droppable connections can drop one")
        if self._when == "middle":
            transport.close()
        else:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
