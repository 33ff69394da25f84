"""Botanical: stems with leaves and berries in front of an arch; a garland in a long panel."""

import math
from collections.abc import Mapping

from sitewright.orders.models.brief import Tone
from sitewright.orders.models.business import Niche
from sitewright.rendering.ornament.drawing import Drawing, DrawnPath, Panel, Pen

_Point = tuple[float, float]
_BREADTH = {Tone.FRIENDLY: 0.27, Tone.BOLD: 0.3, Tone.CALM: 0.2, Tone.PROFESSIONAL: 0.23}
"""Half the width of a leaf, as a share of its length."""

_NARROW = frozenset({Niche.BAKERY, Niche.RESTAURANT, Niche.HAIR_SALON})
"""Trades whose leaves are those of wheat, olive and reed."""


def draw(panel: Panel) -> Drawing:
    """Return the plants of `panel`."""
    growth = _Growth(panel)
    if panel.width > 4 * panel.height:
        return growth.garland()
    return growth.sprig() if panel.small else growth.garden()


class _Growth:
    def __init__(self, panel: Panel) -> None:
        self.panel, self.dice = panel, panel.dice()
        self.breadth = _BREADTH[panel.tone] * (0.62 if panel.niche in _NARROW else 1)
        self.leaves: Mapping[str, Pen] = {colour: Pen() for colour in ("t1", "t4", "t3", "t2", "t5")}
        self.stems, self.veins, self.berries = Pen(), Pen(), Pen()

    def garden(self) -> Drawing:
        panel, dice = self.panel, self.dice
        w, h, side = panel.width, panel.height, panel.side
        radius = min(side * 0.42, w * 0.36)
        middle = w * (0.5 if w < h * 1.3 else dice.pick((0.34, 0.66)))
        top = h * 0.1 + radius
        arch = Pen().move(middle - radius, h).line((middle - radius, top)).half_ellipse(middle + radius, top)
        arch.line((middle + radius, h)).close()
        sunward = dice.pick((-0.4, 0.4))
        sun = Pen().circle(middle + radius * sunward, top, radius * 0.32)
        count = max(3, round(w / (side * 0.3)))
        for place in range(count):
            foot = w * (place + 0.5) / count
            tall = 0.84 if abs(foot - middle) < radius * 0.6 else 0.54
            lean = (foot - middle) * 0.12 + dice.between(-0.06, 0.06) * side
            height = h * tall * dice.between(0.86, 1)
            size = side * dice.between(0.18, 0.22)
            self.plant(
                (foot, h + 1), (foot + lean, h - height), size, ("t1", "t4")[place % 2], place % 3 == 2
            )
        return self._drawn(DrawnPath("t3", arch.data), DrawnPath("t2", sun.data))

    def sprig(self) -> Drawing:
        w, h, side = self.panel.width, self.panel.height, self.panel.side
        disc = Pen().circle(w / 2, h / 2, side * 0.46)
        lean = side * self.dice.pick((-0.12, 0.12, 0.06, -0.06))
        colour, berried = self.dice.pick((("t1", True), ("t4", True), ("t1", False), ("t4", False)))
        self.plant((w / 2 - lean, h * 0.93), (w / 2 + lean, h * 0.3), side * 0.3, colour, berried, pairs=2)
        return self._drawn(DrawnPath("t3", disc.data), veined=False)

    def garland(self) -> Drawing:
        w, h = self.panel.width, self.panel.height
        step, side = h * 1.5, 1
        self.stems.move(0, h / 2)
        for place in range(math.ceil(w / step)):
            x = place * step
            if place == 0:
                self.stems.quad(step / 2, h / 2 - side * h * 0.5, step, h / 2)
            else:
                self.stems.smooth(x + step, h / 2)
            for part, colour, other in ((0.2, "t1", "t3"), (0.6, "t4", "t1")):
                root = (x + step * part, h / 2 - side * h * part * (1 - part))
                self.leaf(root, math.radians(-34 * side), h * 0.4, colour)
                self.leaf(root, math.radians(58 * side), h * 0.46, other)
            self.berries.circle(x + step * 0.98, h / 2 + side * h * 0.24, h * 0.06)
            side = -side
        return self._drawn(veined=False)

    def plant(
        self, foot: _Point, tip: _Point, size: float, colour: str, berried: bool, *, pairs: int = 0
    ) -> None:
        """Let a stem grow from `foot` to `tip`, bent, with leaves in pairs, or leaf and berry by turns."""
        (x, y), (to_x, to_y) = foot, tip
        bend = (x + (to_x - x) * -0.35, y + (to_y - y) * 0.55)
        self.stems.move(x, y).quad(*bend, to_x, to_y)
        count = pairs or max(2, round(math.dist(foot, tip) / (size * 0.8)))
        for place in range(count):
            share = 0.2 + 0.74 * place / count
            at, ahead = (_on_curve(foot, bend, tip, part) for part in (share, share + 0.05))
            heading = math.atan2(ahead[1] - at[1], ahead[0] - at[0])
            length = size * (1.12 - 0.5 * share)
            for turn in (-1, 1):
                angle = heading + turn * math.radians(self.dice.between(36, 48))
                if berried and (turn > 0) == (place % 2 == 0):
                    reach = length * 0.62
                    end = (at[0] + reach * math.cos(angle), at[1] + reach * math.sin(angle))
                    self.stems.move(*at).line(end)
                    self.berries.circle(*end, size * 0.13)
                else:
                    self.leaf(at, angle, length, colour)
        near = _on_curve(foot, bend, tip, 0.9)
        self.leaf(tip, math.atan2(tip[1] - near[1], tip[0] - near[0]), size * 0.66, colour)

    def leaf(self, root: _Point, angle: float, length: float, colour: str) -> None:
        x, y = root
        tip = (x + length * math.cos(angle), y + length * math.sin(angle))
        across = (-math.sin(angle) * length * self.breadth, math.cos(angle) * length * self.breadth)
        middle = (x + (tip[0] - x) * 0.45, y + (tip[1] - y) * 0.45)
        pen = self.leaves[colour].move(x, y)
        for side in (1, -1):
            bulge = (middle[0] + across[0] * 2 * side, middle[1] + across[1] * 2 * side)
            pen.quad(*bulge, *(tip if side == 1 else root))
        pen.close()
        self.veins.move(x, y).line((x + (tip[0] - x) * 0.72, y + (tip[1] - y) * 0.72))

    def _drawn(self, *behind: DrawnPath, veined: bool = True) -> Drawing:
        stem = round(max(self.panel.side * 0.011, 0.1), 1)
        return self.panel.drawing(
            self.panel.ground("t5"),
            *behind,
            DrawnPath("t4", self.stems.data, stroke=stem),
            *(DrawnPath(colour, pen.data) for colour, pen in self.leaves.items()),
            DrawnPath("t5", self.veins.data if veined else "", stroke=max(round(stem * 0.5, 1), 0.1)),
            DrawnPath("t2", self.berries.data),
            align="xMidYMax",
        )


def _on_curve(start: _Point, control: _Point, end: _Point, share: float) -> _Point:
    rest = 1 - share
    weights = (rest * rest, 2 * rest * share, share * share)
    parts = (start, control, end)
    return (
        sum(weight * point[0] for weight, point in zip(weights, parts, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, parts, strict=True)),
    )
