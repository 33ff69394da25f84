"""Contours: the lines of equal height of a map of hills, its higher ground tinted."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from sitewright.orders.models.brief import Tone
from sitewright.rendering.ornament.drawing import Dice, Drawing, DrawnPath, Panel, joined, number

_LEVELS = {Tone.FRIENDLY: 11, Tone.BOLD: 9, Tone.CALM: 12, Tone.PROFESSIONAL: 14}
_COLOURS = (("t5", "t3", "t1", "t2", "t4"), ("t4", "t1", "t3", "t2", "t5"), ("t3", "t5", "t1", "t2", "t4"))
"""Ground, three tints from low to high, and the lines."""

_Height = Callable[[float, float], float]
_Point = tuple[float, float]
_Edge = tuple[int, int, int, int]


def draw(panel: Panel) -> Drawing:
    """Return the map of `panel`."""
    dice = panel.dice()
    long = panel.width > 4 * panel.height
    feature = panel.height if long else min(max(panel.side * 0.21, 3), 14)
    hills = _Map(panel, _land(panel, dice, feature), feature / (2.4 if long else 3.6))
    low, high = hills.range
    count = 6 if panel.small or long else _LEVELS[panel.tone]
    levels = [low + (high - low) * (place + 0.6) / count for place in range(count)]
    colours = dice.pick(_COLOURS)
    tints = (levels[round(count * 0.3)], levels[round(count * 0.58)], levels[-1 if count < 9 else -2])
    return panel.drawing(
        panel.ground(colours[0]),
        *(
            DrawnPath(colour, hills.outline(level, filled=True))
            for colour, level in zip(colours[1:4], tints, strict=True)
        ),
        DrawnPath(
            colours[4],
            "".join(hills.outline(level) for level in levels),
            stroke=round(max(panel.side * 0.007, 0.1), 1),
        ),
    )


def _land(panel: Panel, dice: Dice, feature: float) -> _Height:
    """Return the height of every point: hills of several sizes on a slope."""
    hills = []
    for _ in range(min(round(panel.width * panel.height / (feature * feature * 2.2)) + 1, 24)):
        x, y = panel.width * dice.between(0, 1), panel.height * dice.between(0, 1)
        hills.append(
            (x, y, feature * dice.between(0.8, 1.7), dice.between(0.35, 1), dice.between(0, math.pi))
        )
    slope = dice.between(-0.5, 0.5)

    def height(x: float, y: float) -> float:
        total = slope * (x / panel.width - y / panel.height)
        for hill_x, hill_y, size, top, turn in hills:
            dx, dy = x - hill_x, y - hill_y
            along, across = (
                dx * math.cos(turn) + dy * math.sin(turn),
                dy * math.cos(turn) - dx * math.sin(turn),
            )
            total += top * math.exp(-(along * along / 2 + across * across) / (size * size))
        return total

    return height


class _Map:
    """Heights on a grid that reaches two cells beyond the panel."""

    def __init__(self, panel: Panel, height: _Height, cell: float) -> None:
        self._panel, self._cell = panel, cell
        self._columns = math.ceil(panel.width / cell) + 4
        self._rows = math.ceil(panel.height / cell) + 4
        self._heights = [
            [height((column - 2) * cell, (row - 2) * cell) for column in range(self._columns + 1)]
            for row in range(self._rows + 1)
        ]

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest height."""
        return min(map(min, self._heights)), max(map(max, self._heights))

    def outline(self, level: float, *, filled: bool = False) -> str:
        """Return the lines of `level` as path data; `filled` closes them outside the panel."""
        return "".join(_curve(self._thinned(line)) for line in self._lines(level, filled=filled))

    def _lines(self, level: float, *, filled: bool) -> Iterator[list[_Point]]:
        """Yield the lines of `level`: marching squares, the pieces joined where they touch."""
        following = dict(self._pieces(level, filled=filled))
        ends = set(following.values())
        while following:
            start = next((key for key in following if key not in ends), next(iter(following)))
            line, key = [start], start
            while key in following:
                key = following.pop(key)
                line.append(key)
            yield [self._crossing(edge, level, filled=filled) for edge in line]

    def _pieces(self, level: float, *, filled: bool) -> Iterator[tuple[_Edge, _Edge]]:
        for row in range(self._rows):
            for column in range(self._columns):
                corners = ((column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1))
                high = [self._at(x, y, filled=filled) > level for x, y in corners]
                enter: list[_Edge] = []
                leave: list[_Edge] = []
                for place in range(4):
                    after = (place + 1) % 4
                    if high[place] != high[after]:
                        edge = (*min(corners[place], corners[after]), *max(corners[place], corners[after]))
                        (enter if high[place] else leave).append(edge)
                yield from zip(enter, leave, strict=True)

    def _at(self, column: int, row: int, *, filled: bool) -> float:
        outside = filled and (column in (0, self._columns) or row in (0, self._rows))
        return -9.0 if outside else self._heights[row][column]

    def _crossing(self, edge: _Edge, level: float, *, filled: bool) -> _Point:
        x, y, to_x, to_y = edge
        low, high = self._at(x, y, filled=filled), self._at(to_x, to_y, filled=filled)
        share = (level - low) / (high - low)
        return (x + (to_x - x) * share - 2) * self._cell, (y + (to_y - y) * share - 2) * self._cell

    def _thinned(self, line: list[_Point]) -> list[_Point]:
        """Return the line without points that crowd, and without what nobody sees beyond the panel."""
        kept: list[_Point] = []
        for point in line:
            if kept and math.dist(point, kept[-1]) < self._cell * 0.85:
                continue
            if len(kept) > 1 and self._beyond(point) & self._beyond(kept[-1]) & self._beyond(kept[-2]):
                kept[-1] = point
            else:
                kept.append(point)
        if line[0] == line[-1] and kept:
            kept[-1] = kept[0]
        return kept

    def _beyond(self, point: _Point) -> int:
        x, y = point
        return (x < 0) | (x > self._panel.width) << 1 | (y < 0) << 2 | (y > self._panel.height) << 3


def _curve(points: list[_Point]) -> str:
    """Return a quadratic B-spline along `points`.

    Its vertices are rounded to fifths, so that the nodes halfway between two are exact with one decimal: a
    smooth `t` then meets the next vertex, and the curve costs one point a node.
    """
    closed = len(points) > 3 and points[0] == points[-1]
    vertices = [(round(x * 5), round(y * 5)) for x, y in (points[:-1] if closed else points)]
    if len(vertices) < 3:
        return ""
    if closed:
        vertices = [*vertices, vertices[0], vertices[1]]
    nodes = [(a + c, b + d) for (a, b), (c, d) in pairwise(vertices)]
    x, y = nodes[0]
    vertex = vertices[1]
    data = f"M{_tenths(x, y)}q{_tenths(vertex[0] * 2 - x, vertex[1] * 2 - y)}"
    data += _after(_tenths(nodes[1][0] - x, nodes[1][1] - y)) + ("t" if len(nodes) > 2 else "")
    steps = [_tenths(c - a, d - b) for (a, b), (c, d) in pairwise(nodes[1:])]
    return data + joined(steps) + ("z" if closed else "")


def _tenths(x: int, y: int) -> str:
    return joined([number(x / 10), number(y / 10)])


def _after(text: str) -> str:
    return text if text.startswith("-") else f" {text}"
