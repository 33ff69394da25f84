"""The customer's pictures on the pages: the right files to choose from, and nothing that no page shows."""

import re
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from PIL import Image

from sitewright.errors import RenderingError
from sitewright.orders.models.picture import Picture, StoredPicture
from sitewright.rendering import THEMES, all_themes, render_site
from sitewright.rendering.pictures.photos import CARD, FACE, OPENING, Album
from tests.support.markup import parsed
from tests.support.pictures import Pictured, encoded, gardener_site, gardener_with_pictures, logo, photo
from tests.support.words import words_for
from tests.unit.rendering.checks.test_planted_faults import BASE


def site() -> tuple[Pictured, Mapping[str, bytes]]:
    return gardener_site(BASE)


def images(path: str) -> list[Element]:
    return list(parsed(site()[1][path]).iter("img"))


def image(path: str, alt: str) -> Element:
    return next(each for each in images(path) if each.get("alt") == alt and "photo" in each.get("class", ""))


def test_the_first_photo_opens_the_site_and_comes_first() -> None:
    hero = image("index.html", 'Our "van" <in> spring')
    assert (hero.get("width"), hero.get("height")) == ("700", "1000")
    assert hero.get("fetchpriority") == "high"
    assert hero.get("loading") is None
    assert "mosaic cover" not in site()[1]["index.html"].decode()


def test_what_is_further_down_waits() -> None:
    for path in ("about/index.html", "gallery/index.html"):
        shown = [each for each in images(path) if "photo" in each.get("class", "")]
        assert shown
        assert {(each.get("loading"), each.get("decoding")) for each in shown} == {("lazy", "async")}


def test_a_theme_may_import_the_photo_without_the_pages_context(tmp_path: Path) -> None:
    theme = shutil.copytree(THEMES / "mosaic", tmp_path / "harbour")
    manifest = theme / "theme.toml"
    manifest.write_text(manifest.read_text().replace('name = "mosaic"', 'name = "harbour"', 1))
    gallery = """{% extends "shared/sections/gallery.html" %}
{% block works %}
{% from "parts.html" import photo %}
{{ photo(site.hero_photo, "50vw") }}
{% endblock %}"""
    (theme / "templates" / "sections").mkdir(parents=True, exist_ok=True)
    (theme / "templates" / "sections" / "gallery.html").write_text(gallery)
    made = gardener_with_pictures()
    files = render_site(
        made.order,
        *words_for(made.order),
        base_url=BASE,
        theme=all_themes(tmp_path)["harbour"],
        pictures=made.pictures,
    )
    (work,) = parsed(files["gallery/index.html"]).findall(".//main//picture/img")
    assert (work.get("alt"), work.get("loading")) == ('Our "van" <in> spring', "lazy")


def test_photos_stand_where_drawings_and_initials_stand_otherwise() -> None:
    (work,) = [each for each in images("gallery/index.html") if each.get("class") == "photo work"]
    assert work.get("alt") == ""
    about = site()[1]["about/index.html"].decode()
    assert len(re.findall(r'<span class="monogram face">', about)) == 2
    assert image("about/index.html", "Ana at work") is not None
    assert re.search(r'<span class="monogram" aria-hidden="true">LP</span>', about)


def test_the_logo_stands_for_the_monogram_and_keeps_the_name_for_those_who_do_not_see_it() -> None:
    mark = parsed(site()[1]["index.html"]).find(".//a[@class='mark']")
    assert mark is not None
    shown = mark.find(".//img")
    assert shown is not None
    assert (shown.get("class"), shown.get("alt")) == ("logo on-light", "")
    assert (shown.get("width"), shown.get("height")) == ("160", "64")
    assert mark.findtext("span[@class='unseen']") == site()[0].order.brief.business.name


def test_every_file_to_choose_from_is_there_and_no_other() -> None:
    files = site()[1]
    named = {
        f"assets/{name}"
        for path, content in files.items()
        if path.endswith(".html")
        for name in re.findall(r"/assets/((?:photo|logo)-[^ \",]+)", content.decode())
    }
    made = {path for path in files if re.match("assets/(photo|logo)-", path)}
    assert made == named
    for path in made:
        written = Image.open(BytesIO(files[path]))
        assert written.width == int(re.findall(r"-(\d+)\.", path)[0])
        assert (
            written.format
            == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}[path[-4:].strip(".")]
        )
        assert not written.getexif()


def test_equal_pictures_give_equal_bytes() -> None:
    made, files = site()
    again = Album(made.pictures).files(made.order.brief, [files["gallery/index.html"]])
    assert any(path.endswith(".avif") for path in again)
    assert again == {path: files[path] for path in again}


def test_a_picture_that_was_not_handed_over_is_named() -> None:
    made = site()[0]
    plan, copies = words_for(made.order)
    with pytest.raises(RenderingError, match="was not handed over"):
        render_site(made.order, plan, copies, base_url=BASE)


def album(content: bytes) -> tuple[Album, Picture]:
    size = Image.open(BytesIO(content)).size
    stored = StoredPicture(sha256="a" * 64, width=size[0], height=size[1])
    return Album({"a" * 64: content}, "/site"), Picture(file="x", stored=stored)


@pytest.mark.parametrize(
    ("width", "use", "widths"),
    [
        (2560, OPENING, [480, 800, 1200, 1600, 2400]),
        (1650, OPENING, [480, 800, 1200, 1650]),
        (1000, CARD, [320, 480, 800, 1000]),
        (2000, CARD, [320, 480, 800, 1200]),
        (100, FACE, [100]),
    ],
)
def test_no_file_is_wider_than_the_picture_nor_than_anybody_shows_it(width, use, widths) -> None:
    pictures, picture = album(encoded(Image.new("RGB", (width, 60))))
    view = pictures.photo(picture, use)
    assert view is not None
    assert [int(number) for number in re.findall(r" (\d+)w", view.sources[0].srcset)] == widths
    assert view.src.endswith(".jpg")


def test_a_see_through_photo_stays_see_through_for_every_browser() -> None:
    pictures, picture = album(encoded(photo(64, 64).convert("RGBA").rotate(45, expand=True), "WEBP"))
    view = pictures.photo(picture, FACE)
    assert view is not None
    assert view.src.endswith(".png")


@pytest.mark.parametrize(("ink", "ground"), [("#103050", "light"), ("#fff8e0", "dark")])
def test_a_see_through_logo_says_what_ground_it_needs(ink: str, ground: str) -> None:
    pictures, picture = album(encoded(logo(ink), "WEBP", lossless=True))
    view = pictures.logo(picture)
    assert view is not None
    assert view.ground == ground
    opaque, picture = album(encoded(logo(ink).convert("RGB")))
    view = opaque.logo(picture)
    assert view is not None
    assert view.ground == ""


@pytest.mark.parametrize(
    ("given", "told"), [(None, ""), ("ELM street", ""), ("A maple in May", "A maple in May")]
)
def test_what_stands_beside_a_picture_is_not_told_twice(given: str | None, told: str) -> None:
    pictures, picture = album(encoded(photo(64, 64)))
    view = pictures.photo(picture.model_copy(update={"alt": given}), CARD, beside="Elm Street")
    assert view is not None
    assert view.alt == told
