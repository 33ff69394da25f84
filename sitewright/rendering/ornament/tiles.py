"""Tiles: squares of a few shapes, laid so that neighbours never share a ground."""

from collections.abc import Sequence

from sitewright.orders.models.brief import Tone
from sitewright.rendering.ornament.drawing import TILE, Drawing, DrawnPath, Panel

_PAIRS = tuple(
    (str(ground), str(ink))
    for ground, inks in ((1, (3, 5)), (2, (1, 4)), (3, (1, 4, 5)), (4, (2, 3)), (5, (1, 3)))
    for ink in inks
)
_BOLD_PAIRS = (("1", "3"), ("2", "4"), ("4", "2"), ("4", "3"), ("3", "1"))
"""Ground and shape colours that tell apart: 1 brand, 2 accent, 3 pale, 4 deep, 5 soft."""


def _quarters(radius: int) -> tuple[str, ...]:
    r, t = radius, TILE
    return (
        f"m0 0h{r}a{r} {r} 0 0 1-{r} {r}z",
        f"m{t} 0v{r}a{r} {r} 0 0 1-{r}-{r}z",
        f"m{t} {t}h-{r}a{r} {r} 0 0 1 {r}-{r}z",
        f"m0 {t}v-{r}a{r} {r} 0 0 1 {r} {r}z",
    )


_QUARTERS, _SMALL_QUARTERS = _quarters(8), _quarters(4)
_PETALS = ("m0 0a8 8 0 0 1 8 8a8 8 0 0 1-8-8z", "m8 0a8 8 0 0 1-8 8a8 8 0 0 1 8-8z")
_CIRCLES = ("m1 4a3 3 0 1 1 6 0a3 3 0 1 1-6 0z", "m0 4a4 4 0 1 1 8 0a4 4 0 1 1-8 0z")
_SCALES = ("m0 4a4 4 0 0 1 8 0zm0 4a4 4 0 0 1 8 0z", "m0 0a4 4 0 0 0 8 0zm0 4a4 4 0 0 0 8 0z")
_ARCHES = ("m0 8v-4a4 4 0 0 1 8 0v4z", "m0 0v4a4 4 0 0 0 8 0v-4z")
_TRIANGLES = ("m0 0h8l-8 8z", "m0 0h8v8z", "m8 0v8h-8z", "m0 0v8h8z")
_DIAMOND = ("m4 0l4 4-4 4-4-4z",)
_STRIPES = ("m0 0h2v8h-2zm4 0h2v8h-2z", "m0 0h8v2h-8zm0 4h8v2h-8z")

_SHAPES: dict[Tone, tuple[tuple[str, ...], ...]] = {
    Tone.FRIENDLY: (_QUARTERS, _PETALS, _QUARTERS, _CIRCLES, _SCALES, _PETALS, _QUARTERS),
    Tone.PROFESSIONAL: (_QUARTERS, _TRIANGLES, _QUARTERS, _STRIPES, _QUARTERS),
    Tone.BOLD: (_TRIANGLES, _STRIPES, _QUARTERS, _DIAMOND, _TRIANGLES, _CIRCLES),
    Tone.CALM: (_PETALS, _ARCHES, _SCALES, _PETALS, _ARCHES, _QUARTERS),
}


def draw(panel: Panel) -> Drawing:
    """Return the tiles of `panel`; shapes follow the tone. A single tile stands out from the page."""
    shapes, pairs = _SHAPES[panel.tone], _BOLD_PAIRS if panel.columns * panel.rows == 1 else _PAIRS
    dice = panel.dice()
    grounds: dict[tuple[int, int], str] = {}
    layers: dict[tuple[int, str], str] = {}
    for row in range(panel.rows):
        for column in range(panel.columns):
            taken = {grounds.get((column - 1, row)), grounds.get((column, row - 1))}
            pair = dice.pick([pair for pair in pairs if pair[0] not in taken])
            grounds[column, row] = pair[0]
            family, turn = dice.pick(shapes), dice.byte()
            for layer, colour, data in _tile(f"M{column * TILE} {row * TILE}", pair, family, turn):
                layers[layer, colour] = layers.get((layer, colour), "") + data
    paths = (
        DrawnPath(f"t{colour}", data, ground=layer == 0) for (layer, colour), data in sorted(layers.items())
    )
    return panel.drawing(*paths, align="xMinYMin")


def _tile(
    origin: str, colours: tuple[str, str], family: Sequence[str], turn: int
) -> list[tuple[int, str, str]]:
    """Return a tile's shapes: layer, colour and path data, which begins with the move `origin`."""
    ground, ink = colours
    shapes = [(0, ground, f"{origin}h8v8h-8z"), (1, ink, origin + family[turn % len(family)])]
    if family is _QUARTERS and turn % 3 == 0:
        shapes.append((2, ground, origin + _SMALL_QUARTERS[turn % 4]))
    if family is _CIRCLES and turn % 2 == 0:
        shapes.append((2, ground, f"{origin}m3 4a1 1 0 1 1 2 0a1 1 0 1 1-2 0z"))
    return shapes
