"""The ports of a home's servers: the same after a restart, for published pages hold their own address."""

import json
from pathlib import Path

from sitewright.local.free_port import free_port


class PortsOfHome:
    """The ports kept in `<home>/ports.json`; only whoever holds the stack's lock asks."""

    def __init__(self, home: Path) -> None:
        self._file = home / "ports.json"

    def port(self, name: str, wanted: int = 0) -> int:
        """Return the port that `name` had before, else `wanted`; another where that one is taken."""
        known = self._read()
        port = free_port(known.get(name, wanted))
        if known.get(name) != port:
            self._file.write_text(json.dumps({**known, name: port}, indent=2))
        return port

    def _read(self) -> dict[str, int]:
        try:
            read = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {name: port for name, port in read.items() if isinstance(port, int) and 0 < port < 65536}
