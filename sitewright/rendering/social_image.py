"""The images of a site that are not drawn by the browser: the shared-link image and the icons."""

import math
import re
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from sitewright.rendering.mosaic import TILE, Mosaic
from sitewright.rendering.palette import Scheme
from sitewright.rendering.theme import font_file

WIDTH, HEIGHT = 1200, 630
"""Size in pixels that Open Graph consumers show uncropped."""

_COLUMNS, _ROWS = 4, 6
_MARGIN = 80
_OVERSAMPLING = 4
_COMMAND = re.compile(r"([Mmhvlaz])([^Mmhvlaz]*)")
_NUMBER = re.compile(r"-?[\d.]+")
_Point = tuple[float, float]

TILES = (_COLUMNS, _ROWS)
"""Columns and rows of the mosaic that `draw_social_image` takes."""


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(), size, layout_engine=ImageFont.Layout.BASIC)


def _lettered(text: str) -> str:
    """Return `text` without the characters that the font cannot draw."""
    font = _font(40)
    missing = bytes(font.getmask("\uffff"))
    kept = "".join(letter for letter in text if letter == " " or bytes(font.getmask(letter)) != missing)
    return " ".join(kept.split())


def _lines(text: str, size: int, width: int) -> list[str]:
    """Return `text` broken into lines of at most `width` pixels; a word that is longer is broken too."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _font(size).getlength(longer) <= width:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if _font(size).getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _arc(start: _Point, end: _Point, radius: float, *, sweep: bool, large: bool) -> list[_Point]:
    """Return points on a circular arc (SVG 2, appendix B.2.4, with equal radii)."""
    dx, dy = (end[0] - start[0]) / 2, (end[1] - start[1]) / 2
    half = math.hypot(dx, dy)
    height = math.sqrt(max(radius * radius - half * half, 0)) * (1 if sweep != large else -1)
    centre = (start[0] + dx - dy / half * height, start[1] + dy + dx / half * height)
    first, last = (math.atan2(point[1] - centre[1], point[0] - centre[0]) for point in (start, end))
    turn = (last - first) % math.tau if sweep else -((first - last) % math.tau)
    angles = (first + turn * step / 32 for step in range(1, 33))
    return [(centre[0] + radius * math.cos(each), centre[1] + radius * math.sin(each)) for each in angles]


def _outlines(data: str) -> list[list[_Point]]:
    """Return the polygons of a mosaic's path data (the commands M, m, h, v, l, a and z of SVG)."""
    outlines: list[list[_Point]] = []
    outline: list[_Point] = []
    x = y = 0.0
    for command, arguments in _COMMAND.findall(data):
        numbers = [float(number) for number in _NUMBER.findall(arguments)]
        if command in "Mm":
            origin = (0.0, 0.0) if command == "M" else (x, y)
            x, y = origin[0] + numbers[0], origin[1] + numbers[1]
            outline = [(x, y)]
        elif command == "z":
            outlines.append(outline)
            x, y = outline[0]
        else:
            width = {"h": 1, "v": 1, "l": 2, "a": 7}[command]
            for start in range(0, len(numbers), width):
                part = numbers[start : start + width]
                dx = 0 if command == "v" else part[-2 if width > 1 else 0]
                dy = 0 if command == "h" else part[-1]
                end = (x + dx, y + dy)
                sweep, large = (bool(part[4]), bool(part[3])) if command == "a" else (False, False)
                outline += _arc((x, y), end, part[0], sweep=sweep, large=large) if command == "a" else [end]
                x, y = end
    return outlines


def _paint_mosaic(mosaic: Mosaic, scheme: Scheme, height: int) -> Image.Image:
    colours = {
        "t1": scheme.tile_brand,
        "t2": scheme.tile_accent,
        "t3": scheme.tile_pale,
        "t4": scheme.tile_deep,
        "t5": scheme.tile_soft,
    }
    scale = height * _OVERSAMPLING / (mosaic.rows * TILE)
    size = (round(mosaic.columns * TILE * scale), height * _OVERSAMPLING)
    image = Image.new("RGB", size, scheme.paper)
    pen = ImageDraw.Draw(image)
    for path in mosaic.paths:
        for outline in _outlines(path.data):
            pen.polygon([(x * scale, y * scale) for x, y in outline], fill=colours[path.colour])
    return image.resize((size[0] // _OVERSAMPLING, height), Image.Resampling.LANCZOS)


def _png(image: Image.Image) -> bytes:
    """Return `image` as a PNG with a palette: flat colours need no more, and the file stays small."""
    buffer = BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def draw_social_image(name: str, below: str, mosaic: Mosaic, scheme: Scheme) -> bytes:
    """Return a PNG of 1200 by 630 pixels: the business's name, a line `below` it, and its mosaic."""
    image = Image.new("RGB", (WIDTH, HEIGHT), scheme.paper)
    tiles = _paint_mosaic(mosaic, scheme, HEIGHT)
    image.paste(tiles, (WIDTH - tiles.width, 0))
    pen = ImageDraw.Draw(image)
    width = WIDTH - tiles.width - 2 * _MARGIN
    name = _lettered(name)
    size = next((size for size in range(92, 40, -4) if len(_lines(name, size, width)) <= 3), 40)
    lines, leading = _lines(name, size, width)[:6], round(size * 1.14)
    caption = _lines(_lettered(below), 32, width)[:2]
    top = (HEIGHT - len(lines) * leading - len(caption) * 42 - 40) // 2
    pen.rectangle((_MARGIN, top - 34, _MARGIN + 64, top - 26), fill=scheme.edge)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * leading), line, font=_font(size), fill=scheme.ink)
    top += len(lines) * leading + 28
    for number, line in enumerate(caption):
        pen.text((_MARGIN, top + number * 42), line, font=_font(32), fill=scheme.muted)
    return _png(image)


def draw_touch_icon(initials: str, scheme: Scheme) -> bytes:
    """Return a PNG of 180 by 180 pixels with the monogram, for home screens."""
    side = 180
    image = Image.new("RGB", (side, side), scheme.solid)
    letters = _lettered(initials)
    ImageDraw.Draw(image).text(
        (side / 2, side / 2),
        letters,
        font=_font(96 if len(letters) < 2 else 84),
        fill=scheme.on_solid,
        anchor="mm",
    )
    return _png(image)


def draw_icon(initials: str, scheme: Scheme) -> bytes:
    """Return the favicon as SVG: the monogram on a quarter-rounded tile of the brand's colour."""
    letters = escape(initials)
    size = 34 if len(initials) < 2 else 27
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<path d="M2 2h34a26 26 0 0 1 26 26v34h-60z" fill="{scheme.solid}" stroke="{scheme.edge}" '
        'stroke-width="3"/>'
        f'<text x="31" y="34" fill="{scheme.on_solid}" font-family="Georgia,serif" font-weight="700" '
        f'font-size="{size}" text-anchor="middle" dominant-baseline="central">{letters}</text></svg>\n'
    ).encode()
