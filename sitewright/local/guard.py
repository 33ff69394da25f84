"""The stack's guard: a small process that outlives it and leaves nothing behind when it is killed.

It waits at a pipe that only the stack holds open. When that ends without the word that all was stopped in
order, the stack was killed: then every process with its mark is ended, and PostgreSQL is let go of. Until
that is done it keeps the stack's lock, so that no second stack starts among the remains of the first.

    python -m sitewright.local.guard    first line on standard input: {"mark": ..., "postgres": ... or null}
"""

import json
import signal
import sys
from pathlib import Path

from sitewright.local.marked import end_marked

ALL_STOPPED = "all stopped"
GRACE_SECONDS = 5.0


def main() -> None:
    """Watch over the stack that started this process."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    told = json.loads(sys.stdin.readline())
    if sys.stdin.readline().strip() == ALL_STOPPED:
        return
    end_marked(told["mark"], lambda: GRACE_SECONDS)
    if told["postgres"]:
        from sitewright.local.postgres import EmbeddedPostgres  # noqa: PLC0415 - a large import, seldom needed

        EmbeddedPostgres(Path(told["postgres"])).stop()


if __name__ == "__main__":
    main()
