"""Waves: bands that swing across the panel one before the other, under a sun, with lines along the last."""

from sitewright.orders.models.brief import Tone
from sitewright.rendering.ornament.drawing import Dice, Drawing, DrawnPath, Panel, Pen

_SWING = {Tone.FRIENDLY: 0.3, Tone.BOLD: 0.42, Tone.CALM: 0.2, Tone.PROFESSIONAL: 0.26}
"""Half the height of a wave, as a share of its length."""

_BANDS = ((("t3", 0.44), ("t2", 0.56), ("t1", 0.64), ("t4", 0.8)), (("t3", 0.4), ("t1", 0.52), ("t4", 0.74)))
"""Colours from the back to the front, and how far down each band begins."""


def draw(panel: Panel) -> Drawing:
    """Return the waves of `panel`."""
    dice = panel.dice()
    sunny = dice.between(0.58, 0.78)
    x = panel.width * (sunny if dice.byte() % 2 else 1 - sunny)
    radius = panel.side * (0.2 if panel.small else 0.15)
    paths = [panel.ground("t5")]
    bands = _BANDS[1] if panel.rows < 3 else dice.pick(_BANDS)
    sun = "t1" if "t2" in dict(bands) else "t2"
    if panel.width <= 3 * panel.height:
        paths.append(DrawnPath(sun, Pen().circle(x, panel.height * dice.between(0.22, 0.3), radius).data))
    for place, (colour, top) in enumerate(bands):
        crest = _crest(panel, dice, panel.height * top, place)
        bottom = f"V{panel.height}H0z"
        paths.append(DrawnPath(colour, crest + bottom))
        if place == len(bands) - 1 and not panel.small:
            paths += _echoes(panel, crest)
    return panel.drawing(*paths)


def _crest(panel: Panel, dice: Dice, level: float, place: int) -> str:
    """Return the upper edge of a band: crests and troughs that differ a little, from beyond edge to edge."""
    length = max(panel.side * (0.5 if panel.width <= 3 * panel.height else 1.1), 3) * (1 + place * 0.12)
    height = length * _SWING[panel.tone]
    x, up = -length * dice.between(0.2, 1), dice.byte() % 2 == 0
    pen = Pen().move(x, level)
    while x < panel.width:
        x += length * dice.between(0.85, 1.2)
        up = not up
        pen.swing(x, level + (-1 if up else 1) * height * dice.between(0.35, 0.6))
    return pen.data


def _echoes(panel: Panel, crest: str) -> list[DrawnPath]:
    """Return lines along the crest, each lower than the one before: the same path, moved."""
    start, swings = crest.split("c", 1)
    x, level = start.removeprefix("M").replace("-", " -").split()
    gap = panel.side * 0.045
    lines = "".join(
        Pen().move(float(x), float(level) + gap * (1 + step)).data + "c" + swings for step in range(5)
    )
    return [DrawnPath("t1", lines, stroke=round(max(gap * 0.22, 0.1), 1))]
