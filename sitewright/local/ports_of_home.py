"""The ports of a home's servers: the same after a restart, for published pages hold their own address."""

import json
import tempfile
from pathlib import Path

from sitewright.local.file_lock import FileLock
from sitewright.local.free_port import free_port

_CLAIMS = Path(tempfile.gettempdir())
"""Where the stacks of all homes claim ports: one decides on a port long before its server listens there."""


class PortsOfHome:
    """The ports kept in `<home>/ports.json`; only whoever holds the stack's lock asks.

    A port that was given is claimed on this machine until `release`, or the end of the process.
    """

    def __init__(self, home: Path) -> None:
        self._file = home / "ports.json"
        self._claims: dict[int, FileLock] = {}

    def port(self, name: str, wanted: int = 0) -> int:
        """Return the port that `name` had before, else `wanted`; another where that one is taken."""
        known = self._read()
        port = free_port(known.get(name, wanted), self._claim)
        if known.get(name) != port:
            self._file.write_text(json.dumps({**known, name: port}, indent=2))
        return port

    def release(self) -> None:
        """Let go of all that was claimed."""
        for claim in self._claims.values():
            claim.release()
        self._claims.clear()

    def _claim(self, port: int) -> bool:
        if port in self._claims:
            return True
        claim = FileLock(_CLAIMS / f"sitewright-port-{port}.lock")
        try:
            claimed = claim.claim()
        except OSError:  # another account's file: whether it is claimed cannot be known, and it was free
            return True
        if claimed:
            self._claims[port] = claim
        return claimed

    def _read(self) -> dict[str, int]:
        try:
            read = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {name: port for name, port in read.items() if isinstance(port, int) and 0 < port < 65536}
