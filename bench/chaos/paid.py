"""What the AI server answered, against what the ledger holds of it: was anything paid for without need?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from bench.chaos.decisions import Kind
from bench.chaos.killer import Kill
from tests.support.stack import RunningStack

RECORD_SECONDS = 2.0
"""An answer that came so long before a kill may not have been recorded yet."""
OUTAGE_SECONDS = 60.0
"""So long after PostgreSQL was killed an answer may have had no place to be recorded."""

PROBE = "probe"
"""The name of the question that only asks whether a route answers; it belongs to no order."""


@dataclass(frozen=True)
class Answer:
    """An answer with status 200 as the AI server counted it: `question` is its request's hash.

    `at` is when it was sent (Unix time), `request_id` what the ledger would know it by.
    """

    request_id: str
    question: str
    name: str
    at: float


class AnswersSent:
    """Every answer that the AI server of `stack` has sent, as long as `look` is called now and then.

    The server remembers its newest 2000 requests.
    """

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._answers: dict[str, Answer] = {}

    def look(self) -> None:
        """Keep what was sent since the last look."""
        try:
            seen = self._stack.requests()["log"]
        except httpx.HTTPError:  # it is being stopped
            return
        for request in seen:
            if request["status"] == "200" and request["name"] != PROBE:
                name = request["request_id"]
                self._answers[name] = Answer(name, request["sha256"], request["name"], request["at"])

    def all(self) -> list[Answer]:
        """Return the answers in the order in which they were sent."""
        return sorted(self._answers.values(), key=lambda answer: answer.at)

    def question(self, request_id: str) -> str | None:
        """Return the hash of the question that an answer was sent to; None for an unknown one."""
        answer = self._answers.get(request_id)
        return answer.question if answer else None


@dataclass(frozen=True)
class Unrecorded:
    """An answer that the ledger does not hold, and the kill that explains it; None if none does.

    `order_id` is the order whose question it was; None if that was never asked again.
    """

    answer: Answer
    order_id: int | None
    kill: Kill | None


def unrecorded(
    served: Sequence[Answer], recorded: Mapping[str, int], kills: Sequence[Kill], answer_seconds: float
) -> list[Unrecorded]:
    """Return the answers that were `served` and not `recorded` (request id to order).

    A kill explains an answer when it took the order's run while the question was out, or before the answer
    could be recorded, or when it took PostgreSQL, where it would have been recorded.
    """
    asked_by = {
        answer.question: recorded[answer.request_id] for answer in served if answer.request_id in recorded
    }
    left = []
    for answer in served:
        if answer.request_id not in recorded:
            order_id = asked_by.get(answer.question)
            left.append(Unrecorded(answer, order_id, _explained(answer, order_id, kills, answer_seconds)))
    return left


def _explained(
    answer: Answer, order_id: int | None, kills: Iterable[Kill], answer_seconds: float
) -> Kill | None:
    for kill in kills:
        since = answer.at - kill.at
        hit = any(order_id in {None, each} for each, _ in kill.orders)
        if hit and -RECORD_SECONDS <= since <= answer_seconds + RECORD_SECONDS:
            return kill
        if kill.kind is Kind.POSTGRES and -RECORD_SECONDS <= since <= OUTAGE_SECONDS:
            return kill
    return None
