"""A process of its own for each picture that comes in, so that no hostile file can hold up or end ours."""

import hashlib
import json
import subprocess
import sys
from typing import NamedTuple

from sitewright.orders.models.picture import LONGEST_SIDE, StoredPicture
from sitewright.orders.picture_files import REFUSED

MEMORY = 2 * 1024**3
"""Bytes that decoding may take: a picture of 60 megapixels is in memory up to five times."""

CPU_SECONDS = 20
WALL_SECONDS = 60


class CleanPicture(NamedTuple):
    """A picture that may be stored: what the brief says of it, its type and its bytes.

    `given` is the SHA-256 of the file that it was made of.
    """

    stored: StoredPicture
    media_type: str
    content: bytes
    given: str


def clean_apart(content: bytes, *, cpu_seconds: int = CPU_SECONDS) -> CleanPicture:
    """Check the picture in `content` and return it upright, in sRGB and without metadata. Blocks.

    Raises ValueError with a sentence when it cannot be taken, also when its decoder needs more than 2 GiB
    of memory or `cpu_seconds`, or dies.
    """
    limits = (str(LONGEST_SIDE), str(MEMORY), str(cpu_seconds))
    command = [sys.executable, "-P", "-m", "sitewright.orders.picture_files", *limits]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=WALL_SECONDS, check=False)
    except subprocess.TimeoutExpired as cause:
        raise ValueError("it takes too long to read") from cause
    if done.returncode == REFUSED:
        raise ValueError(done.stdout.decode(errors="replace"))
    if done.returncode != 0:
        raise ValueError("it cannot be read: it takes too much memory or time, or is damaged")
    head, _, bytes_of_it = done.stdout.partition(b"\n")
    facts = json.loads(head)
    digest = hashlib.sha256(bytes_of_it).hexdigest()
    return CleanPicture(
        stored=StoredPicture(sha256=digest, width=facts["width"], height=facts["height"]),
        media_type=facts["media_type"],
        content=bytes_of_it,
        given=hashlib.sha256(content).hexdigest(),
    )
