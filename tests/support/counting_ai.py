"""A server that counts: how many requests it had at once, and when each of them came."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as HttpRoute

from tests.support.serving import served


@dataclass
class CountingAi:
    """What the server at `url` saw; it answers each request after `seconds`."""

    seconds: float
    url: str = ""
    arrivals: list[float] = field(default_factory=list)
    most_at_once: int = 0
    _in_flight: int = 0

    async def respond(self, request: Request) -> Response:
        del request
        self.arrivals.append(time.monotonic())
        self._in_flight += 1
        self.most_at_once = max(self.most_at_once, self._in_flight)
        await asyncio.sleep(self.seconds)
        self._in_flight -= 1
        return PlainTextResponse("")

    def most_within(self, window: float) -> int:
        """Return how many requests came, at most, within any `window` seconds."""
        return max(
            sum(began <= arrival < began + window for arrival in self.arrivals) for began in self.arrivals
        )


@contextmanager
def counting_ai(seconds: float) -> Iterator[CountingAi]:
    """Serve one on a port of its own."""
    ai = CountingAi(seconds)
    app = Starlette(routes=[HttpRoute("/", ai.respond)])
    config = uvicorn.Config(app, lifespan="off", ws="none", log_level="error", access_log=False)
    with served(config) as ai.url:
        yield ai
