from io import BytesIO

import pytest
from PIL import Image, features

from sitewright.orders.models.brief import Colours, Tone
from sitewright.orders.models.business import Niche
from sitewright.rendering import all_themes
from sitewright.rendering.business_facts import initials
from sitewright.rendering.business_view import card_widths
from sitewright.rendering.design.palette import make_palette
from sitewright.rendering.ornament import KINDS, draw
from sitewright.rendering.pictures.glyphs import TRADE_GLYPHS
from sitewright.rendering.pictures.lettering import settable
from sitewright.rendering.pictures.monogram import make_monogram
from sitewright.rendering.pictures.social_image import HEIGHT, PANEL, WIDTH, SocialImages

SCHEME = make_palette(Colours(), otherwise="#1f5c57").light
FACE = all_themes()["mosaic"].face_file
ARABIC = "عيادة الابتسامة لطب الأسنان"
_PANEL_WIDTH, _MARGIN = 420, 76


def _images(kind: str = "tiles", *, rtl: bool = False) -> SocialImages:
    columns, rows = PANEL
    ornament = draw(kind, "x", columns=columns, rows=rows, tone=Tone.CALM, niche=Niche.LAW_FIRM)
    return SocialImages(
        ornament, make_monogram("MF", "tile"), TRADE_GLYPHS[Niche.LAW_FIRM], SCHEME, FACE, rtl=rtl
    )


IMAGES = _images()


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def test_accents_are_drawn() -> None:
    plain, accented, unknown = (IMAGES.draw(name, "") for name in ("aceonuAEI", "ãçéõñüÁÊÍ", "\ue000" * 9))
    assert len({plain, accented, unknown}) == 3


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "Word " * 16,
        "W" * 80,
        "日本語",
        "Łódź & Søn",
        f"{ARABIC} Smile 24",
        "🌳 Ladder",
        "<script>alert(1)</script>",
        "",
    ],
)
@pytest.mark.parametrize("rtl", [False, True])
def test_any_name_stays_in_its_box(name: str, rtl: bool) -> None:
    images = _images(rtl=rtl)
    image, bare = _opened(images.draw(name, name)), _opened(images.draw("", ""))
    assert image.size == (WIDTH, HEIGHT)
    left = _PANEL_WIDTH + _MARGIN if rtl else _MARGIN
    box = (left - 2, _MARGIN + 92, left + WIDTH - _PANEL_WIDTH - 2 * _MARGIN + 2, HEIGHT - _MARGIN // 2)
    blank = Image.new("RGB", (box[2] - box[0], box[3] - box[1]))
    for each in (image, bare):
        each.paste(blank, box[:2])
    assert image.tobytes() == bare.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_is_light_and_always_the_same(kind: str) -> None:
    content = _images(kind).draw("Harrington, Blackwood & Associates", "Law firm · London")
    assert content == _images(kind).draw("Harrington, Blackwood & Associates", "Law firm · London")
    assert len(content) <= 60_000


def test_words_that_no_font_has_are_left_out_and_signs_only_are_dropped() -> None:
    assert settable("日本語 Ltd", FACE).words == ""
    assert settable("🌳 Lawn  & Ladder ✂", FACE).words == "Lawn & Ladder"
    assert settable("Mabel", FACE).fonts == (FACE,)
    assert FACE not in settable("Łódź", FACE).fonts


def test_arabic_is_shaped_and_set_from_the_right() -> None:
    text = settable(ARABIC, FACE)
    assert text.words == ARABIC
    assert text.rtl
    mask = text.mask("عيادة", 60, 400)
    box = mask.getbbox()
    assert box is not None
    assert box[2] > 390
    apart = settable("ع ي ا د ة", FACE).mask("ع ي ا د ة", 60, 400).getbbox()
    assert apart is not None
    assert box[2] - box[0] < apart[2] - apart[0] - 60


def test_without_shaping_arabic_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda feature: feature != "raqm")
    assert settable(ARABIC, FACE).words == ""
    assert settable("Mabel", FACE).words == "Mabel"


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
