"""Themes: a folder of templates, styles, design tokens and a face, and the version that releases record.

What all themes share lies in `templates/` and `styles/` beside this module. A theme's own template stands
before the shared one of the same name, which stays reachable as `shared/<name>`.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from pydantic import ValidationError

from sitewright.errors import RenderingError, ThemeUnusable
from sitewright.orders.models.brief import Tone
from sitewright.orders.models.business import Niche
from sitewright.rendering.context import PageView, SiteView
from sitewright.rendering.design.faces import LoadedFace, face_file, family_stack, load_face, script_face
from sitewright.rendering.design.manifest import Manifest
from sitewright.rendering.design.style_sheet import StyleSheet
from sitewright.rendering.pictures.glyphs import ICONS

_RENDERING = Path(__file__).parents[1]
SHARED_TEMPLATES = _RENDERING / "templates"
THEMES = _RENDERING / "themes"
"""Where the themes that come with Sitewright lie."""

_LIBRARIES = ("babel", "brotli", "coloraide", "jinja2", "phonenumbers", "pillow", "tinycss2")
"""What else decides a page's bytes."""


class _AlwaysEscaped(Extension):
    """Refuses templates that turn escaping off: the text on a page is whatever a customer typed."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Pass the tokens of a template on; raises TemplateSyntaxError at `{% autoescape %}`."""
        before = ""
        for token in stream:
            if before == "block_begin" and token.test("name:autoescape"):
                raise TemplateSyntaxError(
                    "a theme's text is always escaped, without autoescape", token.lineno, stream.name
                )
            before = token.type
            yield token


@dataclass(frozen=True)
class Theme:
    """A theme and the folder that it was read from."""

    root: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The theme's name, which orders may ask for (`design.theme`)."""
        return self.manifest.name

    @property
    def face_file(self) -> Path:
        """The display face, which images are lettered with too."""
        return face_file(self.manifest.face, self.root / "fonts")

    def faces(self, language: str) -> tuple[LoadedFace, ...]:
        """Return the faces that pages in `language` (ISO 639-1) load, the display face first."""
        own = filter(None, (self.manifest.face, self.manifest.text_face))
        faces = (*(load_face(face, self.root / "fonts") for face in own), script_face(language))
        return tuple(face for face in faces if face)

    @cached_property
    def version(self) -> str:
        """The manifest's version and a hash of all that decides a page's bytes: `1.0.0+9f86d081884c`.

        Hashed are the theme's files, the rendering code with its catalogs and shared files, and the versions
        of its libraries; the other themes and the checks, which change no byte, are not.
        """
        digest = hashlib.sha256()
        for root, left_out in ((_RENDERING, ("checks", "themes")), (self.root, ())):
            for path in sorted(root.rglob("*")):
                inner = path.relative_to(root)
                if path.is_file() and path.suffix != ".pyc" and inner.parts[0] not in left_out:
                    content = hashlib.sha256(path.read_bytes()).hexdigest()
                    digest.update(f"{inner.as_posix()} {content}\n".encode())
        for library in _LIBRARIES:
            digest.update(f"{library} {version(library)}\n".encode())
        return f"{self.manifest.version}+{digest.hexdigest()[:12]}"

    def colour_for(self, niche: Niche) -> str:
        """Return the brand colour, `#rrggbb`, of a business that gave none."""
        return self.manifest.niche_colours.get(niche) or _niche_colours()[niche]

    def style_on(self, html: str, *, tone: Tone, language: str) -> str:
        """Return the tokens for `tone` and `language`, and of the shared and own rules those `html` uses.

        The files of both `styles/` are taken in the order of their names.
        """
        tokens = self._family_tokens(language) + self.manifest.tokens_for(tone)
        return f":root{{{tokens}}}{self._style_sheet.used_on(html)}"

    def _family_tokens(self, language: str) -> str:
        display, text = self.manifest.face, self.manifest.text_face
        stack = family_stack(display, [script_face(language)])
        tokens = f"--display:{stack};--weight:{display.font_weight};"
        return tokens + (f"--text:{family_stack(text, [])};" if text else "")

    @cached_property
    def _style_sheet(self) -> StyleSheet:
        shared, own = ((root / "styles").glob("*.css") for root in (_RENDERING, self.root))
        files = sorted((*shared, *own), key=lambda path: (path.name, path))
        rules = [
            rule
            for path in files
            for rule in StyleSheet.parse(path.read_text("utf-8"), source=f"{self.name}/{path.name}").rules
        ]
        return StyleSheet(tuple(rules))

    @cached_property
    def _environment(self) -> Environment:
        shared = FileSystemLoader(SHARED_TEMPLATES)
        environment = Environment(
            loader=ChoiceLoader(
                [FileSystemLoader(self.root / "templates"), shared, PrefixLoader({"shared": shared})]
            ),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=[_AlwaysEscaped],
        )
        del environment.filters["safe"]
        environment.globals["icons"] = ICONS
        return environment

    def compile_template(self, name: str) -> None:
        """Read the template `name`; raises jinja2's TemplateSyntaxError where it is no template."""
        self._environment.get_template(name)

    def render_template(self, name: str, site: SiteView, page: PageView) -> str:
        """Return the template `name` filled with `site` and `page`, every value escaped.

        Raises RenderingError, naming theme and template, where it cannot be filled.
        """
        try:
            return self._environment.get_template(name).render(site=site, page=page)
        except TemplateError as cause:
            raise RenderingError(f"Theme '{self.name}', template {name}: {cause}.") from cause


