"""Guilloche: the fine interlaced lines of banknotes; rosettes of turned ellipses over a woven band."""

from sitewright.orders.models.brief import Tone
from sitewright.rendering.ornament.drawing import Drawing, DrawnPath, Panel, Pen

_SOFT, _DEEP = ("t5", "t1", "t4", "t2"), ("t4", "t3", "t1", "t2")
"""Ground, lines, heart of the rosette, accent."""


def draw(panel: Panel) -> Drawing:
    """Return the engraving of `panel`."""
    dice = panel.dice()
    deep = panel.tone in (Tone.BOLD, Tone.FRIENDLY)
    ground, lines, heart, accent = _DEEP if deep else _SOFT
    fine = round(max(panel.side * 0.004, 0.1), 1)
    if panel.width > 4 * panel.height:
        middle = panel.height / 2
        return panel.drawing(
            panel.ground(ground),
            DrawnPath(lines, _band(panel, middle, panel.height * 0.46, panel.height * 0.75, 7), stroke=fine),
            DrawnPath(accent, _band(panel, middle, panel.height * 0.2, panel.height * 0.75, 4), stroke=fine),
        )
    upright = panel.width < panel.height * 1.3
    reach = panel.side * (0.46 if panel.small else 0.56 if upright else 0.6)
    x = panel.width * (
        0.5 if panel.small else dice.pick((0.36, 0.64)) if upright else dice.pick((0.28, 0.72))
    )
    y = panel.height * (0.5 if panel.small or not upright else 0.42)
    count = 10 if panel.small else dice.pick((14, 16, 18))
    outer = _rosette(x, y, reach, reach * dice.between(0.4, 0.52), count)
    inner = _rosette(
        x, y, reach * 0.56, reach * dice.between(0.16, 0.22), count // 2 if panel.small else count - 4
    )
    behind = [panel.ground(ground)]
    if not panel.small:
        behind += [
            DrawnPath(heart, _band(panel, y, reach * 0.5, reach * 0.5, 7), stroke=fine),
            DrawnPath(ground, Pen().circle(x, y, reach).data),
        ]
        if upright:
            foot = panel.height * 0.915
            behind.append(DrawnPath(accent, _band(panel, foot, reach * 0.13, reach * 0.19, 4), stroke=fine))
    return panel.drawing(
        *behind,
        DrawnPath(lines, outer, stroke=fine),
        DrawnPath(ground, Pen().circle(x, y, reach * 0.42).data),
        DrawnPath(accent, inner, stroke=fine),
        DrawnPath(heart, Pen().circle(x, y, reach * 0.2).data),
        DrawnPath(accent, _rosette(x, y, reach * 0.18, reach * 0.07, 8), stroke=fine),
    )


def _rosette(x: float, y: float, long: float, short: float, count: int) -> str:
    """Return `count` ellipses around one centre, each turned a little further than the one before."""
    pen = Pen()
    for place in range(count):
        pen.ellipse(x, y, long, short, 180 * place / count)
    return pen.data


def _band(panel: Panel, y: float, height: float, about: float, count: int) -> str:
    """Return `count` pairs of waves about so long, which swing by less and less between the same points."""
    waves = max(2, round(panel.width / about))
    length = panel.width / waves
    pen = Pen()
    for place in range(count):
        for side in (-1, 1):
            swing = side * height * 2 * (1 - place / count)
            pen.move(0, y).quad(length / 2, y + swing, length, y)
            for step in range(2, waves + 1):
                pen.smooth(length * step, y)
    return pen.data
