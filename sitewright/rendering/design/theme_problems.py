"""What is wrong with a theme's folder, in sentences for its designer (docs/themes.md)."""

import re
from collections.abc import Iterator

from jinja2 import TemplateSyntaxError

from sitewright.errors import RenderingError
from sitewright.rendering.design.faces import face_file
from sitewright.rendering.design.style_sheet import StyleSheet
from sitewright.rendering.design.theme import SHARED_TEMPLATES, Theme

_PHYSICAL = re.compile(
    r"[;{\s]((?:margin|padding|border)-(?:left|right)|(?:left|right)(?=\s*:)"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right))\b"
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_WOFF2 = b"wOF2"
_LARGEST_FACE = 60_000


def theme_problems(theme: Theme) -> list[str]:
    """Return what is wrong with the files of `theme`, whose manifest was read: a sentence each."""
    return [*_faces(theme), *_styles(theme), *_templates(theme)]


def _faces(theme: Theme) -> Iterator[str]:
    for face in filter(None, (theme.manifest.face, theme.manifest.text_face)):
        file = face_file(face, theme.root / "fonts")
        content = file.read_bytes()
        if not content.startswith(_WOFF2):
            yield f"fonts/{face.file}: is not WOFF2."
        if len(content) > _LARGEST_FACE:
            yield (
                f"fonts/{face.file}: has {len(content):,} bytes; keep the letters that are needed, "
                f"below {_LARGEST_FACE:,}."
            )
        if not file.with_name(face.licence).read_text("utf-8", errors="replace").strip():
            yield f"fonts/{face.licence}: is empty; the face's licence belongs there."


def _styles(theme: Theme) -> Iterator[str]:
    for path in sorted((theme.root / "styles").glob("*.css")):
        name = f"styles/{path.name}"
        css = path.read_text("utf-8", errors="replace")
        try:
            StyleSheet.parse(css, source=name)
        except RenderingError as error:
            yield error.message
        for found in dict.fromkeys(_PHYSICAL.findall(_COMMENT.sub("", css))):
            yield f"{name}: '{found}' does not turn with the direction of writing; use a logical property."


def _templates(theme: Theme) -> Iterator[str]:
    folder = theme.root / "templates"
    known = {path.stem for path in (SHARED_TEMPLATES / "sections").glob("*.html")}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        try:
            theme.compile_template(name)
        except TemplateSyntaxError as error:
            yield f"templates/{name}, line {error.lineno}: {error.message}."
        if path.parent == folder / "sections" and path.stem not in known:
            yield f"templates/{name}: there is no section '{path.stem}', only {', '.join(sorted(known))}."
