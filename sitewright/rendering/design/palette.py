"""The palette: every colour of a site, light and dark, derived from the brand's colour in OKLCH.

Contrast is assured here and nowhere else: each role's colour is moved along OKLCH lightness until the pairs
of `palette_pairs` hold (WCAG 2.2, success criteria 1.4.3 and 1.4.11). It is measured on
the rounded `#rrggbb`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Literal, NamedTuple

from coloraide import Color

from sitewright.orders.models.brief import Colours

TEXT, CONTROL = 4.5, 3.0
"""The smallest contrast ratios for text (WCAG 1.4.3) and for the edge of a control (WCAG 1.4.11)."""

_WARM_HUE = 75.0
_ACCENT_HUES = (75.0, 35.0, 195.0, 250.0)
_SLACK = 0.05


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of one scheme, each `#rrggbb`, by their role on the page."""

    paper: str
    tint: str
    wash: str
    card: str
    ink: str
    muted: str
    line: str
    brand: str
    solid: str
    on_solid: str
    edge: str
    band: str
    on_band: str
    base: str
    on_base: str
    base_muted: str
    tile_brand: str
    tile_accent: str
    tile_pale: str
    tile_deep: str
    tile_soft: str

    def custom_properties(self) -> str:
        """Return the colours as CSS declarations: `--paper:#fdfcfa;…`."""
        return "".join(
            f"--{field.name.replace('_', '-')}:{getattr(self, field.name)};" for field in fields(self)
        )


@dataclass(frozen=True, slots=True)
class Palette:
    """A site's colours in both schemes."""

    light: Scheme
    dark: Scheme


def scheme_properties(palette: Palette) -> str:
    """Return the rules that make the colours custom properties, dark where a visitor prefers that."""
    return (
        f":root{{color-scheme:light dark;{palette.light.custom_properties()}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{palette.dark.custom_properties()}}}}}"
    )


class ColourPair(NamedTuple):
    """Two colours that meet on a page, and the contrast ratio that they must at least have."""

    scheme: Literal["light", "dark"]
    use: str
    foreground: str
    background: str
    minimum: float


_TEXT_ON: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ink", ("paper", "tint", "wash", "card")),
    ("muted", ("paper", "tint", "wash", "card")),
    ("brand", ("paper", "tint", "wash", "card")),
    ("on_solid", ("solid",)),
    ("on_band", ("band",)),
    ("on_base", ("base",)),
    ("base_muted", ("base",)),
)
_CONTROL_ON: tuple[tuple[str, tuple[str, ...]], ...] = (("edge", ("paper", "tint", "wash", "card")),)


@lru_cache(maxsize=8192)
def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, 1 to 21."""
    return float(Color(one).contrast(other, method="wcag21"))


def palette_pairs(palette: Palette) -> tuple[ColourPair, ...]:
    """Return every pair of text or control and ground that the theme's styles put together."""
    schemes: tuple[tuple[Literal["light", "dark"], Scheme], ...] = (
        ("light", palette.light),
        ("dark", palette.dark),
    )
    return tuple(
        ColourPair(name, f"{role} on {ground}", getattr(scheme, role), getattr(scheme, ground), minimum)
        for name, scheme in schemes
        for minimum, uses in ((TEXT, _TEXT_ON), (CONTROL, _CONTROL_ON))
        for role, grounds in uses
        for ground in grounds
    )


@lru_cache(maxsize=512)
def make_palette(colours: Colours, *, otherwise: str) -> Palette:
    """Return the palette of the brand's `colours`; `otherwise` (`#rrggbb`) when it has no primary."""
    tones = _Tones.of(colours.primary or otherwise, colours.accent)
    return Palette(light=_light(tones), dark=_dark(tones))


@dataclass(frozen=True, slots=True)
class _Tones:
    """The brand's colour taken apart: its own hex, lightness 0-1, chroma, hue in degrees, and the accent."""

    brand: str
    lightness: float
    chroma: float
    hue: float
    accent: str

    @classmethod
    def of(cls, brand: str, accent: str | None) -> "_Tones":
        lightness, chroma, hue = Color(brand).convert("oklch").coords(nans=False)
        grey = chroma < 0.02
        hue = _WARM_HUE if grey else hue
        if accent is None:
            wanted = (
                _WARM_HUE if grey else min(_ACCENT_HUES, key=lambda each: abs(_distance(each, hue) - 120))
            )
            accent = _hex(0.8, 0.05 if grey else 0.13, wanted)
        return cls(brand=brand, lightness=lightness, chroma=chroma, hue=hue, accent=accent)

    def shade(self, lightness: float, chroma: float) -> str:
        """Return the brand's hue at `lightness`, with at most `chroma` and never more than the brand has."""
        grey = self.chroma < 0.02
        return _hex(lightness, min(chroma, 0.012 if grey else max(self.chroma * 0.6, 0.01)), self.hue)


