"""The monogram as pixels; the trade's glyph where no font has its letters."""

from pathlib import Path

from PIL import Image

from sitewright.rendering.design.palette import Scheme
from sitewright.rendering.ornament.painting import paint_mask
from sitewright.rendering.pictures.lettering import letter_mask, settable
from sitewright.rendering.pictures.monogram import SIDE, Monogram

_SMALL = 32
"""Up to this size in pixels, letters fill more of their shape."""


class Sign:
    """A business's sign for icons and images."""

    def __init__(self, monogram: Monogram, glyph: str, face: Path) -> None:
        self._monogram, self._glyph = monogram, glyph
        self._letters = settable(monogram.letters, face)

    def on_shape(self, scheme: Scheme, side: int) -> Image.Image:
        """Return the sign on its shape, clear around it."""
        monogram = self._monogram
        colour = scheme.solid if monogram.shape else scheme.brand
        image = Image.new("RGBA", (side, side), f"{colour}00")
        if monogram.shape:
            shape = paint_mask(monogram.shape, extent=SIDE, side=side)
            image.paste(scheme.solid, (0, 0), shape)
            colour = scheme.on_solid
        share = monogram.room / SIDE * (1.2 if side <= _SMALL else 1)
        self._put(image, colour, min(share, 1), monogram.middle / SIDE)
        return image

    def on_ground(self, scheme: Scheme, side: int, *, share: float) -> Image.Image:
        """Return the sign on the brand's colour from edge to edge; it is `share` of the side wide at most."""
        image = Image.new("RGB", (side, side), scheme.solid)
        self._put(image, scheme.on_solid, share, 0.5)
        return image

    def _put(self, image: Image.Image, colour: str, share: float, middle: float) -> None:
        side = image.width
        if self._letters.words:
            mask = letter_mask(self._letters, side=side, share=share, middle=middle)
            image.paste(colour, (0, 0), mask)
        else:
            inner = round(side * share)
            mask = paint_mask(self._glyph, extent=24, side=inner, stroke=1.8)
            image.paste(colour, ((side - inner) // 2, round(side * middle - inner / 2)), mask)
