"""Drawings as pixels, for images that are not drawn by a browser."""

from collections.abc import Mapping

from PIL import Image, ImageDraw

from sitewright.rendering.design.palette import Scheme
from sitewright.rendering.ornament.drawing import Drawing
from sitewright.rendering.ornament.outlines import Point, outlines

_OVERSAMPLING = 3
_SHARES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_LARGE = 160
"""From this side in pixels on, a mask needs less oversampling."""


def tile_colours(scheme: Scheme) -> Mapping[str, str]:
    """Return the colour, `#rrggbb`, of each class that a drawing's paths have."""
    return {
        "t1": scheme.tile_brand,
        "t2": scheme.tile_accent,
        "t3": scheme.tile_pale,
        "t4": scheme.tile_deep,
        "t5": scheme.tile_soft,
    }


def paint_drawing(drawing: Drawing, scheme: Scheme, *, width: int, height: int) -> Image.Image:
    """Return `drawing` in the colours of `scheme`, in pixels, cut where its shape differs."""
    colours = tile_colours(scheme)
    scale = max(width / drawing.width, height / drawing.height) * _OVERSAMPLING
    size = (width * _OVERSAMPLING, height * _OVERSAMPLING)
    across, down = (_SHARES[part] for part in (drawing.align[1:4], drawing.align[5:]))
    left, top = (size[0] - drawing.width * scale) * across, (size[1] - drawing.height * scale) * down
    image = Image.new("RGB", size, scheme.paper)
    pen = ImageDraw.Draw(image)
    for path in drawing.paths:
        for outline in outlines(path.data):
            points = [(left + x * scale, top + y * scale) for x, y in outline]
            if path.stroke:
                pen.line(points, fill=colours[path.colour], width=max(round(path.stroke * scale), 1))
            else:
                pen.polygon(points, fill=colours[path.colour])
    return image.reduce(_OVERSAMPLING)


def paint_mask(data: str, *, extent: float, side: int, stroke: float = 0) -> Image.Image:
    """Return path data in a square of `extent` units as a mask of `side` pixels, filled or as lines."""
    fineness = 4 if side < _LARGE else 2
    scale = side * fineness / extent
    mask = Image.new("L", (side * fineness, side * fineness))
    pen = ImageDraw.Draw(mask)
    for outline in outlines(data):
        points = [(x * scale, y * scale) for x, y in outline]
        if stroke:
            pen.line(points, fill=255, width=round(stroke * scale), joint="curve")
            for end in (points[0], points[-1]):
                _dot(pen, end, stroke * scale / 2)
        else:
            pen.polygon(points, fill=255)
    return mask.reduce(fineness)


def _dot(pen: ImageDraw.ImageDraw, at: Point, radius: float) -> None:
    pen.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), fill=255)
