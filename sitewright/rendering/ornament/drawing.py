"""What an ornament is made of: a panel to fill, a pen that writes path data, and the finished drawing."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from sitewright.orders.models.brief import Tone
from sitewright.orders.models.business import Niche

_T = TypeVar("_T")

TILE = 8
"""Width and height, in drawing units, of one of the columns and rows that a panel is measured in."""


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """One path: a palette class (`t1` … `t5`), SVG path data, and its line's width in drawing units.

    A width of 0 means that the path is filled. `ground` holds for what the other shapes lie on.
    """

    colour: str
    data: str
    stroke: float = 0
    ground: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing in units of its own; paths in painting order.

    The colours come from the palette through the paths' classes, so one drawing serves every scheme. `align`
    says which part stays when the drawing is cut to another shape, as SVG's `preserveAspectRatio` has it.
    """

    width: int
    height: int
    paths: tuple[DrawnPath, ...]
    align: str = "xMidYMid"

    @property
    def view_box(self) -> str:
        """The drawing's extent, as SVG's `viewBox`."""
        return f"0 0 {self.width} {self.height}"


class Dice:
    """Numbers that depend on a seed alone, without end."""

    def __init__(self, seed: str) -> None:
        self._bytes = _bytes(seed)

    def byte(self) -> int:
        """Return a number from 0 to 255."""
        return next(self._bytes)

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`."""
        return low + (high - low) * self.byte() / 255

    def pick(self, choices: Sequence[_T]) -> _T:
        """Return one of `choices`."""
        return choices[self.byte() % len(choices)]


def _bytes(seed: str) -> Iterator[int]:
    block = seed.encode()
    while True:
        block = hashlib.sha256(block).digest()
        yield from block


@dataclass(frozen=True, slots=True)
class Panel:
    """What is to be filled: columns and rows of `TILE` units, for whom, and the seed of the rest."""

    seed: str
    columns: int
    rows: int
    tone: Tone
    niche: Niche

    @property
    def width(self) -> int:
        """The width in drawing units."""
        return self.columns * TILE

    @property
    def height(self) -> int:
        """The height in drawing units."""
        return self.rows * TILE

    @property
    def side(self) -> int:
        """The shorter of width and height, which a motif's size goes by."""
        return min(self.width, self.height)

    @property
    def small(self) -> bool:
        """Whether there is room for one motif only."""
        return self.columns * self.rows <= 2

    def dice(self) -> Dice:
        """Return the panel's dice, as new."""
        return Dice(self.seed)

    def ground(self, colour: str) -> DrawnPath:
        """Return a ground that covers the whole panel."""
        return DrawnPath(colour, f"M0 0h{self.width}v{self.height}h-{self.width}z", ground=True)

    def drawing(self, *paths: DrawnPath, align: str = "xMidYMid") -> Drawing:
        """Return the drawing of `paths` in this panel; a path without data is left out."""
        return Drawing(self.width, self.height, tuple(path for path in paths if path.data), align)


class Pen:
    """Writes path data: takes absolute points, writes relative commands with at most one decimal.

    Each step is measured from where the rounded ones before have led, so that errors do not add up.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._last = ""
        self._x = self._y = self._start_x = self._start_y = 0.0

    @property
    def data(self) -> str:
        """What was written."""
        return "".join(self._parts)

    def move(self, x: float, y: float) -> Self:
        """Begin a new outline at a point."""
        self._write("m" if self._parts else "M", (x, y))
        self._start_x, self._start_y = self._x, self._y
        return self

    def line(self, *points: tuple[float, float]) -> Self:
        """Draw straight lines to `points`, one after the other."""
        for x, y in points:
            self._write("l", (x, y))
        return self

    def quad(self, cx: float, cy: float, x: float, y: float) -> Self:
        """Draw a quadratic curve to (x, y) with the control point (cx, cy)."""
        self._write("q", (cx, cy), (x, y))
        return self

    def smooth(self, x: float, y: float) -> Self:
        """Draw a quadratic curve that goes on where the one before was heading."""
        self._write("t", (x, y))
        return self

    def swing(self, x: float, y: float) -> Self:
        """Draw an S from crest to trough, level at both ends."""
        half = (x - self._x) / 2
        if self._last in ("c", "s"):
            self._write("s", (x - half, y), (x, y))
        else:
            self._write("c", (self._x + half, self._y), (x - half, y), (x, y))
        return self

    def half_ellipse(
        self, x: float, y: float, shape: float = 1, turn: float = 0, *, sweep: bool = True
    ) -> Self:
        """Draw half the edge of an ellipse, whose one axis ends here and in (x, y).

        `shape` is the other axis as a share of that one, `turn` the first axis' direction in degrees. The
        radii that are written are too small, and so are scaled up to just fit (SVG 2, appendix B.2.5): no
        rounding can leave a corner where two halves meet.
        """
        long = 0.1 if shape == 1 else math.hypot(x - self._x, y - self._y) * 0.48
        radii = f"{number(long)} {number(long * shape)}"
        self._write("a", (x, y), before=f"{radii} {number(turn)} 0 {int(sweep)}")
        return self

    def ellipse(self, x: float, y: float, rx: float, ry: float, turn: float = 0) -> Self:
        """Draw a whole ellipse around (x, y)."""
        dx, dy = rx * math.cos(math.radians(turn)), rx * math.sin(math.radians(turn))
        self.move(x - dx, y - dy)
        to_x, to_y, shape = self._start_x + round(2 * dx, 1), self._start_y + round(2 * dy, 1), ry / rx
        self.half_ellipse(to_x, to_y, shape, turn)
        return self.half_ellipse(self._start_x, self._start_y, shape, turn).close()

    def circle(self, x: float, y: float, radius: float) -> Self:
        """Draw a whole circle around (x, y)."""
        return self.ellipse(x, y, radius, radius)

    def close(self) -> Self:
        """Close the outline."""
        self._parts.append("z")
        self._last = "z"
        self._x, self._y = self._start_x, self._start_y
        return self

    def _write(self, command: str, *points: tuple[float, float], before: str = "") -> None:
        origin = (0.0, 0.0) if command == "M" else (self._x, self._y)
        steps = [round(part, 1) for x, y in points for part in (x - origin[0], y - origin[1])]
        self._x, self._y = round(origin[0] + steps[-2], 1), round(origin[1] + steps[-1], 1)
        written = joined([number(step) for step in steps])
        written = before + (" " if before and not written.startswith("-") else "") + written
        if command == "l" and 0 in steps:
            command, written = ("h", number(steps[0])) if steps[1] == 0 else ("v", number(steps[1]))
        if command != self._last or command in "Mm":
            self._parts.append(command + written)
        else:
            self._parts.append(written if written.startswith("-") else f" {written}")
        self._last = command


def number(value: float) -> str:
    """Return `value` as SVG writes it shortest, with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return "0" if text == "-0" else text


def joined(numbers: Sequence[str]) -> str:
    """Return `numbers` with only the spaces that keep them apart."""
    text = ""
    for each in numbers:
        text += each if not text or each.startswith("-") else f" {each}"
    return text
