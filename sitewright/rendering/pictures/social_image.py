"""The images that are shown where a page is shared: title and ornament, one for each page."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from sitewright.rendering.design.palette import Scheme
from sitewright.rendering.ornament.drawing import Drawing
from sitewright.rendering.ornament.painting import paint_drawing
from sitewright.rendering.pictures.lettering import Block, settable
from sitewright.rendering.pictures.monogram import Monogram
from sitewright.rendering.pictures.sign import Sign

WIDTH, HEIGHT = 1200, 630
"""Size in pixels that Open Graph consumers show uncropped."""

PANEL = (4, 6)
"""Columns and rows of the ornament beside the words."""

_PANEL_WIDTH = 420
_MARGIN = 76
_MARK = 92
_COLUMN = WIDTH - _PANEL_WIDTH - 2 * _MARGIN
_GAP = 14
_CAPTION_SIZES, _CAPTION_HEIGHT = range(32, 23, -4), 76
_TITLE_SIZES = range(88, 31, -4)
_TITLE_HEIGHT = HEIGHT - 2 * _MARGIN - _MARK - _CAPTION_HEIGHT - 2 * _GAP
_COLOURS = 20
"""Of paper, ornament and monogram with their smooth edges."""

_SHADES = 16
"""Steps between paper and the colour of a text; all that is smooth about a letter's edge."""


class SocialImages:
    """What the images of one site share, drawn once: paper, ornament and monogram.

    A site's images have a palette. Its last colours are the shades of the texts, so that a page's words are
    put in without looking at the rest again.
    """

    def __init__(
        self, ornament: Drawing, monogram: Monogram, glyph: str, scheme: Scheme, face: Path, *, rtl: bool
    ) -> None:
        self._face, self._rtl = face, rtl
        image = Image.new("RGB", (WIDTH, HEIGHT), scheme.paper)
        panel = paint_drawing(ornament, scheme, width=_PANEL_WIDTH, height=HEIGHT)
        image.paste(panel, (0 if rtl else WIDTH - _PANEL_WIDTH, 0))
        self._left = _PANEL_WIDTH + _MARGIN if rtl else _MARGIN
        mark = Sign(monogram, glyph, face).on_shape(scheme, _MARK)
        image.paste(mark, (self._left + _COLUMN - _MARK if rtl else self._left, _MARGIN), mark)
        self._base, self._ink, self._muted = _with_shades(image, scheme)

    def draw(self, title: str, caption: str) -> bytes:
        """Return a PNG of 1200 by 630 pixels with `title` and, smaller above it, `caption`."""
        image = self._base.copy()
        bottom = HEIGHT - _MARGIN
        for text, sizes, height, shades in (
            (title, _TITLE_SIZES, _TITLE_HEIGHT, self._ink),
            (caption, _CAPTION_SIZES, _CAPTION_HEIGHT, self._muted),
        ):
            words = settable(text, self._face)
            if words.words:
                block = words.fitted(sizes, _COLUMN, height)
                self._put(image, block, bottom - block.height, shades)
                bottom -= block.height + _GAP
        buffer = BytesIO()
        image.save(buffer, "PNG", compress_level=6)
        return buffer.getvalue()

    def _put(self, image: Image.Image, block: Block, top: int, shades: bytes) -> None:
        for number, line in enumerate(block.lines):
            mask = block.text.mask(line, block.size, _COLUMN)
            if box := mask.getbbox():
                part = mask.crop(box)
                left = self._left + (_COLUMN - part.width if self._rtl else 0)
                at = (left, top + number * block.leading + box[1])
                image.paste(part.point(shades), at, part.point(_DRAWN))


_DRAWN = bytes(0 if value < 256 // _SHADES else 255 for value in range(256))


def _with_shades(image: Image.Image, scheme: Scheme) -> tuple[Image.Image, bytes, bytes]:
    """Return `image` with a palette, and for ink and muted text the palette's place of each coverage."""
    free = _COLOURS
    flat = image.quantize(free, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    colours = (flat.getpalette() or [])[: free * 3]
    colours += [0] * (free * 3 - len(colours))
    places = []
    paper = _channels(scheme.paper)
    for number, colour in enumerate((scheme.ink, scheme.muted)):
        first = free + number * _SHADES
        for step in range(1, _SHADES + 1):
            share = step / _SHADES
            pairs = zip(paper, _channels(colour), strict=True)
            colours += [round(low + (high - low) * share) for low, high in pairs]
        places.append(bytes(first + max(round(value / 255 * _SHADES), 1) - 1 for value in range(256)))
    flat.putpalette(colours)
    return flat, places[0], places[1]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
