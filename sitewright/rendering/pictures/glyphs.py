"""Line glyphs: one for each trade, and the icons of the sections, read from `glyphs.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sitewright.orders.models.business import Niche

_TABLES = tomllib.loads((Path(__file__).parent / "glyphs.toml").read_text("utf-8"))

TRADE_GLYPHS: Mapping[Niche, str] = MappingProxyType(
    {Niche(niche): data for niche, data in _TABLES["trades"].items()}
)
"""Each trade's glyph: SVG path data for a view box of 24 by 24."""

ICONS: Mapping[str, str] = MappingProxyType(_TABLES["icons"])
"""The icons that templates draw by name: SVG path data for a view box of 24 by 24."""
