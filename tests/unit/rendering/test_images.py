from io import BytesIO

import pytest
from PIL import Image

from sitewright.orders.models.brief import Colours, Tone
from sitewright.rendering.business_facts import initials
from sitewright.rendering.context import card_widths
from sitewright.rendering.mosaic import draw_mosaic
from sitewright.rendering.palette import make_palette
from sitewright.rendering.social_image import TILES, draw_social_image

SCHEME = make_palette(Colours(), otherwise="#1f5c57").light
MOSAIC = draw_mosaic("x", columns=TILES[0], rows=TILES[1], tone=Tone.CALM)


def test_accents_are_drawn() -> None:
    plain, accented = (draw_social_image(name, "", MOSAIC, SCHEME) for name in ("aceonuAEI", "ãçéõñüÁÊÍ"))
    unknown = draw_social_image("\ue000" * 9, "", MOSAIC, SCHEME)
    assert len({plain, accented, unknown}) == 3


@pytest.mark.parametrize("name", ["A", "Word " * 24, "W" * 120, "日本語", "Łódź & Søn"])
def test_any_name_gives_an_image_of_the_shared_size(name: str) -> None:
    image = Image.open(BytesIO(draw_social_image(name, name, MOSAIC, SCHEME)))
    assert image.size == (1200, 630)


def test_a_name_always_gives_the_same_mosaic() -> None:
    for tone in Tone:
        first, again, other = (draw_mosaic(seed, columns=6, rows=4, tone=tone) for seed in ("a", "a", "b"))
        assert first == again
        assert first != other


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sorriso do Porto Odontologia", "SP"),
        ("Dra. Helena Prado", "HP"),
        ("Mabel & Finch", "MF"),
        ("Éclair", "É"),
        ("the of", "TO"),
        ("***", "•"),
    ],
)
def test_initials_skip_titles_and_small_words(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("count", range(1, 20))
def test_cards_fill_their_rows(count: int) -> None:
    share = {"whole": 6, "half": 3, "third": 2}
    widths = [share[width] for width in card_widths(count)]
    assert len(widths) == count
    assert sum(widths) % 6 == 0
