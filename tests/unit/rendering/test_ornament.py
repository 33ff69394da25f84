import gzip
import re
from dataclasses import replace
from itertools import product
from typing import get_args
from xml.etree import ElementTree

import pytest

from sitewright.orders.models.brief import Colours, Tone
from sitewright.orders.models.business import Niche
from sitewright.rendering.design.manifest import OrnamentKind
from sitewright.rendering.design.palette import make_palette
from sitewright.rendering.ornament import KINDS, Drawing, draw
from sitewright.rendering.ornament.drawing import Pen
from sitewright.rendering.ornament.outlines import outlines
from sitewright.rendering.ornament.painting import paint_drawing, paint_mask
from sitewright.rendering.pictures.glyphs import ICONS, TRADE_GLYPHS

SCHEME = make_palette(Colours(), otherwise="#1f5c57").light
SHAPES = ((5, 6), (5, 3), (4, 3), (1, 1), (24, 1), (3, 9))
_COLOURS = {"t1", "t2", "t3", "t4", "t5"}


def _drawn(
    kind: str, seed: str = "Mabel & Finch", *, tone: Tone = Tone.CALM, shape: tuple[int, int] = (5, 6)
) -> Drawing:
    return draw(kind, seed, columns=shape[0], rows=shape[1], tone=tone, niche=Niche.RETAIL)


def _svg(drawing: Drawing) -> str:
    paths = "".join(f'<path class="{path.colour}" d="{path.data}"/>' for path in drawing.paths)
    return f'<svg viewBox="{drawing.view_box}">{paths}</svg>'


def test_themes_may_name_every_kind() -> None:
    assert set(KINDS) == set(get_args(OrnamentKind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_always_gives_the_same_drawing_and_another_gives_another(kind: str) -> None:
    first = _drawn(kind, "a")
    draw.cache_clear()
    assert _drawn(kind, "a") == first
    assert any(_drawn(kind, seed) != first for seed in "bcdefgh")
    assert any(_drawn(kind, "a", tone=tone) != first for tone in Tone)


@pytest.mark.parametrize(("kind", "shape"), list(product(KINDS, SHAPES)))
def test_a_drawing_is_small_and_in_the_palette_of_any_shape(kind: str, shape: tuple[int, int]) -> None:
    limit = 800 if min(shape) == 1 else 2500
    for tone, seed in zip(Tone, ("A", "W" * 80, "عيادة", "<script>alert(1)</script>"), strict=True):
        drawing = _drawn(kind, seed, tone=tone, shape=shape)
        svg = _svg(drawing)
        ElementTree.fromstring(svg)
        assert len(gzip.compress(svg.encode(), 9)) <= limit
        assert {path.colour for path in drawing.paths} <= _COLOURS
        assert (drawing.width, drawing.height) == (shape[0] * 8, shape[1] * 8)
        for path in drawing.paths:
            assert re.fullmatch(r"[MmLlHhVvCcSsQqTtAaz0-9 .-]+", path.data)
            assert not re.search(r"\.\d\d", path.data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_covers_its_whole_panel(kind: str) -> None:
    image = paint_drawing(_drawn(kind), replace(SCHEME, paper="#123456"), width=100, height=120)
    corners = {image.getpixel(at) for at in ((0, 0), (99, 0), (0, 119), (99, 119))}
    assert (0x12, 0x34, 0x56) not in corners
    assert image.getcolors(3) is None


def test_a_pen_writes_what_outlines_reads() -> None:
    data = (
        Pen()
        .move(1, 1)
        .line((5, 1), (5, 4))
        .quad(6, 6, 8, 4)
        .smooth(10, 4)
        .swing(14, 8)
        .swing(18, 4)
        .close()
        .data
    )
    (outline,) = outlines(data)
    for point in ((1, 1), (5, 1), (5, 4), (8, 4), (10, 4), (14, 8), (18, 4)):
        assert point in [(round(x, 6), round(y, 6)) for x, y in outline]
    assert outline[0] == outline[-1]


@pytest.mark.parametrize("radius", [0.3, 1.04, 3.36, 20])
def test_a_circle_is_round_however_its_numbers_are_rounded(radius: float) -> None:
    (outline,) = outlines(Pen().circle(10.03, 10.07, radius).data)
    across = max(x for x, _ in outline) - min(x for x, _ in outline)
    down = max(y for _, y in outline) - min(y for _, y in outline)
    assert across == pytest.approx(down, rel=0.01)
    assert across == pytest.approx(2 * radius, abs=0.11)


def test_every_trade_has_a_glyph_of_its_own() -> None:
    assert set(TRADE_GLYPHS) == set(Niche)
    assert len(set(TRADE_GLYPHS.values())) == len(Niche)


@pytest.mark.parametrize("data", [*TRADE_GLYPHS.values(), *ICONS.values()], ids=[*TRADE_GLYPHS, *ICONS])
def test_a_glyph_stays_in_its_box(data: str) -> None:
    points = [point for outline in outlines(data) for point in outline]
    assert min(min(point) for point in points) >= 1
    assert max(max(point) for point in points) <= 23
    assert paint_mask(data, extent=24, side=24, stroke=1.5).getbbox()
