"""Faults on request: how tests make the copywriter fail the way providers fail, over real HTTP."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_FAULTS = 100


class FaultMatch(BaseModel):
    """Which requests a fault is for: by schema name, order data's reference, body's hash; empty for all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = None
    reference: str | None = None
    sha256: str | None = None

    def holds(self, name: str, reference: str, sha256: str) -> bool:
        """Return whether a request of this schema name, reference and hash is meant."""
        asked = (self.name, name), (self.reference, reference), (self.sha256, sha256)
        return all(wanted in (None, found) for wanted, found in asked)


class Fault(BaseModel):
    """One fault and how often it strikes (`times`; None: until it is taken back).

    `delay_seconds` comes before anything else. `drop` closes the socket: `before` sends no byte, `middle`
    half of the body. `status` answers a provider-style error, or `body` where that is given; `body` alone is
    answered with status 200. The others spoil an answer that would have been good, which is counted as usage.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: FaultMatch = FaultMatch()
    times: Annotated[int | None, Field(ge=1)] = 1
    status: Annotated[int | None, Field(ge=200, le=599)] = None
    retry_after: Annotated[str | None, Field(max_length=100)] = None
    delay_seconds: Annotated[float, Field(ge=0, le=3600)] = 0
    truncate: bool = False
    invalid_json: bool = False
    empty: bool = False
    refuse: bool = False
    drop: Literal["before", "middle"] | None = None
    body: dict[str, Any] | None = None


NO_FAULT = Fault()


class Faults:
    """The faults that wait to strike, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` strike after those that were asked for before it.

        Raises ValueError when too many wait already.
        """
        if len(self._waiting) >= MOST_FAULTS:
            raise ValueError(f"at most {MOST_FAULTS} faults can wait")
        self._waiting.append((fault, fault.times))

    def clear(self) -> None:
        """Take all faults back."""
        self._waiting.clear()

    def strike(self, name: str, reference: str, sha256: str) -> Fault:
        """Return the fault for this request and count it as struck; NO_FAULT when none is meant."""
        for index, (fault, left) in enumerate(self._waiting):
            if fault.match.holds(name, reference, sha256):
                if left is not None and left <= 1:
                    del self._waiting[index]
                elif left is not None:
                    self._waiting[index] = (fault, left - 1)
                return fault
        return NO_FAULT
