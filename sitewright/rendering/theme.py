"""The theme: its manifest, styles, templates and font, and the version that every release records."""

import hashlib
import re
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import Field

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Niche, Tone
from sitewright.orders.models.normalise import Colour
from sitewright.rendering.context import PageView, SiteView
from sitewright.rendering.palette import Palette

THEME = "mosaic"
"""The name of the theme that sites are rendered with."""

_RENDERING = Path(__file__).parent
_ROOT = _RENDERING / "themes" / THEME
_LIBRARIES = ("babel", "coloraide", "jinja2", "phonenumbers", "pillow")
"""What else decides a page's bytes."""


class Manifest(Value):
    """A theme's `theme.toml`."""

    name: str
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    font: str
    colour: Colour
    niche_colours: dict[Niche, Colour]

    def colour_for(self, niche: Niche) -> str:
        """Return the brand colour, `#rrggbb`, of a business that gave none."""
        return self.niche_colours.get(niche, self.colour)


@cache
def manifest() -> Manifest:
    """Return the theme's manifest."""
    return Manifest.model_validate(tomllib.loads((_ROOT / "theme.toml").read_text("utf-8")))


def font_file() -> Path:
    """Return the font that images are lettered with; pages use the fonts of the visitor's system."""
    return _ROOT / "fonts" / manifest().font


@cache
def theme_version() -> str:
    """Return the manifest's version and a hash of all that decides a page's bytes: `1.0.0+9f86d081884c`.

    Hashed are the theme's files, the rendering code with its catalogs, and the versions of its libraries;
    the checks, which change no byte, are not.
    """
    digest = hashlib.sha256()
    for path in sorted(_RENDERING.rglob("*")):
        inner = path.relative_to(_RENDERING)
        if path.is_file() and path.suffix != ".pyc" and inner.parts[0] != "checks":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{inner.as_posix()} {content}\n".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    return f"{manifest().version}+{digest.hexdigest()[:12]}"


@cache
def _styles(tone: Tone) -> str:
    parts = [*sorted((_ROOT / "styles").glob("[0-9]*.css")), _ROOT / "styles" / f"tone-{tone}.css"]
    css = "\n".join(path.read_text("utf-8") for path in parts)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return css.replace(": ", ":").replace(";}", "}").strip()


def style_sheet(palette: Palette, tone: Tone) -> str:
    """Return the site's style sheet: the palette as custom properties, the theme's rules, and the tone's."""
    dark = palette.dark.custom_properties()
    return (
        f":root{{color-scheme:light dark;{palette.light.custom_properties()}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"{_styles(tone)}"
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render_template(name: str, site: SiteView, page: PageView) -> str:
    """Return the template `name` filled with `site` and `page`, every value escaped."""
    return _environment().get_template(name).render(site=site, page=page)
