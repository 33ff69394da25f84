"""Pictures to hand over, made by Pillow as cameras and editors make theirs."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image

from sitewright.orders.intake import read_order
from sitewright.orders.models.order import Order
from sitewright.orders.submissions import handed_over, submission
from sitewright.rendering import render_site
from tests.support.orders import GARDENER, as_bytes, document
from tests.support.words import sample_order, words_for


def photo(width: int = 600, height: int = 400) -> Image.Image:
    """A picture of many colours, blue in its upper left corner."""
    image = Image.merge("RGB", [Image.effect_noise((width, height), spread) for spread in (40, 60, 80)])
    image.paste("blue", (0, 0, width // 4, height // 4))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def camera_data(orientation: int = 1) -> Image.Exif:
    """EXIF data as a telephone writes it: who made it, how it was held, and where."""
    data = Image.Exif()
    data[0x010F] = "Camera Maker"
    data[0x0112] = orientation
    data.get_ifd(0x8825).update({1: "S", 2: (8.0, 3.0, 14.0), 3: "W", 4: (34.0, 52.0, 0.0)})
    return data


def logo(ink: str = "#103050", width: int = 400, height: int = 160) -> Image.Image:
    """A mark on a transparent ground."""
    image = Image.new("RGBA", (width, height))
    image.paste(ink, (20, 20, width - 20, height - 20))
    return image


class Pictured(NamedTuple):
    """An order whose brief names pictures, and their bytes as they are stored, by their SHA-256."""

    order: Order
    pictures: Mapping[str, bytes]


def pictured(files: Mapping[str, bytes], sample: str = GARDENER, **changes: Any) -> Pictured:
    """Return a sample with `changes` as `document` takes them, which name `files`."""
    placed = read_order(as_bytes(document(sample, **changes)), sample)
    given = submission(placed, sample, handed_over(files))
    own = {"brief": given.brief, "product": placed.product, "second_locale": placed.second_locale}
    order = sample_order(sample).model_copy(update=own)
    return Pictured(order, {each.stored.sha256: each.content for each in given.pictures.values()})


def gardener_with_pictures() -> Pictured:
    """A gardener with a logo, two photos of the house, one of the owner, and one of two works."""
    files = {
        "logo.png": encoded(logo(), "PNG"),
        "front.jpg": encoded(photo(1000, 700), exif=camera_data(6)),
        "garden.jpg": encoded(photo(600, 400)),
        "marcus.webp": encoded(photo(300, 400), "WEBP"),
    }
    return pictured(
        files,
        product__pages=8,
        brief__site__pages=["home", "about", "services", "gallery", "contact"],
        brief__design__theme="mosaic",
        brief__design__logo={"file": "logo.png"},
        brief__design__photos=[{"file": "front.jpg", "alt": 'Our "van" <in> spring'}, {"file": "garden.jpg"}],
        brief__business__owner={"name": "Marcus Bell", "photo": {"file": "marcus.webp"}},
        brief__business__team=[
            {"name": "Ana Ruiz", "photo": {"file": "marcus.webp", "alt": "Ana at work"}},
            {"name": "Lee Park"},
        ],
        brief__proof__gallery=[
            {"title": "Maple garden", "photo": {"file": "garden.jpg"}},
            {"title": "Elm Street"},
        ],
    )


@cache
def gardener_site(base_url: str) -> tuple[Pictured, Mapping[str, bytes]]:
    """Return the same with the site that is made of it."""
    made = gardener_with_pictures()
    plan, copies = words_for(made.order)
    return made, render_site(made.order, plan, copies, base_url=base_url, pictures=made.pictures)
