"""Sites from words: the theme, and the pure function that renders a site with it."""

from sitewright.rendering.interface import page_path
from sitewright.rendering.palette import ColourPair, Palette, contrast, make_palette, palette_pairs
from sitewright.rendering.site import render_site, site_palette
from sitewright.rendering.theme import THEME, theme_version

__all__ = [
    "THEME",
    "ColourPair",
    "Palette",
    "contrast",
    "make_palette",
    "page_path",
    "palette_pairs",
    "render_site",
    "site_palette",
    "theme_version",
]
