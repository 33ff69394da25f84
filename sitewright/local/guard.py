"""The stack's guard: a small process that outlives it and leaves nothing behind when it is killed.

It waits at a pipe that only the stack holds open. When that ends without the word that all was stopped in
order, the stack was killed: then every process with its mark is ended, and PostgreSQL is let go of. Until
that is done it keeps the stack's lock, so that no second stack starts among the remains of the first.

    python -m sitewright.local.guard    first line on standard input: {"mark": ..., "postgres": ... or null}
"""

import json
import signal
import sys
import time
from pathlib import Path

from sitewright.local.marked import end_marked, marked

ALL_STOPPED = "all stopped"
GRACE_SECONDS = 5.0
QUIET_SECONDS = 2.0
"""How long no marked process may be seen before none is thought to be left.

One that the stack was starting when it was killed shows the mark only once its `execve` is through.
"""
_LOOK_SECONDS = 0.1


def main() -> None:
    """Watch over the stack that started this process."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    told = json.loads(sys.stdin.readline())
    if sys.stdin.readline().strip() == ALL_STOPPED:
        return
    end_all(told["mark"])
    if told["postgres"]:
        from sitewright.local.postgres import EmbeddedPostgres  # noqa: PLC0415 - a large import, seldom needed

        EmbeddedPostgres(Path(told["postgres"])).stop()


def end_all(mark: str) -> None:
    """End every process with `mark`, also one that is only coming to be; blocks until all is quiet."""
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        if marked(mark):
            end_marked(mark, lambda: GRACE_SECONDS)
            quiet_since = time.monotonic()
        time.sleep(_LOOK_SECONDS)


if __name__ == "__main__":
    main()
