"""Reading one file of the live release of a site, and nothing else of the site root.

Each name of an address is opened below the directory before it, and no symbolic link is followed except
`current` itself, which is read once: what is found is of one release, whatever is switched meanwhile.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sitewright.publishing.paths import CURRENT, RELEASES, is_plain_name, is_release_hash, is_slug

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# Without O_NONBLOCK, opening a named pipe would wait for its writer for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK

_TRIES = 100

_CODED = {"br": ".br", "gzip": ".gz"}

INDEX = "index.html"
NOT_FOUND = "404.html"


@dataclass(frozen=True)
class LiveFile:
    """A file of the live release: its path below the release, its content, and that compressed.

    `coding` is the content coding of `coded`; both are empty where no accepted one lies beside the file.
    """

    path: str
    content: bytes
    coding: str = ""
    coded: bytes = b""


@dataclass(frozen=True)
class LiveDirectory:
    """A directory of the live release that has an index page but was asked for as a file."""


def read_live(
    root: Path, slug: str, names: Sequence[str], *, codings: Sequence[str] = ()
) -> LiveFile | LiveDirectory | None:
    """Return what the live release of `slug` has at `names`; an empty last name asks for a directory's index.

    The first of `codings` (`br`, `gzip`) that lies beside the file comes with it, of the same release.

    None stands for everything that is not to be had: no such site, no such file, names that are not plain,
    links, pipes and files that may not be read.
    """
    *above, last = names or [""]
    if not is_slug(slug) or not all(is_plain_name(name) for name in (*above, last or INDEX)):
        return None
    for _ in range(_TRIES):
        release = _current(root, slug)
        if release is None:
            return None
        found = _read(root, [slug, RELEASES, release, *above], last, codings)
        # An old release may be pruned between reading `current` and opening it: then there is a newer one.
        if found is not None or _current(root, slug) == release:
            return found
    return None


def live_sites(root: Path) -> list[str]:
    """Return the slugs of all sites that have a live release, sorted."""
    if not root.is_dir():
        return []
    return sorted(path.name for path in root.iterdir() if is_slug(path.name) and _current(root, path.name))


def _current(root: Path, slug: str) -> str | None:
    try:
        directory, _, name = os.readlink(root / slug / CURRENT).partition("/")  # noqa: PTH115
    except OSError:
        return None
    return name if directory == RELEASES and is_release_hash(name) else None


def _read(
    root: Path, directories: Sequence[str], last: str, codings: Sequence[str]
) -> LiveFile | LiveDirectory | None:
    below_release = directories[3:]
    with ExitStack() as opened:
        try:
            here = _open(opened, str(root), os.O_RDONLY | os.O_DIRECTORY, None)
            for name in directories:
                here = _open(opened, name, _DIRECTORY, here)
            content = _content(opened, last or INDEX, here)
            if content is not None:
                coding, coded = _coded(opened, last or INDEX, here, codings)
                return LiveFile("/".join((*below_release, last or INDEX)), content, coding, coded)
            inner = _open(opened, last, _DIRECTORY, here)
            return LiveDirectory() if _content(opened, INDEX, inner) is not None else None
        except OSError:
            return None


def _coded(opened: ExitStack, name: str, directory: int, codings: Sequence[str]) -> tuple[str, bytes]:
    for coding in codings:
        with suppress(OSError):
            content = _content(opened, name + _CODED[coding], directory)
            if content is not None:
                return coding, content
    return "", b""


def _open(opened: ExitStack, name: str, flags: int, directory: int | None) -> int:
    descriptor = os.open(name, flags, dir_fd=directory)
    opened.callback(os.close, descriptor)
    return descriptor


def _content(opened: ExitStack, name: str, directory: int) -> bytes | None:
    """Return the bytes of a regular file, None for anything else; raises OSError where there is nothing."""
    descriptor = _open(opened, name, _FILE, directory)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read()