@cache
def _niche_colours() -> Mapping[Niche, str]:
    colours = tomllib.loads((_RENDERING / "niche_colours.toml").read_text("utf-8"))
    return {Niche(niche): colour for niche, colour in colours.items()}


@cache
def read_theme(root: Path) -> Theme:
    """Return the theme that lies in the folder `root`.

    Raises ThemeUnusable, naming each field that is wrong, when its manifest or its face cannot be used.
    """
    try:
        manifest = Manifest.model_validate(tomllib.loads((root / "theme.toml").read_text("utf-8")))
    except FileNotFoundError as cause:
        raise ThemeUnusable(f"There is no theme in {root}: it has no theme.toml.") from cause
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise ThemeUnusable(f"{root / 'theme.toml'} is not TOML: {cause}.") from cause
    except ValidationError as cause:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in cause.errors()
        )
        raise ThemeUnusable(f"{root / 'theme.toml'} is not a manifest: {problems}.") from cause
    theme = Theme(root, manifest)
    if manifest.name != root.name:
        raise ThemeUnusable(f"The theme in {root} is named '{manifest.name}'; it is named as its folder is.")
    for face in filter(None, (manifest.face, manifest.text_face)):
        font = face_file(face, root / "fonts")
        for file in (font, font.with_name(face.licence)):
            if not file.is_file():
                raise ThemeUnusable(
                    f"Theme '{manifest.name}' has no fonts/{file.name}, which its manifest names."
                )
    return theme


def all_themes(extra: Path | None = None) -> Mapping[str, Theme]:
    """Return the themes by name: those that come with Sitewright, and those in the folder `extra`.

    One of `extra` with the name of another stands in its place. Raises ThemeUnusable when one cannot be used.
    """
    found: dict[str, Theme] = {}
    for folder in (THEMES, extra):
        for manifest in sorted(folder.glob("*/theme.toml")) if folder else ():
            found[manifest.parent.name] = read_theme(manifest.parent)
    return found


def choose_theme(themes: Mapping[str, Theme], *, wanted: str | None, niche: Niche, tone: Tone) -> Theme:
    """Return the theme that the order names; else the one that suits niche and tone best.

    The niche weighs more than the tone; among equals the theme that lists the niche, then the tone, earlier
    wins, then the first by name. Raises ThemeUnusable for a theme that is not there.
    """
    if wanted is not None:
        if wanted not in themes:
            known = ", ".join(sorted(themes))
            raise ThemeUnusable(f"design.theme: there is no theme '{wanted}', only {known}.")
        return themes[wanted]

    def distance(theme: Theme) -> tuple[bool, bool, int, int, str]:
        suits = theme.manifest
        place = suits.niches.index(niche) if niche in suits.niches else len(Niche)
        mood = suits.tones.index(tone) if tone in suits.tones else len(Tone)
        return niche not in suits.niches, tone not in suits.tones, mood, place, theme.name

    return min(themes.values(), key=distance)