def _distance(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    colour = Color("oklch", [lightness, chroma, hue]).fit("srgb", method="oklch-chroma")
    return colour.convert("srgb").to_string(hex=True)


def _moved(colour: str, grounds: Iterable[str], minimum: float, *, darker: bool) -> str:
    """Return `colour`, darkened or lightened only as far as `minimum` on all `grounds` needs."""
    against = tuple(grounds)
    lightness, chroma, hue = Color(colour).convert("oklch").coords(nans=False)
    moved = colour
    while min(contrast(moved, ground) for ground in against) < minimum + _SLACK:
        lightness += -0.01 if darker else 0.01
        if not 0 < lightness < 1:
            return "#000000" if darker else "#ffffff"
        moved = _hex(lightness, chroma, hue)
    return moved


def _text_on(ground: str, *preferred: str) -> str:
    """Return the first of `preferred` that can be read on `ground`, else black or white, whichever can."""
    choices = (*preferred, "#ffffff", "#000000")
    return next(each for each in choices if contrast(each, ground) >= TEXT)


def _light(tones: _Tones) -> Scheme:
    grey = tones.chroma < 0.02
    paper, card = tones.shade(0.988, 0.006), "#ffffff"
    tint = tones.shade(0.958, 0.01 if grey else min(0.018, tones.chroma * 0.22))
    wash = tones.shade(0.93, 0.01 if grey else min(0.04, tones.chroma * 0.4))
    grounds = (paper, tint, wash, card)
    base = tones.shade(0.23, 0.045)
    solid = tones.brand
    on_solid = _text_on(solid, "#ffffff", tones.shade(0.2, 0.04))
    band = solid if contrast(solid, paper) >= 1.3 or tones.chroma > 0.1 else tones.shade(0.3, 0.06)
    return Scheme(
        paper=paper,
        tint=tint,
        wash=wash,
        card=card,
        ink=tones.shade(0.22, 0.03),
        muted=_moved(tones.shade(0.47, 0.025), grounds, TEXT, darker=True),
        line=tones.shade(0.88, 0.02),
        brand=_moved(tones.brand, grounds, TEXT, darker=True),
        solid=solid,
        on_solid=on_solid,
        edge=_moved(solid, grounds, CONTROL, darker=True),
        band=band,
        on_band=_text_on(band, "#ffffff", tones.shade(0.2, 0.04)),
        base=base,
        on_base=tones.shade(0.97, 0.01),
        base_muted=_moved(tones.shade(0.78, 0.03), (base,), TEXT, darker=False),
        tile_brand=tones.brand,
        tile_accent=tones.accent,
        tile_pale=tones.shade(0.9, 0.06),
        tile_deep=tones.shade(0.34, 0.08),
        tile_soft=tones.shade(0.965, 0.02),
    )


def _dark(tones: _Tones) -> Scheme:
    paper, tint, card = tones.shade(0.19, 0.018), tones.shade(0.225, 0.024), tones.shade(0.255, 0.028)
    wash = tones.shade(0.29, 0.05)
    grounds = (paper, tint, wash, card)
    base = tones.shade(0.145, 0.02)
    grey = tones.chroma < 0.02
    solid = tones.brand
    if contrast(solid, card) < CONTROL:
        solid = tones.shade(0.93, 0.01) if grey else _moved(tones.brand, grounds, CONTROL, darker=False)
    # A brand near black turns dull when it is lightened: enough for a button, not for a band across the page.
    dull = not grey and tones.lightness < 0.3
    band = tones.shade(0.32, 0.06) if dull else solid
    dark_ink = tones.shade(0.17, 0.03)
    return Scheme(
        paper=paper,
        tint=tint,
        wash=wash,
        card=card,
        ink=tones.shade(0.95, 0.01),
        muted=_moved(tones.shade(0.76, 0.02), grounds, TEXT, darker=False),
        line=tones.shade(0.36, 0.03),
        brand=_moved(solid if grey else tones.brand, grounds, 7.0, darker=False),
        solid=solid,
        on_solid=_text_on(solid, "#ffffff", dark_ink),
        edge=_moved(solid, grounds, CONTROL, darker=False),
        band=band,
        on_band=_text_on(band, "#ffffff", dark_ink),
        base=base,
        on_base=tones.shade(0.95, 0.01),
        base_muted=_moved(tones.shade(0.75, 0.025), (base,), TEXT, darker=False),
        tile_brand=solid,
        tile_accent=tones.accent,
        tile_pale=tones.shade(0.42, 0.06),
        tile_deep=tones.shade(0.27, 0.06),
        tile_soft=tones.shade(0.33, 0.035),
    )
