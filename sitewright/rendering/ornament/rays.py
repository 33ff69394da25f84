"""Rays: hard-edged rays behind concentric discs, as on a poster; a row of half suns in a long panel."""

import math

from sitewright.orders.models.brief import Tone
from sitewright.rendering.ornament.drawing import Drawing, DrawnPath, Panel, Pen

_COUNT = {Tone.FRIENDLY: 14, Tone.BOLD: 11, Tone.CALM: 22, Tone.PROFESSIONAL: 18}
"""How many rays a full turn has."""

_GROUNDS = (
    ("t4", "t1", ("t2", "t4", "t3", "t1")),
    ("t3", "t1", ("t5", "t4", "t2")),
    ("t1", "t4", ("t3", "t4", "t2")),
)
"""Ground, rays, and discs from the outermost in."""


def draw(panel: Panel) -> Drawing:
    """Return the rays of `panel`."""
    if panel.width > 4 * panel.height:
        return _row_of_suns(panel)
    dice = panel.dice()
    ground, rays, discs = dice.pick(_GROUNDS)
    x = panel.width * dice.pick((0.0, 0.5, 1.0) if panel.small else (0.0, 0.32, 0.5, 0.68, 1.0))
    y = panel.height * dice.pick((1.0, 0.62) if 0 < x < panel.width else (1.0, 0.0))
    reach = math.hypot(max(x, panel.width - x), max(y, panel.height - y)) * 1.05
    count = max(7, _COUNT[panel.tone] // 2) if panel.small else _COUNT[panel.tone]
    pen = Pen()
    for place in range(count):
        first, last = (math.tau * (place + part) / count for part in (0, 0.5))
        corners = [(x + reach * math.cos(turn), y + reach * math.sin(turn)) for turn in (first, last)]
        if any(_towards(panel, x, y, turn) for turn in (first, (first + last) / 2, last)):
            pen.move(x, y).line(*corners).close()
    paths = [panel.ground(ground), DrawnPath(rays, pen.data)]
    outer = panel.side * (0.46 if panel.small else 0.42)
    for place, colour in enumerate(discs):
        radius = outer * (1 - place / len(discs)) if place else outer
        paths.append(DrawnPath(colour, Pen().circle(x, y, radius).data))
    if not panel.small:
        rings = Pen()
        for step in range(1, 4):
            rings.circle(x, y, outer * (1 + 0.11 * step))
        paths.append(DrawnPath(discs[0], rings.data, stroke=round(panel.side * 0.014, 1)))
    ends: dict[float, str] = {0.0: "Min", 1.0: "Max"}
    across, down = (ends.get(share, "Mid") for share in (x / panel.width, y / panel.height))
    return panel.drawing(*paths, align=f"x{across}Y{down}")


def _towards(panel: Panel, x: float, y: float, turn: float) -> bool:
    """Return whether a ray in the direction of `turn` from (x, y) crosses the panel."""
    across, down = math.cos(turn), math.sin(turn)
    return not (
        (across < -0.01 and x <= 0)
        or (across > 0.01 and x >= panel.width)
        or (down < -0.01 and y <= 0)
        or (down > 0.01 and y >= panel.height)
    )


def _row_of_suns(panel: Panel) -> Drawing:
    step = panel.height * 2
    colours: dict[tuple[int, str], Pen] = {}
    dice = panel.dice()
    shades = dice.pick((("t3", "t1", "t4", "t2"), ("t1", "t3", "t4", "t5"), ("t4", "t1", "t2", "t5")))
    for place in range(math.ceil(panel.width / step)):
        upright = place % 2 == 0
        x, y = step * (place + 0.5), panel.height if upright else 0
        for ring, colour in enumerate(shades):
            radius = panel.height * (1 - ring * 0.25)
            pen = colours.setdefault((ring, colour), Pen())
            pen.move(x - radius, y).half_ellipse(x + radius, y, sweep=upright).close()
    return panel.drawing(
        panel.ground("t5" if "t5" not in shades[:1] else "t3"),
        *(DrawnPath(colour, pen.data) for (_, colour), pen in colours.items()),
    )
