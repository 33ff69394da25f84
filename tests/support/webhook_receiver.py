"""A real HTTP receiver that checks each signature with the reference library, and answers as it is told."""

import asyncio
import base64
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.serving import served


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass(frozen=True)
class Received:
    """One request whose signature was good."""

    headers: Mapping[str, str]
    body: bytes
    document: Any

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def alarms(self, part: str) -> list[str]:
        """The causes of what was `raised` or is `over`."""
        return [alarm["cause"] for alarm in self.document["data"][part]]


@dataclass
class WebhookReceiver:
    """The receiver: `taken` are answered with 204, all others with `status`."""

    url: str = ""
    secret: str = field(default_factory=new_secret)
    requests: list[Received] = field(default_factory=list)
    status: int = 204
    silent_seconds: float = 0.0

    async def respond(self, request: Request) -> Response:
        body, headers = await request.body(), dict(request.headers)
        document = Webhook(self.secret).verify(body, headers)  # raises: the sender sees 500
        self.requests.append(Received(headers, body, document))
        await asyncio.sleep(self.silent_seconds)
        elsewhere = {"location": "/elsewhere"} if 300 <= self.status < 400 else None
        return Response(status_code=self.status, headers=elsewhere)


@contextmanager
def webhook_receiver() -> Iterator[WebhookReceiver]:
    """Serve on a free port of the loopback until the block ends."""
    receiver = WebhookReceiver()
    routes = [Route("/alarms", receiver.respond, methods=["POST"])]
    config = uvicorn.Config(
        Starlette(routes=routes), lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=0
    )
    with served(config) as address:
        receiver.url = f"{address}/alarms"
        yield receiver
