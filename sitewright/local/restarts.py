"""How soon a process that ended unasked is started again, and when it has ended too often for that."""

import signal

LIMIT = 5
WITHIN_SECONDS = 60.0
_PAUSES = (0.0, 0.5, 1.0, 2.0)
"""Before the first restart within a minute, the second, and so on; the last is for all that follow."""

_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}


class Restarts:
    """The ends of one process.

    It has ended too often when more than five times in a row it did so within a minute of its start: counted
    like this, one that takes ten seconds to fail is found out too. Only what it did itself counts, that is an
    exit or a crash. Killing a process from outside, however often, is no sign that it cannot run; nor is an
    end while what it stands on was away.
    """

    def __init__(self) -> None:
        self._ends: list[float] = []
        self._own = 0

    def ended(self, began: float, ended: float, status: int, *, excused: bool) -> float | None:
        """Return after how many seconds it is to be started again; None when it has ended too often.

        `status` is its exit status, negative for a signal.
        """
        self._ends = [each for each in self._ends if ended - each < WITHIN_SECONDS] + [ended]
        if ended - began > WITHIN_SECONDS:
            self._own = 0
        if status not in _OUTSIDE and not excused:
            self._own += 1
        if self._own > LIMIT:
            return None
        return _PAUSES[min(len(self._ends), len(_PAUSES)) - 1]
