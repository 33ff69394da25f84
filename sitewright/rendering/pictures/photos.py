"""The customer's pictures as browsers want them: AVIF and WebP in several widths, and one file for others.

A file's name says which picture it shows, how wide and by which encoder, so it is known before anything is
encoded; encoded are only the files that the pages name. All that matters is what is stored of a picture: its
bytes, which were checked and freed of metadata when the order was placed.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Literal

from PIL import Image, ImageStat, features

from sitewright.errors import RenderingError
from sitewright.orders.models.brief import Brief
from sitewright.orders.models.picture import Picture, StoredPicture, pictures_in
from sitewright.rendering.assets import FOLDER
from sitewright.rendering.business_view import PhotoSource, PhotoView

Kind = Literal["avif", "webp", "jpg", "png"]

_RECIPE = "1"
"""Goes into the files' names: raise it with every change of how a picture is encoded."""

_OWN_NAME = re.compile(r"assets/(photo|logo)-(\d{1,4})\.([0-9a-f]{12})\.(avif|webp|jpg|png)")
_PATIENT_UP_TO = 800
"""Pixels of width: up to here AVIF is encoded with care, above with haste, which costs some bytes."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture is shown as, by the widths in pixels that are offered for it, smallest first."""

    widths: tuple[int, ...]
    webp: tuple[int, ...]
    plain: int


OPENING = Use(widths=(480, 800, 1200, 1600, 2400), webp=(800, 1600), plain=1200)
PHOTO = Use(widths=(480, 800, 1200, 1600), webp=(800, 1600), plain=800)
CARD = Use(widths=(320, 480, 800, 1200), webp=(800,), plain=800)
FACE = Use(widths=(128, 256, 512), webp=(256,), plain=256)

_LIGHT_INK = 150
"""Grey, of 255, from which on ink is taken for light."""

_LOGO_BOX = (240, 64)
"""CSS pixels that a logo fills at most."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file made of a picture; width and height in pixels."""

    picture: StoredPicture
    width: int
    kind: Kind
    logo: bool = False

    @property
    def path(self) -> str:
        # One hash for all files of a picture: many of them on a page compress to little.
        name = "logo" if self.logo else "photo"
        return f"{FOLDER}/{name}-{self.width}.{_mark(self.picture.sha256)}.{self.kind}"

    @property
    def height(self) -> int:
        return max(1, round(self.width * self.picture.height / self.picture.width))


