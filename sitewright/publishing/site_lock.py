"""One change at a time to a site: switching what is live, and removing what is not.

A rollback holds no lease of its order, so between its look at a release and its switch the retention could
take that release away and leave `current` pointing at nothing. Whoever changes a site holds this lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOCK = ".lock"


@contextmanager
def locked_site(site: Path) -> Iterator[None]:
    """Hold the site whose directory is `site` for this block; waits for whoever has it. Raises OSError.

    The kernel drops a dead process's lock, whatever killed it.
    """
    # A file, and open for writing: network file systems lock nothing else. Its name is never served.
    lock = os.open(site / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
