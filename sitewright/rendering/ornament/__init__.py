"""Generated drawings in the palette's colours: a few kinds of ornament, each the same for the same seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sitewright.orders.models.brief import Tone
from sitewright.orders.models.business import Niche
from sitewright.rendering.ornament import botanical, contours, guilloche, rays, tiles, waves, weave
from sitewright.rendering.ornament.drawing import Drawing, DrawnPath, Panel

__all__ = ("KINDS", "Drawing", "DrawnPath", "Ornament", "draw")

KINDS: Mapping[str, Callable[[Panel], Drawing]] = MappingProxyType(
    {
        "botanical": botanical.draw,
        "contours": contours.draw,
        "guilloche": guilloche.draw,
        "rays": rays.draw,
        "tiles": tiles.draw,
        "waves": waves.draw,
        "weave": weave.draw,
    }
)
"""The kinds of ornament by the name that a theme's manifest gives."""


@lru_cache(maxsize=256)
def draw(kind: str, seed: str, *, columns: int, rows: int, tone: Tone, niche: Niche) -> Drawing:
    """Return the ornament of `kind` for `seed`, as wide and high as `columns` and `rows` of eight units.

    Raises KeyError when there is no such kind; a theme's manifest is checked against `KINDS` when it is read.
    """
    return KINDS[kind](Panel(seed, columns, rows, tone, niche))


@dataclass(frozen=True, slots=True)
class Ornament:
    """A business's ornament: one kind, from which each place of its site takes a drawing of its own."""

    kind: str
    name: str
    tone: Tone
    niche: Niche

    def draw(self, word: str, *, columns: int = 5, rows: int = 6) -> Drawing:
        """Return the drawing for the place or thing that `word` names."""
        return draw(
            self.kind, f"{self.name}/{word}", columns=columns, rows=rows, tone=self.tone, niche=self.niche
        )
