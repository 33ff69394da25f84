"""A theme's manifest, `theme.toml`: who it suits, its face, its ornament and its design tokens.

docs/themes.md describes every field for designers; `sitewright themes check` reads a theme with this model.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Tone
from sitewright.orders.models.business import Niche
from sitewright.orders.models.normalise import Colour
from sitewright.orders.models.site import SectionKind
from sitewright.rendering.pictures.monogram import MonogramShape

OrnamentKind = Literal["tiles", "waves", "contours", "guilloche", "botanical", "rays", "weave"]

_TOKEN_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_TOKEN_VALUE = re.compile(r"""[\w\s.,%()*/+"'#-]{1,240}""")


def _token_name(name: str) -> str:
    if not _TOKEN_NAME.fullmatch(name):
        raise ValueError("a token's name is lower-case letters, digits and hyphens, like radius or step-1")
    return name


def _token_value(value: str) -> str:
    closed = value.count("(") == value.count(")") and not any(value.count(quote) % 2 for quote in "\"'")
    if not _TOKEN_VALUE.fullmatch(value) or "url(" in value.lower() or not closed:
        raise ValueError(
            "a token is one CSS value without ; : { } < > \\ or url(), like clamp(1rem, 2vw, 2em)"
        )
    return value


Tokens = dict[Annotated[str, AfterValidator(_token_name)], Annotated[str, AfterValidator(_token_value)]]
"""Design tokens: each becomes a custom property of the same name (CSS Custom Properties, Level 1)."""

FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


class Face(Value):
    """A face that pages load: a file in the theme's `fonts/`, or one of the shared `rendering/fonts/`."""

    file: FileName
    family: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ]{1,60}$")]
    weight: Annotated[
        int | tuple[int, int], Field(description="100 to 900; of a variable font the least and the most")
    ]
    fallback: Annotated[str, AfterValidator(_token_value), Field(description="CSS families after it")]
    licence: Annotated[FileName, Field(description="the licence's text, a file beside it")]

    @property
    def font_weight(self) -> str:
        """The weight as `@font-face` has it (CSS Fonts 4, section 4.4): `600`, `200 900`."""
        return " ".join(map(str, self.weight)) if isinstance(self.weight, tuple) else str(self.weight)


class Manifest(Value):
    """A theme's `theme.toml`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="as its folder is named")]
    title: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    niches: Annotated[tuple[Niche, ...], Field(description="that it suits, best first; none: any")] = ()
    tones: Annotated[tuple[Tone, ...], Field(description="that it suits, best first; none: any")] = ()
    sections: Annotated[
        tuple[SectionKind, ...],
        Field(description="that its own styles know; the others are shown as the shared templates do"),
    ] = tuple(SectionKind)
    face: Annotated[Face, Field(description="what headings and images are set in")]
    text_face: Annotated[Face | None, Field(description="for running text; none: the system's")] = None
    ornament: OrnamentKind
    monogram: MonogramShape = "tile"
    tokens: Tokens = Field(default_factory=dict)
    tone_tokens: dict[Tone, Tokens] = Field(default_factory=dict, description="what a tone changes of them")
    niche_colours: dict[Niche, Colour] = Field(
        default_factory=dict, description="brand colours of trades that named none, over the shared ones"
    )

    def tokens_for(self, tone: Tone) -> str:
        """Return the tokens of `tone` as CSS declarations: `--radius:0;…`."""
        tokens = self.tokens | self.tone_tokens.get(tone, {})
        return "".join(f"--{name}:{' '.join(value.split())};" for name, value in tokens.items())
