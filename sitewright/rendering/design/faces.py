"""The faces that pages load: a theme's own, and one for scripts that it has no letters for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sitewright.errors import ThemeUnusable
from sitewright.rendering.assets import hashed_path
from sitewright.rendering.design.manifest import Face

SHARED = Path(__file__).parents[1] / "fonts"
"""Faces that any theme may use."""

_SCRIPTS = {
    "ar": Face(
        file="Cairo-700-arabic.woff2",
        family="Cairo",
        weight=700,
        fallback="'Segoe UI', 'Geeza Pro', sans-serif",
        licence="Cairo-LICENSE.txt",
    )
}
"""By language (ISO 639-1), the display face of a script that the themes' faces, all Latin, do not have."""


@dataclass(frozen=True)
class LoadedFace:
    """A face and its file: where it lies below a site (`assets/nunito.9f86d081884c.woff2`), its content."""

    face: Face
    path: str
    content: bytes

    def rule(self, root: str) -> str:
        """Return the rule that loads the face; `root` is the path of the site's address.

        `swap`: words are read at once in the fallback, and set anew when the face comes (CSS Fonts 4, section
        4.9). It is preloaded, so that mostly is before the first paint.
        """
        return (
            f'@font-face{{font-family:"{self.face.family}";font-weight:{self.face.font_weight};'
            f'font-display:swap;src:url("{root}/{self.path}") format("woff2")}}'
        )


def face_file(face: Face, fonts: Path) -> Path:
    """Return where the file of `face` is, or should be: in the theme's own `fonts`, or the shared ones."""
    found = (place / face.file for place in (fonts, SHARED) if (place / face.file).is_file())
    return next(found, fonts / face.file)


@cache
def load_face(face: Face, fonts: Path) -> LoadedFace:
    """Return `face` with its file. Raises ThemeUnusable when that cannot be read."""
    file = face_file(face, fonts)
    try:
        content = file.read_bytes()
    except OSError as cause:
        raise ThemeUnusable(f"The font {file} cannot be read: {cause.strerror}.") from cause
    return LoadedFace(face, hashed_path(f"{file.stem.lower()}{file.suffix}", content), content)


def script_face(language: str) -> LoadedFace | None:
    """Return the display face for the script of `language` (ISO 639-1); None where the theme's own serves."""
    face = _SCRIPTS.get(language)
    return load_face(face, SHARED) if face else None


def family_stack(display: Face, others: Iterable[LoadedFace | None]) -> str:
    """Return the families of headings in the order that they are asked for letters in, as CSS has it."""
    families = [display.family, *(other.face.family for other in others if other)]
    return ",".join([*(f'"{family}"' for family in families), display.fallback])
