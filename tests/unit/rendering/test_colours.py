import itertools

import pytest
from coloraide import Color

from sitewright.orders.models.brief import Colours
from sitewright.rendering import contrast, make_palette, palette_pairs

GRID = ["#" + "".join(parts) for parts in itertools.product(("00", "55", "aa", "ff"), repeat=3)]
ODD = ["#111111", "#fefefe", "#39ff14", "#e8ff3a", "#777777", "#2a0f0b", "#0a1f44", "#f5c6d0"]


@pytest.mark.parametrize("brand", [*GRID, *ODD])
def test_every_pair_of_any_brand_can_be_read(brand: str) -> None:
    pairs = palette_pairs(make_palette(Colours(primary=brand), otherwise="#1f5c57"))
    weak = [pair for pair in pairs if contrast(pair.foreground, pair.background) < pair.minimum]
    assert weak == []
    assert {pair.scheme for pair in pairs} == {"light", "dark"}


@pytest.mark.parametrize("brand", [*GRID, *ODD])
def test_the_brand_stays_recognisable(brand: str) -> None:
    palette = make_palette(Colours(primary=brand), otherwise="#1f5c57")
    assert palette.light.solid == brand
    _, chroma, hue = Color(brand).convert("oklch").coords(nans=False)
    if chroma > 0.05:
        shown = Color(palette.dark.solid).convert("oklch")
        assert abs((shown["hue"] - hue + 180) % 360 - 180) < 12, "dark pages keep the brand's hue"


def test_a_business_without_a_colour_has_one() -> None:
    assert make_palette(Colours(), otherwise="#1f5c57").light.solid == "#1f5c57"
    assert make_palette(Colours(accent="#ffb703"), otherwise="#1f5c57").light.tile_accent == "#ffb703"
