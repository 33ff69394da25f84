"""Checking a picture that somebody handed over, and making of it what is stored: upright, sRGB, bare.

Run as a program it does that for the bytes on its standard input: `picture_process.py` starts it, since a
decoder that meets a hostile file may never end, take all memory, or die. Nothing of the package is imported
here, so that it starts fast.
"""

import contextlib
import json
import resource
import struct
import sys
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageCms

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 60_000_000
FEWEST_ACROSS = 16

_TAKEN = ("JPEG", "PNG", "WEBP", "AVIF")
_PHOTOS = ("JPEG", "MPO")
"""MPO is what Pillow calls the .jpg of many telephones: the photo first, then others that belong to it."""

REFUSED = 3
"""Exit status of the program when it says why a picture is refused."""

_DRAWING_COLOURS = 4096
"""With so few colours, what is no photo is a drawing, and is kept as it is to the pixel."""

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by the orientation that its EXIF data names (CIPA DC-008, 4.6.5.1)."""

_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif")
_OTHERS = {
    b"GIF8": "a GIF",
    b"BM": "a BMP",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"8BPS": "a Photoshop file",
}
_BROKEN_EXIF = (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, struct.error)


class Cleaned(NamedTuple):
    """A picture as it is stored; width and height in pixels."""

    media_type: str
    width: int
    height: int
    content: bytes


def clean(content: bytes, longest_side: int) -> Cleaned:
    """Return the picture in `content` upright, in sRGB, without metadata, at most `longest_side` long.

    Raises ValueError with a sentence when it is no JPEG, PNG, WebP or AVIF picture, moves, or is too large,
    too small or not whole. What the picture is, its bytes say; its file's name says nothing.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
    image = _opened(content)
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"it has more than {MOST_PIXELS // 1_000_000} megapixels")
    if image.format not in _PHOTOS and getattr(image, "is_animated", False):
        raise ValueError("it is animated; a picture that stands still is needed")
    try:
        image.draft(None, (longest_side, longest_side))
        image.load()
    except (OSError, SyntaxError, ValueError, struct.error) as cause:
        raise ValueError("it is damaged or cut off: copy the file again") from cause
    made = _upright(_in_srgb(_smaller(image, longest_side)), _orientation(image))
    return _stored(made, drawing=image.format not in _PHOTOS and made.getcolors(_DRAWING_COLOURS) is not None)


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=_TAKEN)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as cause:
        raise ValueError(f"it has more than {MOST_PIXELS // 1_000_000} megapixels") from cause
    except (OSError, SyntaxError, ValueError, struct.error) as cause:
        raise ValueError(f"{_what_it_is(content)}; a JPEG, PNG, WebP or AVIF picture is needed") from cause


def _what_it_is(content: bytes) -> str:
    if content[4:8] == b"ftyp" and any(brand in content[8:64] for brand in _HEIC):
        return "it is a HEIC picture, which browsers do not show"
    if b"<svg" in content[:4096].lower():
        return "it is an SVG drawing, which can run programs"
    return next(
        (f"it is {kind}" for start, kind in _OTHERS.items() if content.startswith(start)), "it is no picture"
    )


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN_EXIF:
        return 1


def _smaller(image: Image.Image, longest_side: int) -> Image.Image:
    """Return `image` with 8 bits a channel, and no side longer than `longest_side`."""
    if image.mode.startswith("I"):
        # Grey of 16 bits: each value's upper half.
        grey = image.convert("I").point(lambda value: value / 256)
        image = _same_profile(image, grey.convert("L"))
    elif image.mode in {"P", "PA", "1", "LA", "La", "RGBa"} or "transparency" in image.info:
        image = _same_profile(image, image.convert("RGBA"))
    elif image.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        image = _same_profile(image, image.convert("RGB"))
    scale = longest_side / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return _same_profile(image, image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def _same_profile(source: Image.Image, image: Image.Image) -> Image.Image:
    image.info = {"icc_profile": source.info.get("icc_profile")}
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return `image` as RGB or RGBA in sRGB; a colour profile that cannot be used is passed over."""
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    profile = image.info.get("icc_profile")
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=wanted,
            )
            if converted is not None:
                return converted
    return image.convert(wanted)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _stored(image: Image.Image, *, drawing: bool) -> Cleaned:
    if min(image.size) < FEWEST_ACROSS:
        raise ValueError(f"it is too small: it needs at least {FEWEST_ACROSS} pixels on either side")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info = {}
    buffer = BytesIO()
    if drawing or image.mode == "RGBA":
        image.save(buffer, "WEBP", lossless=drawing, quality=50 if drawing else 95, method=4)
        return Cleaned("image/webp", *image.size, buffer.getvalue())
    image.save(buffer, "JPEG", quality=92, subsampling=0)
    return Cleaned("image/jpeg", *image.size, buffer.getvalue())


def main() -> None:
    """Clean the picture on standard input: a line of JSON and its bytes on standard output, or a refusal.

    Arguments: the longest side in pixels, the most memory in bytes, the most seconds of the processor.
    """
    longest_side, memory, seconds = map(int, sys.argv[1:4])
    with contextlib.suppress(ValueError, OSError):
        # Not every system holds a process to these; whoever waits for this one has a clock besides.
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout.buffer
    try:
        cleaned = clean(sys.stdin.buffer.read(MOST_BYTES + 1), longest_side)
    except ValueError as refused:
        out.write(str(refused).encode())
        sys.exit(REFUSED)
    head = {"media_type": cleaned.media_type, "width": cleaned.width, "height": cleaned.height}
    out.write(json.dumps(head).encode() + b"\n" + cleaned.content)


if __name__ == "__main__":
    main()
