"""Some published orders are built again with other words: their readers live through a real switch.

The words are the first answer's own, less the full stops at the ends: other bytes, and no new fact.
"""

import asyncio
import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench.chaos.paid import AnswersSent
from bench.chaos.watching import Standing, Watch
from sitewright.database import Database
from sitewright.errors import SitewrightError
from sitewright.orders.loading import reopen_from
from sitewright.ports import start_build
from tests.support.breakpoints import plain_url
from tests.support.stack import RunningStack

STEP = "page:home"
LOOK_SECONDS = 1.0
ASK_AGAIN_SECONDS = 60.0
"""A run that has not taken its order by then is asked for again, as a customer's program would."""


@dataclass
class _Reopened:
    token: int
    asked_at: float | None = None


@dataclass
class SecondBuilds:
    """Reopens one published order in `every` (0: none), once each, in a thread."""

    stack: RunningStack
    watch: Watch
    sent: AnswersSent
    every: int
    answer_seconds: float
    reopened: dict[int, _Reopened] = field(default_factory=dict)
    error: BaseException | None = None
    _words: dict[str, dict[str, Any]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Let every answer take its time, and begin."""
        os.environ.update(self.stack.addresses.environment())
        self._tell_copywriter()
        self._thread = threading.Thread(target=self._run, name="second builds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the order under way."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    def idle(self) -> bool:
        """Return whether every order that is to be built again was taken by a run for it."""
        return not self._due() and not self._not_taken()

    def builds(self) -> dict[int, int]:
        """Return how often each order that was reopened was built on purpose."""
        return dict.fromkeys(self.reopened, 2)

    def _run(self) -> None:
        try:
            while not self._stop.wait(LOOK_SECONDS):
                for order in self._due():
                    self._attempt(self._reopen, order)
                for order in self._not_taken():
                    asked_at = self.reopened[order.id].asked_at
                    if asked_at is None or time.monotonic() - asked_at > ASK_AGAIN_SECONDS:
                        self._attempt(self._ask_for_run, order)
        except BaseException as error:
            self.error = error

    def _attempt(self, what: Any, order: Standing) -> None:
        try:
            what(order)
        except (SitewrightError, psycopg.Error):
            return  # a server was killed, or its run is just ending: at the next look

    def _due(self) -> list[Standing]:
        if not self.every:
            return []
        chosen = self.watch.orders[:: self.every]
        return [order for order in chosen if order.done and order.id not in self.reopened]

    def _not_taken(self) -> list[Standing]:
        standing = {order.id: order for order in self.watch.orders}
        return [
            standing[order_id]
            for order_id, reopened in self.reopened.items()
            if order_id in standing and standing[order_id].token == reopened.token
        ]

    def _reopen(self, order: Standing) -> None:
        question, body = self._other_words(order)
        if question:
            self._words[question] = body
            self._tell_copywriter()
        asyncio.run(_reopen(self.stack.database_url, order.id))
        self.reopened[order.id] = _Reopened(order.token)

    def _ask_for_run(self, order: Standing) -> None:
        start_build(order.id)
        self.reopened[order.id].asked_at = time.monotonic()

    def _other_words(self, order: Standing) -> tuple[str | None, dict[str, Any]]:
        """Return the hash of the order's question, and the answer, as the protocol has it, to give next."""
        with psycopg.connect(plain_url(self.stack.database_url)) as connection:
            row = connection.execute(
                "SELECT request_id, answer FROM ai_calls"
                " WHERE order_id = %s AND step = %s AND outcome = 'answered'",
                [order.id, STEP],
            ).fetchone()
        request_id, answer = row or ("", "{}")
        content = json.dumps(_without_full_stops(json.loads(answer)), ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}
        self.sent.look()
        return self.sent.question(request_id), body

    def _tell_copywriter(self) -> None:
        self.stack.no_faults()
        for question, body in self._words.items():
            self.stack.fault(
                None, match={"sha256": question}, body=body, delay_seconds=self.answer_seconds, times=None
            )
        self.stack.fault(None, delay_seconds=self.answer_seconds, times=None)


async def _reopen(database_url: str, order_id: int) -> None:
    database = Database(database_url)
    try:
        await reopen_from(database, order_id, None, STEP)
    finally:
        await database.close()


def _without_full_stops(words: Any) -> Any:
    if isinstance(words, dict):
        return {name: _without_full_stops(value) for name, value in words.items()}
    if isinstance(words, list):
        return [_without_full_stops(value) for value in words]
    return words.removesuffix(".") if isinstance(words, str) else words
