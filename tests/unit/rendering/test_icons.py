import json
from io import BytesIO
from typing import get_args
from xml.etree import ElementTree

import pytest
from PIL import IcoImagePlugin, Image

from sitewright.orders.models.brief import Colours
from sitewright.orders.models.business import Niche
from sitewright.rendering import all_themes
from sitewright.rendering.design.palette import make_palette
from sitewright.rendering.pictures.glyphs import TRADE_GLYPHS
from sitewright.rendering.pictures.icons import ICON, OLD_ICON, TOUCH_ICON, draw_icons, web_manifest
from sitewright.rendering.pictures.monogram import MonogramShape, make_monogram
from tests.unit.rendering.conftest import Rendered

PALETTE = make_palette(Colours(), otherwise="#1f5c57")
FACE = all_themes()["mosaic"].face_file
GLYPH = TRADE_GLYPHS[Niche.DENTIST]
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("shape", get_args(MonogramShape))
def test_icons_have_their_sizes_and_are_always_the_same(shape: MonogramShape) -> None:
    monogram = make_monogram("SP", shape)
    icons = draw_icons(monogram, GLYPH, PALETTE, FACE)
    draw_icons.cache_clear()
    assert draw_icons(monogram, GLYPH, PALETTE, FACE) == icons
    sizes = {TOUCH_ICON: 180, "icon-192.png": 192, "icon-512.png": 512, "icon-maskable-512.png": 512}
    for name, side in sizes.items():
        image = Image.open(BytesIO(icons[name])).convert("RGBA")
        assert image.size == (side, side)
        assert image.getcolors(3) is None
        if name in {TOUCH_ICON, "icon-maskable-512.png"}:
            assert image.getchannel("A").getextrema() == (255, 255)
    old = IcoImagePlugin.IcoImageFile(BytesIO(icons[OLD_ICON]))
    assert old.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert sum(map(len, icons.values())) < 30_000


@pytest.mark.parametrize("letters", ["SP", "W", "日", "🌳", "<b", "&", "عا", "•"])
def test_any_initials_give_a_well_formed_icon_without_script(letters: str) -> None:
    icons = draw_icons(make_monogram(letters, "shield"), GLYPH, PALETTE, FACE)
    root = ElementTree.fromstring(icons[ICON])
    assert {each.tag for each in root.iter()} == {
        f"{_SVG}{name}" for name in ("svg", "style", "path", "text")
    }
    assert root.findtext(f"{_SVG}text") == letters
    assert b"prefers-color-scheme:dark" in icons[ICON]


def test_letters_that_no_font_has_give_way_to_the_trade() -> None:
    unknown, other, known = (
        draw_icons(make_monogram(letters, "tile"), GLYPH, PALETTE, FACE)["icon-192.png"]
        for letters in "日本A"
    )
    assert unknown == other != known


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Mabel & Finch", "Mabel"),
        ("Sorriso do Porto Odontologia", "Sorriso"),
        ("Acme", "Acme"),
        ("Kraftfahrzeugwerkstatt Huber", "Kraftfahrzeu"),
        ("عيادة الابتسامة لطب الأسنان", "عيادة"),
    ],
)
def test_the_manifest_names_the_business_and_its_icons(name: str, short: str) -> None:
    content = web_manifest(name=name, locale="pt-BR", direction="ltr", home="/a-site/", palette=PALETTE)
    manifest = json.loads(content)
    assert manifest["name"] == name
    assert manifest["short_name"] == short
    assert (manifest["lang"], manifest["dir"], manifest["display"]) == ("pt-BR", "ltr", "browser")
    assert manifest["start_url"] == manifest["scope"] == "/a-site/"
    icons = draw_icons(make_monogram("SP", "tile"), GLYPH, PALETTE, FACE)
    for icon in manifest["icons"]:
        image = Image.open(BytesIO(icons[icon["src"].removeprefix("/a-site/")]))
        assert icon["sizes"] == f"{image.width}x{image.height}"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_each_page_is_shared_with_an_image_of_its_own(site: Rendered) -> None:
    shared = set()
    for path, content in site.pages.items():
        page = content.decode()
        if 'property="og:image"' in page and "og:type" in page:
            url = page.split('property="og:image" content="')[1].split('"')[0]
            assert url.removeprefix("http://127.0.0.1:8400/a-site/") in site.files, path
            shared.add(url)
    assert len(shared) >= len(site.copies)
    for name in (ICON, OLD_ICON, TOUCH_ICON, "site.webmanifest"):
        assert name in site.files
        assert all(f'href="/a-site/{name}"' in page.decode() for page in site.pages.values())
