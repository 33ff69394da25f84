"""Pictures in the place of a customer's photos: drawn like photos, light, soft and grainy, and of nothing.

No photo comes with Sitewright; what a name gives is always the same picture.
"""

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

_SIZES = ((1800, 1200), (1200, 1500), (1400, 1400))
_GROUNDS = (
    ("#16202b", "#8a6d4f", "#f1dfc1"),
    ("#1d2a22", "#5d7f63", "#e8efe0"),
    ("#2a1a16", "#a3583a", "#f7d9b8"),
    ("#1b1d30", "#5f6f9c", "#e6e3ee"),
)
_GRAIN = 18
_COARSE = 6
"""Shapes are soft: they are drawn at this part of the size, and enlarged."""


def draw_photo(name: str) -> bytes:
    """Return the JPEG that stands for the photo `name`."""
    chance = Random(name)  # noqa: S311 - a drawing, not a secret
    size = chance.choice(_SIZES)
    dark, middle, light = chance.choice(_GROUNDS)
    picture = _ground((size[0] // _COARSE, size[1] // _COARSE), dark, middle, light, chance)
    for blur in (15, 6, 2):
        picture = _with_shapes(picture, (dark, middle, light), blur, chance)
    picture = ImageChops.overlay(picture.resize(size, Image.Resampling.BICUBIC), _grain(size, chance))
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _ground(size: tuple[int, int], dark: str, middle: str, light: str, chance: Random) -> Image.Image:
    slope = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180)), expand=True).resize(size)
    return ImageOps.colorize(slope, dark, light, mid=middle)


def _with_shapes(picture: Image.Image, colours: tuple[str, ...], blur: int, chance: Random) -> Image.Image:
    """Return `picture` with some soft bodies in it, lit from above."""
    width, height = picture.size
    for _ in range(4):
        mask = Image.new("L", picture.size)
        across, down = chance.randint(width // 8, width // 2), chance.randint(height // 8, height // 2)
        left, top = chance.randint(-across // 2, width), chance.randint(height // 4, height)
        ImageDraw.Draw(mask).ellipse((left, top, left + across, top + down), fill=chance.randint(120, 230))
        above, below = chance.sample(colours, 2)
        body = ImageOps.colorize(Image.linear_gradient("L").resize(picture.size), above, below)
        picture = Image.composite(body, picture, mask.filter(ImageFilter.GaussianBlur(blur)))
    return picture


def _grain(size: tuple[int, int], chance: Random) -> Image.Image:
    small = (size[0] // 4, size[1] // 4)
    noise = Image.frombytes("L", small, chance.randbytes(small[0] * small[1]))
    grey = noise.point(lambda value: 128 + (value - 128) * _GRAIN // 128)
    return grey.resize(size, Image.Resampling.BILINEAR).convert("RGB")
