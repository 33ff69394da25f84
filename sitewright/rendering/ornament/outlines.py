"""SVG path data taken apart into polygons, for drawing without a browser."""

import math
import re
from collections.abc import Iterator

_COMMAND = re.compile(r"([MmHhVvLlCcSsQqTtAaZz])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_STEPS = 12
"""Straight pieces that a curve becomes, and a quarter of a turn of an arc."""

Point = tuple[float, float]


def outlines(data: str) -> list[list[Point]]:
    """Return the polygons of path data; one that was closed ends where it begins.

    All commands of SVG 2, section 9.3 are known; the flags of an arc must be set apart by spaces.
    """
    tracer = _Tracer()
    for command, arguments in _COMMAND.findall(data):
        tracer.run(command, arguments)
    return [outline for outline in tracer.outlines if len(outline) > 1]


class _Tracer:
    def __init__(self) -> None:
        self.outlines: list[list[Point]] = []
        self._at: Point = (0.0, 0.0)
        self._control: Point | None = None
        self._cubic = False

    def run(self, command: str, arguments: str) -> None:
        kind = command.upper()
        if kind == "Z":
            self.outlines[-1].append(self.outlines[-1][0])
            self._at, self._control = self.outlines[-1][0], None
            return
        numbers = [float(each) for each in _NUMBER.findall(arguments)]
        count = _COUNTS[kind]
        for start in range(0, len(numbers), count):
            origin = self._at if command.islower() else (0.0, 0.0)
            self._draw("L" if kind == "M" and start else kind, numbers[start : start + count], origin)

    def _draw(self, kind: str, numbers: list[float], origin: Point) -> None:
        if kind == "H":
            self._line((numbers[0] + origin[0], self._at[1]))
        elif kind == "V":
            self._line((self._at[0], numbers[0] + origin[1]))
        elif kind == "A":
            end = (numbers[5] + origin[0], numbers[6] + origin[1])
            self._trace(_arc(self._at, end, numbers), None, end)
        else:
            points = [
                (x + origin[0], y + origin[1]) for x, y in zip(numbers[::2], numbers[1::2], strict=True)
            ]
            self._through(kind, points)

    def _line(self, end: Point) -> None:
        self._trace(iter((end,)), None, end)

    def _through(self, kind: str, points: list[Point]) -> None:
        match kind:
            case "M":
                self.outlines.append([points[0]])
                self._at, self._control = points[0], None
            case "L":
                self._line(points[0])
            case "C" | "S":
                first = [self._mirrored(cubic=True)] if kind == "S" else []
                self._curve([self._at, *first, *points], cubic=True)
            case _:
                first = [self._mirrored(cubic=False)] if kind == "T" else []
                self._curve([self._at, *first, *points], cubic=False)

    def _mirrored(self, *, cubic: bool) -> Point:
        if self._control is None or self._cubic is not cubic:
            return self._at
        return 2 * self._at[0] - self._control[0], 2 * self._at[1] - self._control[1]

    def _curve(self, points: list[Point], *, cubic: bool) -> None:
        self._trace(_bezier(points), points[-2], points[-1])
        self._cubic = cubic

    def _trace(self, points: Iterator[Point], control: Point | None, end: Point) -> None:
        if not self.outlines or (self.outlines[-1][-1] != self._at):
            self.outlines.append([self._at])
        self.outlines[-1].extend(points)
        self.outlines[-1][-1] = end
        self._at, self._control = end, control


def _bezier(points: list[Point]) -> Iterator[Point]:
    degree = len(points) - 1
    for step in range(1, _STEPS + 1):
        share = step / _STEPS
        weights = [
            math.comb(degree, place) * share**place * (1 - share) ** (degree - place)
            for place in range(degree + 1)
        ]
        yield (
            sum(weight * x for weight, (x, _) in zip(weights, points, strict=True)),
            sum(weight * y for weight, (_, y) in zip(weights, points, strict=True)),
        )


def _arc(start: Point, end: Point, numbers: list[float]) -> Iterator[Point]:
    """Yield points on an elliptical arc (SVG 2, appendix B.2.4 and B.2.5)."""
    rx, ry, turn, large, sweep = abs(numbers[0]), abs(numbers[1]), math.radians(numbers[2]), *numbers[3:5]
    cos, sin = math.cos(turn), math.sin(turn)
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * dx + sin * dy, cos * dy - sin * dx
    if not rx or not ry or not (x or y):
        yield end
        return
    excess = math.hypot(x / rx, y / ry)
    if excess > 1:
        rx, ry = rx * excess, ry * excess
    part = (x / rx) ** 2 + (y / ry) ** 2
    root = math.sqrt(max(1 / part - 1, 0)) * (1 if bool(large) != bool(sweep) else -1)
    cx, cy = root * rx * y / ry, -root * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    last = math.atan2((-y - cy) / ry, (-x - cx) / rx)
    span = (last - first) % math.tau if sweep else -((first - last) % math.tau)
    middle = ((start[0] + end[0]) / 2 + cos * cx - sin * cy, (start[1] + end[1]) / 2 + sin * cx + cos * cy)
    steps = max(1, math.ceil(abs(span) / (math.pi / 2) * _STEPS))
    for step in range(1, steps + 1):
        across, along = rx * math.cos(first + span * step / steps), ry * math.sin(first + span * step / steps)
        yield middle[0] + cos * across - sin * along, middle[1] + sin * across + cos * along
