"""The monogram: a business's initials on a shape, which stands for the logo it did not give."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

MonogramShape = Literal["tile", "circle", "shield", "square", "arch", "plain"]

SIDE = 64
"""Width and height of a monogram in units of its own."""

_SHAPES: Mapping[MonogramShape, str] = MappingProxyType(
    {
        "tile": "M2 2h34a26 26 0 0 1 26 26v34H2z",
        "circle": "M2 32a30 30 0 0 1 60 0 30 30 0 0 1-60 0z",
        "shield": "M32 2c9 4.5 18 6 27 6v22c0 15-9 26-27 32C14 56 5 45 5 30V8c9 0 18-1.5 27-6z",
        "square": "M2 2h60v60H2z",
        "arch": "M6 62V28a26 26 0 0 1 52 0v34z",
        "plain": "",
    }
)
_ROOMS: Mapping[MonogramShape, int] = MappingProxyType(
    {"tile": 46, "circle": 42, "shield": 38, "square": 46, "arch": 38, "plain": 58}
)
_MIDDLES: Mapping[MonogramShape, int] = MappingProxyType({"shield": 31, "arch": 35})


@dataclass(frozen=True, slots=True)
class Monogram:
    """Initials on a shape, in a square of `SIDE` units; `shape` is path data, empty for letters alone.

    `middle` is how far down the letters' middle is, `room` how wide they may be, `size` their font's size.
    """

    letters: str
    kind: MonogramShape
    shape: str
    middle: int
    room: int
    size: int

    @property
    def baseline(self) -> int:
        """How far down the letters stand: capitals are about seven tenths of their size high."""
        return self.middle + round(self.size * 0.35)


def make_monogram(initials: str, kind: MonogramShape, *, ems: float = 1.4) -> Monogram:
    """Return the monogram of `initials`, `ems` times as wide as their font's size, on a theme's shape."""
    room = _ROOMS[kind]
    size = min(round(room / max(ems, 0.1)), 50 if kind == "plain" else 36)
    return Monogram(initials, kind, _SHAPES[kind], _MIDDLES.get(kind, 32), room, size)