@cache
def _mark(sha256: str) -> str:
    encoders = " ".join(f"{name} {features.version(name)}" for name in ("pil", "avif", "webp", "jpg", "zlib"))
    return hashlib.sha256(f"{_RECIPE} {encoders} {sha256}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures of a site by the SHA-256 of their bytes; `root` is the path that the site lies below."""

    pictures: Mapping[str, bytes]
    root: str = ""

    def photo(self, picture: Picture | None, use: Use, *, beside: str = "") -> PhotoView | None:
        """Return how `picture` is shown as `use`; `beside` is what is read next to it on the page.

        Without a text of its own, or with that very one, it has none: read out twice, a name tells nothing.
        """
        if picture is None or picture.stored is None:
            return None
        stored = picture.stored
        widths = _widths(stored, use)
        webp = [width for width in widths if width in use.webp] or widths[-1:]
        plain = _File(
            stored,
            max((width for width in widths if width <= use.plain), default=widths[0]),
            "png" if self._see_through(stored) else "jpg",
        )
        return PhotoView(
            sources=(
                self._source([_File(stored, width, "avif") for width in widths]),
                self._source([_File(stored, width, "webp") for width in webp]),
            ),
            src=self._address(plain),
            width=plain.width,
            height=plain.height,
            alt="" if (picture.alt or "").casefold() == beside.casefold() else picture.alt or "",
        )

    def logo(self, picture: Picture | None) -> PhotoView | None:
        """Return how the logo is shown: at its size in the page's head, and at twice as many pixels."""
        if picture is None or picture.stored is None:
            return None
        stored = picture.stored
        wide, high = _LOGO_BOX
        width = max(1, round(stored.width * min(1, wide / stored.width, high / stored.height)))
        plain = _File(stored, width, "png", logo=True)
        double = min(stored.width, 2 * width)
        srcset = f"{self._address(_File(stored, width, 'webp', logo=True))} 1x"
        if double > width:
            srcset += f", {self._address(_File(stored, double, 'webp', logo=True))} {double / width:g}x"
        return PhotoView(
            sources=(PhotoSource("image/webp", srcset),),
            src=self._address(plain),
            width=plain.width,
            height=plain.height,
            alt=picture.alt or "",
            ground=_ground(self._content(stored)),
        )

    def files(self, brief: Brief, pages: Iterable[bytes]) -> Mapping[str, bytes]:
        """Return the files of `brief`'s pictures that `pages` name; about half a second's work a picture."""
        named = {name for page in pages for name in _OWN_NAME.findall(page.decode())}
        made: dict[str, bytes] = {}
        for stored in {each.stored for _, each in pictures_in(brief) if each.stored}:
            wanted = [
                _File(stored, int(width), kind, logo=name == "logo")
                for name, width, mark, kind in named
                if mark == _mark(stored.sha256) and int(width) <= stored.width
            ]
            if wanted:
                made |= _made(self._content(stored), wanted)
        return made

    def _content(self, stored: StoredPicture) -> bytes:
        if stored.sha256 not in self.pictures:
            raise RenderingError(f"The picture {stored.sha256[:12]} of the brief was not handed over.")
        return self.pictures[stored.sha256]

    def _see_through(self, stored: StoredPicture) -> bool:
        return Image.open(BytesIO(self._content(stored))).mode == "RGBA"

    def _address(self, file: _File) -> str:
        return f"{self.root}/{file.path}"

    def _source(self, files: list[_File]) -> PhotoSource:
        candidates = ", ".join(f"{self._address(file)} {file.width}w" for file in files)
        return PhotoSource(f"image/{files[0].kind}", candidates)


def _widths(stored: StoredPicture, use: Use) -> list[int]:
    """Return the widths that a picture is offered in: never wider than it is, nor two that are nearly one."""
    largest = min(stored.width, use.widths[-1])
    return [*(width for width in use.widths if width <= largest * 0.9), largest]


def _made(content: bytes, wanted: list[_File]) -> dict[str, bytes]:
    """Return the files that are wanted of one picture, by their paths; each size is made once."""
    image = Image.open(BytesIO(content))
    image.load()
    image.info = {}
    sizes = {(file.width, file.height) for file in wanted}
    scaled = {
        size: image.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.5) if size != image.size else image
        for size in sizes
    }
    return {file.path: _encoded(scaled[file.width, file.height], file) for file in wanted}


def _encoded(image: Image.Image, file: _File) -> bytes:
    """Return `image` as `file`; by one thread, so that equal pictures give equal bytes."""
    buffer = BytesIO()
    match file.kind:
        case "avif":
            speed = 6 if file.width <= _PATIENT_UP_TO else 10
            image.save(buffer, "AVIF", quality=55, speed=speed, max_threads=1)
        case "webp":
            image.save(buffer, "WEBP", lossless=file.logo, quality=80 if file.logo else 76, method=4)
        case "jpg":
            image.convert("RGB").save(buffer, "JPEG", quality=78, progressive=True, optimize=True)
        case "png":
            image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _ground(content: bytes) -> Literal["", "light", "dark"]:
    """Return what a see-through picture needs behind it: `light` for dark ink, `dark` for light ink."""
    image = Image.open(BytesIO(content))
    if image.mode != "RGBA":
        return ""
    image.thumbnail((64, 64))
    seen = image.getchannel("A").point(lambda alpha: 255 if alpha > 128 else 0)
    ink = ImageStat.Stat(image.convert("L"), mask=seen)
    if not ink.count[0]:
        return ""
    return "light" if ink.mean[0] < _LIGHT_INK else "dark"
