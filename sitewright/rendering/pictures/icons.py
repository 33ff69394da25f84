"""The icons of a site: favicon, home-screen icons, and the web manifest that lists them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from sitewright.rendering.design.palette import Palette
from sitewright.rendering.locales.formats import Direction
from sitewright.rendering.pictures.monogram import SIDE, Monogram
from sitewright.rendering.pictures.sign import Sign

ICON, OLD_ICON, TOUCH_ICON = "favicon.svg", "favicon.ico", "apple-touch-icon.png"
MANIFEST = "site.webmanifest"
_SHORT_NAME = 12
"""Characters of a name that home screens show."""

_EMS = 1.75
"""How wide two capitals of any font are, in sizes of that font: the favicon takes what the system has."""

_SAFE = 0.56
"""How large the letters of a maskable icon are: within the circle that no mask cuts (W3C App Manifest)."""


@lru_cache(maxsize=8)
def draw_icons(monogram: Monogram, glyph: str, palette: Palette, face: Path) -> Mapping[str, bytes]:
    """Return the icons by their file names.

    They show the monogram, or the trade's `glyph` where no font has its letters.
    """
    scheme, sign = palette.light, Sign(monogram, glyph, face)
    small = [sign.on_shape(scheme, side) for side in (16, 32, 48)]
    old = BytesIO()
    small[-1].save(
        old, "ICO", sizes=[each.size for each in small], append_images=small[:-1], bitmap_format="png"
    )
    return MappingProxyType(
        {
            ICON: _svg_icon(monogram, palette),
            OLD_ICON: old.getvalue(),
            TOUCH_ICON: _png(sign.on_ground(scheme, 180, share=0.62)),
            "icon-192.png": _png(sign.on_shape(scheme, 192)),
            "icon-512.png": _png(sign.on_shape(scheme, 512)),
            "icon-maskable-512.png": _png(sign.on_ground(scheme, 512, share=_SAFE)),
        }
    )


def web_manifest(*, name: str, locale: str, direction: Direction, home: str, palette: Palette) -> bytes:
    """Return the W3C App Manifest as JSON; `home` is the path of the home page, beside the icons."""
    sources = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"))
    icons = [
        {"src": f"{home}{file}", "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for file, side, purpose in (*sources, ("icon-maskable-512.png", 512, "maskable"))
    ]
    document = {
        "name": name,
        "short_name": _short(name),
        "lang": locale,
        "dir": direction,
        "start_url": home,
        "scope": home,
        "display": "browser",
        "theme_color": palette.light.solid,
        "background_color": palette.light.paper,
        "icons": icons,
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _short(name: str) -> str:
    """Return as many whole words of `name` as home screens show; a particle does not end it."""
    words = name.split()
    kept: list[str] = []
    for word in words:
        if len(" ".join((*kept, word))) > _SHORT_NAME:
            break
        kept.append(word)
    while len(kept) > 1 and len(kept) < len(words) and (kept[-1].islower() or not kept[-1].isalnum()):
        kept.pop()
    return " ".join(kept) or name[:_SHORT_NAME].strip()


def _svg_icon(monogram: Monogram, palette: Palette) -> bytes:
    """Return the favicon as SVG, in the colours of the scheme that the browser is in."""
    light, dark = palette.light, palette.dark
    letters = monogram.letters
    size = min(monogram.size, round(monogram.room / _EMS)) if len(letters) > 1 else monogram.size
    plain = not monogram.shape
    shape = "" if plain else f'<path class="a" d={quoteattr(monogram.shape)}/>'
    rules = (
        f".a{{fill:{scheme.solid}}}.b{{fill:{scheme.brand if plain else scheme.on_solid}}}"
        for scheme in (light, dark)
    )
    style = "{}@media(prefers-color-scheme:dark){{{}}}".format(*rules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}"><style>{style}</style>{shape}'
        f'<text class="b" x="32" y="{monogram.middle + round(size * 0.35)}" font-family="Georgia,serif" '
        f'font-weight="700" font-size="{size}" text-anchor="middle">{escape(letters)}</text></svg>\n'
    ).encode()


def _png(image: Image.Image) -> bytes:
    """Return `image` as a PNG with a palette: two colours and what lies between them need no more."""
    buffer = BytesIO()
    flat = image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(buffer, "PNG")
    return buffer.getvalue()
