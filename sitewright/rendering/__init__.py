"""Sites from words: the themes, and the pure function that renders a site with one."""

from sitewright.rendering.design.palette import ColourPair, Palette, contrast, make_palette, palette_pairs
from sitewright.rendering.design.theme import THEMES, Theme, all_themes, choose_theme, read_theme
from sitewright.rendering.locales.interface import page_path
from sitewright.rendering.site import render_site, site_palette, theme_for

__all__ = [
    "THEMES",
    "ColourPair",
    "Palette",
    "Theme",
    "all_themes",
    "choose_theme",
    "contrast",
    "make_palette",
    "page_path",
    "palette_pairs",
    "read_theme",
    "render_site",
    "site_palette",
    "theme_for",
]
