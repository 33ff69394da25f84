"""Weave: bands of cloth that pass over and under each other, each with a seam along its edges."""

from sitewright.orders.models.brief import Tone
from sitewright.rendering.ornament.drawing import Drawing, DrawnPath, Panel, Pen

_OVER = {Tone.FRIENDLY: 2, Tone.BOLD: 2, Tone.CALM: 3, Tone.PROFESSIONAL: 3}
"""How many threads a band passes over before it goes under, as in twill."""


def draw(panel: Panel) -> Drawing:
    """Return the cloth of `panel`."""
    dice = panel.dice()
    warp, weft = dice.pick((("t1", "t3"), ("t4", "t1"), ("t3", "t2"), ("t1", "t2")))
    ground = "t5" if "t4" in (warp, weft) else "t4"
    cell = panel.side / (2 if panel.small else 6 if panel.rows > 1 else 3)
    over = 1 if panel.small else _OVER[panel.tone]
    gap, seam = cell * 0.1, cell * 0.26
    bands = {"h": Pen(), "v": Pen()}
    seams = {"h": Pen(), "v": Pen()}
    columns, rows = -(-panel.width // cell), -(-panel.height // cell)
    for row in range(int(rows)):
        for column in range(int(columns)):
            x, y = column * cell, row * cell
            across = (column + row) % (2 * over) < over
            way = "h" if across else "v"
            _piece(bands[way], x, y, cell, gap, across=across)
            for offset in (seam, cell / 2, cell - seam):
                start = (x, y + offset) if across else (x + offset, y)
                end = (x + cell, y + offset) if across else (x + offset, y + cell)
                seams[way].move(*start).line(end)
    stroke = round(max(cell * 0.045, 0.1), 1)
    return panel.drawing(
        panel.ground(ground),
        DrawnPath(warp, bands["v"].data),
        DrawnPath(weft, bands["h"].data),
        DrawnPath(ground, seams["v"].data, stroke=stroke),
        DrawnPath(ground, seams["h"].data, stroke=stroke),
    )


def _piece(pen: Pen, x: float, y: float, cell: float, gap: float, *, across: bool) -> None:
    left, top = (x, y + gap) if across else (x + gap, y)
    right, bottom = (x + cell, y + cell - gap) if across else (x + cell - gap, y + cell)
    pen.move(left, top).line((right, top), (right, bottom), (left, bottom)).close()
