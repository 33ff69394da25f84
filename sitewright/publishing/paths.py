"""Where things lie below the site root, and the refusal of every path that would lie elsewhere.

```
<root>/<slug>/releases/<hash>/...      releases, never modified once made
<root>/<slug>/current                  -> releases/<hash>, switched by one rename
<root>/.staging/<unique>/...           what is not a release yet, on the same file system
```
"""

import re
from pathlib import Path, PurePosixPath

from sitewright.errors import UnsafePath

CURRENT = "current"
RELEASES = "releases"
STAGING = ".staging"

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 255


def is_slug(text: str) -> bool:
    """Tell whether `text` can be a site's name: 1 to 63 of a-z, 0-9 and inner hyphens (RFC 1123, a label)."""
    return _SLUG.fullmatch(text) is not None


def is_release_hash(text: str) -> bool:
    """Tell whether `text` is a release's name: 64 hexadecimal digits in lower case."""
    return _HASH.fullmatch(text) is not None


def is_plain_name(name: str) -> bool:
    """Tell whether `name` is one step down a directory tree and nothing else.

    Empty names, names that begin with a dot (`.`, `..` and hidden files), separators, control characters and
    names of more than 255 bytes are not.
    """
    return (
        bool(name)
        and not name.startswith(".")
        and not any(character in "/\\" or not character.isprintable() for character in name)
        and len(name.encode(errors="surrogatepass")) <= _LONGEST_NAME
    )


def site_directory(root: Path, slug: str) -> Path:
    """Return the directory of the site `slug` below `root`.

    Raises UnsafePath unless `slug` is a slug.
    """
    if not is_slug(slug):
        raise UnsafePath(f"{slug!r} is not a site's name: a-z, 0-9 and inner hyphens, at most 63 of them.")
    return inside(root, slug)


def release_directory(root: Path, slug: str, release_hash: str) -> Path:
    """Return the directory of one release of the site `slug`.

    Raises UnsafePath unless `slug` is a slug and `release_hash` 64 hexadecimal digits.
    """
    if not is_release_hash(release_hash):
        raise UnsafePath(f"{release_hash!r} is not a release's name: 64 hexadecimal digits.")
    return inside(site_directory(root, slug), f"{RELEASES}/{release_hash}")


def inside(base: Path, relative: str) -> Path:
    """Return `base`/`relative`, where `relative` is a POSIX path of plain names.

    The path is resolved and must lie below the resolved `base`, compared name by name: by characters,
    `/sites/project_241` begins with `/sites/project_24`. Symbolic links that lead out are refused too.

    Raises UnsafePath.
    """
    names = relative.split("/")
    if not all(is_plain_name(name) for name in names):
        raise UnsafePath(f"{relative!r} is not a relative path of plain names.")
    path = base.joinpath(*names)
    if not path.resolve().is_relative_to(base.resolve()):
        raise UnsafePath(f"{relative!r} leads out of {base} by a symbolic link.")
    return path


def check_release_paths(paths: list[str]) -> None:
    """Refuse file paths that cannot lie side by side in one release.

    Raises UnsafePath for a path that is not made of plain names, and for a file that would have to be a
    directory as well.
    """
    directories = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    for path in paths:
        if not all(is_plain_name(name) for name in path.split("/")):
            raise UnsafePath(f"{path!r} is not a relative path of plain names.")
        if path in directories:
            raise UnsafePath(f"{path!r} is a file and a directory at once.")
