"""A question to the AI: the words it is asked in, the schema of its answer, and how that answer is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from sitewright.orders.models.base import fingerprint

_QUOTED_AT_MOST = 12_000

T = TypeVar("T")


class Reading(NamedTuple, Generic[T]):
    """What an answer says: the value, less what was found in it that the brief does not hold.

    `replaced` are the places of the answer of which nothing was left: plain words of ours stand there.
    """

    value: T
    findings: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question(Generic[T]):
    """Something to ask the AI, and how to read its answer.

    `read` raises ValueError with a sentence when the text is not such an answer; `again` words the second
    asking from that sentence.
    """

    order_id: int
    step: str
    name: str
    schema: dict[str, Any]
    system: str
    user: str
    again: Callable[[str], str]
    read: Callable[[str], Reading[T]]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The conversation as it begins."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]

    def messages_again(self, answer: str, problem: str) -> list[dict[str, str]]:
        """The conversation after an answer that cannot be used."""
        said = {"role": "assistant", "content": answer.strip()[:_QUOTED_AT_MOST] or "{}"}
        return [*self.messages, said, {"role": "user", "content": self.again(problem)}]

    @property
    def hash(self) -> str:
        """SHA-256 over messages and schema; the same whichever route is asked."""
        return fingerprint(self.messages, self.schema)

    @property
    def hash_again(self) -> str:
        """The hash that the second asking is kept under, whatever the first answer was."""
        return fingerprint(self.messages, self.schema, "asked again")
