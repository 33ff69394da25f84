"""Which code is running: the installed version, and a hash of the source that is really loaded.

A container that runs old code shows it: the hash is of the files on disk where this process imports from.
"""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import sitewright


@cache
def code_version() -> str:
    """Return like `0.1.0+3fa2b1c09d4e`: the version, and 12 hex digits over all Python files."""
    root = Path(sitewright.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{version('sitewright')}+{digest.hexdigest()[:12]}"
