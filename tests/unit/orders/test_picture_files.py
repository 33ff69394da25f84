"""What is a picture by its bytes is made upright, sRGB and bare; what is not is refused with a sentence."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from sitewright.orders.models.picture import LONGEST_SIDE
from sitewright.orders.picture_files import Cleaned, clean
from sitewright.orders.picture_process import clean_apart
from tests.support.pictures import camera_data, encoded, logo, photo


def cleaned(content: bytes) -> tuple[Cleaned, Image.Image]:
    made = clean(content, LONGEST_SIDE)
    image = Image.open(BytesIO(made.content))
    image.load()
    assert image.size == (made.width, made.height)
    assert Image.MIME[image.format or ""] == made.media_type
    return made, image


def _is_blue(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return pixel[2] > 200 and pixel[0] < 80 and pixel[1] < 80


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_of_the_metadata_stays_and_the_picture_stands_upright(kind: str) -> None:
    # Turned clockwise by 90 degrees (orientation 6), the upper left corner is the upper right one.
    remarks = {"JPEG": {"comment": b"Rua das Flores 5"}, "PNG": {}}.get(kind, {"xmp": b"<x:xmpmeta/>"})
    content = encoded(photo(), kind, exif=camera_data(6), **remarks)
    assert b"Camera Maker" in content

    made, image = cleaned(content)

    assert (made.width, made.height) == (400, 600)
    assert _is_blue(image.getpixel((390, 10)))
    assert not _is_blue(image.getpixel((10, 590)))
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & image.info.keys()
    assert b"Camera" not in made.content


def test_equal_files_are_stored_as_equal_bytes() -> None:
    content = encoded(photo(), exif=camera_data())
    assert clean(content, LONGEST_SIDE) == clean(content, LONGEST_SIDE)


def test_the_longest_side_is_bounded_and_small_pictures_stay_as_they_are() -> None:
    assert cleaned(encoded(photo(3000, 1000)))[1].size == (2560, 853)
    assert cleaned(encoded(photo(100, 60)))[1].size == (100, 60)


def test_a_picture_for_print_becomes_one_for_screens() -> None:
    made, image = cleaned(encoded(photo().convert("CMYK")))
    assert (image.mode, made.media_type) == ("RGB", "image/jpeg")
    assert _is_blue(image.getpixel((10, 10)))


def test_a_colour_profile_is_applied_and_goes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # In this one red and blue are each other.
    turned = profile.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    _, image = cleaned(encoded(Image.new("RGB", (64, 64), "red"), "PNG", icc_profile=turned))
    assert _is_blue(image.getpixel((9, 9)))
    broken = encoded(Image.new("RGB", (64, 64), (90, 90, 90)), "PNG", icc_profile=b"no profile")
    assert cleaned(broken)[1].getpixel((9, 9)) == (90, 90, 90)


def test_a_palette_with_transparency_and_a_drawing_keep_every_pixel() -> None:
    palette = encoded(logo().convert("P"), "PNG", transparency=0)
    assert cleaned(palette)[1].mode == "RGBA"
    mark = logo()
    made, image = cleaned(encoded(mark, "PNG"))
    assert made.media_type == "image/webp"
    assert image.getpixel((50, 50)) == mark.getpixel((50, 50)) == (16, 48, 80, 255)
    assert image.getpixel((1, 1)) == (0, 0, 0, 0)


def test_grey_of_16_bits_keeps_its_tone() -> None:
    _, image = cleaned(encoded(Image.new("I;16", (64, 64), 0x8000), "PNG"))
    assert image.getpixel((9, 9)) == (128, 128, 128)


def test_a_telephones_jpg_of_several_pictures_is_its_first() -> None:
    content = encoded(photo(), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 64))])
    assert cleaned(content)[1].size == (600, 400)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is that large, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 9999)) + chunk(b"IEND", b"")


def animated(kind: str) -> bytes:
    return encoded(photo(64, 64), kind, save_all=True, append_images=[logo("red", 64, 64).convert("RGB")])


REFUSED = {
    "words renamed to .jpg": (b"This is a letter. " * 99, "it is no picture"),
    "nothing": (b"", "it is no picture"),
    "an SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
    "a GIF": (encoded(logo().convert("P"), "GIF"), "it is a GIF"),
    "a TIFF": (encoded(photo(64, 64), "TIFF"), "it is a TIFF"),
    "a HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "a HEIC picture"),
    "a JPEG cut off": (encoded(photo())[:60_000], "damaged or cut off"),
    "a PNG cut off": (encoded(photo(300, 200), "PNG")[:60_000], "damaged or cut off"),
    "a WebP cut off": (encoded(photo(), "WEBP")[:9000], "a JPEG, PNG, WebP or AVIF picture is needed"),
    "a PNG of 3600 megapixels": (bomb(60_000, 60_000), "more than 60 megapixels"),
    "a PNG of 64 megapixels": (bomb(8_000, 8_000), "more than 60 megapixels"),
    "an animated WebP": (animated("WEBP"), "it is animated"),
    "an animated PNG": (animated("PNG"), "it is animated"),
    "a dot": (encoded(photo(8, 8)), "too small"),
    "a hair": (encoded(Image.new("RGB", (20_000, 20)), "PNG"), "too small"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_shown_is_refused(name: str) -> None:
    content, sentence = REFUSED[name]
    with pytest.raises(ValueError, match=sentence):
        clean(content, LONGEST_SIDE)


def test_a_file_of_more_than_25_mib_is_refused_unread() -> None:
    with pytest.raises(ValueError, match="larger than 25 MiB"):
        clean_apart(encoded(photo()) + b"\0" * 25 * 1024 * 1024)


def test_a_process_of_its_own_gives_the_same() -> None:
    content = encoded(photo(), exif=camera_data(8))
    made, picture = clean(content, LONGEST_SIDE), clean_apart(content)
    assert picture.content == made.content
    assert (picture.stored.width, picture.stored.height, picture.media_type) == made[1:3] + made[:1]
    with pytest.raises(ValueError, match="it is a GIF"):
        clean_apart(REFUSED["a GIF"][0])


def endless() -> bytes:
    """A progressive JPEG of 16 megapixels whose last scan, which says nothing, comes a thousand times."""
    image = encoded(Image.new("L", (4000, 4000)), progressive=True)
    last = image.rindex(b"\xff\xda")
    return image[:last] + image[last:-2] * 1000 + b"\xff\xd9"


def test_a_picture_that_takes_for_ever_is_given_up() -> None:
    with pytest.raises(ValueError, match="too much memory or time"):
        clean_apart(endless(), cpu_seconds=1)
