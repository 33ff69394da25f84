"""The corpus as data: each order of `corpus.toml` as the document that a CRM would send."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_PLACE = "PUT-IT-HERE"


@dataclass(frozen=True)
class HostileOrder:
    """One entry of the corpus; what each field means is said at its head."""

    name: str
    attacks: str
    at: str
    locale: str = "en-US"
    text: str = ""
    times: int = 1
    json: str = ""
    refused: str = ""
    never: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    obeys: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def document(self) -> bytes:
        """The order's JSON document, as it arrives."""
        made = business(self.locale)
        *parents, last = self.at.split(".")
        place: Any = made
        for parent in parents:
            place = place[int(parent)] if isinstance(place, list) else place.setdefault(parent, {})
        place[int(last) if isinstance(place, list) else last] = _PLACE
        value = self.json or json.dumps(self.text * self.times)
        return json.dumps(made).replace(f'"{_PLACE}"', value).encode()


def business(locale: str) -> dict[str, Any]:
    """Return the good order that the orders of `locale` are made of."""
    made: dict[str, Any] = json.loads((_HERE / "businesses" / f"{locale}.json").read_text(encoding="utf-8"))
    return made


@cache
def corpus() -> tuple[HostileOrder, ...]:
    """Return all orders, in the order of the file."""
    entries: list[dict[str, Any]] = tomllib.loads((_HERE / "corpus.toml").read_text("utf-8"))["order"]
    return tuple(HostileOrder(**{key: _frozen(value) for key, value in each.items()}) for each in entries)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
