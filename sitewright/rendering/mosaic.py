"""The mosaic: the theme's ornament, tiles of a few shapes laid by the hash of a name.

The same name always gives the same mosaic; the colours come from the palette through CSS classes, so one
drawing serves both schemes.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitewright.orders.models.brief import Tone

TILE = 8
"""Width and height of a tile in the drawing's own units."""


@dataclass(frozen=True, slots=True)
class MosaicPath:
    """All shapes of one colour in one layer: a palette class (`t1` … `t5`) and SVG path data.

    `ground` holds for the squares that the other shapes lie on.
    """

    colour: str
    data: str
    ground: bool


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A drawing of `columns` by `rows` tiles; paths in painting order."""

    columns: int
    rows: int
    paths: tuple[MosaicPath, ...]

    @property
    def view_box(self) -> str:
        """The drawing's extent, as SVG's `viewBox`."""
        return f"0 0 {self.columns * TILE} {self.rows * TILE}"


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


def _numbers(seed: str) -> Iterator[int]:
    """Yield numbers from 0 to 255 that depend on `seed` alone, without end."""
    block = seed.encode()
    while True:
        block = hashlib.sha256(block).digest()
        yield from block


def draw_tile(seed: str, *, tone: Tone) -> Mosaic:
    """Return one tile for `seed`, in colours that stand out from the page."""
    return _drawn(seed, 1, 1, _SHAPES[tone], _BOLD_PAIRS)


def draw_mosaic(seed: str, *, columns: int, rows: int, tone: Tone) -> Mosaic:
    """Return the mosaic of `seed`; shapes follow the order's tone, neighbours never share a ground."""
    return _drawn(seed, columns, rows, _SHAPES[tone], _PAIRS)


def _drawn(
    seed: str, columns: int, rows: int, shapes: Sequence[tuple[str, ...]], pairs: Sequence[tuple[str, str]]
) -> Mosaic:
    numbers = _numbers(seed)
    grounds: dict[tuple[int, int], str] = {}
    layers: dict[tuple[int, str], str] = {}
    for row in range(rows):
        for column in range(columns):
            taken = {grounds.get((column - 1, row)), grounds.get((column, row - 1))}
            open_pairs = [pair for pair in pairs if pair[0] not in taken]
            ground, ink = open_pairs[next(numbers) % len(open_pairs)]
            grounds[column, row] = ground
            family = shapes[next(numbers) % len(shapes)]
            turn = next(numbers)
            origin = f"M{column * TILE} {row * TILE}"
            tile = [(0, ground, f"{origin}h8v8h-8z"), (1, ink, origin + family[turn % len(family)])]
            if family is _QUARTERS and turn % 3 == 0:
                tile.append((2, ground, origin + _SMALL_QUARTERS[turn % 4]))
            if family is _CIRCLES and turn % 2 == 0:
                tile.append((2, ground, f"{origin}m3 4a1 1 0 1 1 2 0a1 1 0 1 1-2 0z"))
            for layer, colour, data in tile:
                layers[layer, colour] = layers.get((layer, colour), "") + data
    paths = tuple(
        MosaicPath(f"t{colour}", data, ground=layer == 0) for (layer, colour), data in sorted(layers.items())
    )
    return Mosaic(columns, rows, paths)
