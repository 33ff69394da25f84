"""Shared files of a site, named by their content, so that a browser may keep them for ever."""

import hashlib
from pathlib import PurePosixPath

FOLDER = "assets"


def hashed_path(name: str, content: bytes) -> str:
    """Return where the shared file `name` (`display.woff2`) lies: `assets/display.9f86d081884c.woff2`."""
    file = PurePosixPath(name)
    return f"{FOLDER}/{file.stem}.{hashlib.sha256(content).hexdigest()[:12]}{file.suffix}"
