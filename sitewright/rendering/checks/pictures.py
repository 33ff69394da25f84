"""Are the pictures what the pages say of them, and do they tell nothing more: not where, not by whom?"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from PIL import Image

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import Page

_KINDS = {".avif": "AVIF", ".gif": "GIF", ".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
_TELLING = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "icc_profile", "mp"})
"""What Pillow calls data that is no part of the picture: where it was taken, by whom, with what."""

_CANDIDATE = re.compile(r"\s*(\S+?)\s+([\d.]+)([wx])\s*(?:,|$)")
_SKEW = 0.02
"""How far two ratios of width to height may be apart: whole pixels of small files differ by less."""


def check_pictures(site: ExaminedSite) -> Check:
    """Compare every `img` with its files, and look into every image for what it must not tell.

    A page that does not know a picture's size moves under its reader when the picture comes in.
    """
    sizes, findings = _read(site.files)
    shown = [(page, image) for page in site.pages.values() for image in page.all("img")]
    for page, image in shown:
        findings += _image(site, page, image, sizes)
    weight = sum(len(site.files[path]) for path in sizes)
    measured = f"{len(shown)} pictures on pages, {len(sizes)} files of {weight} bytes"
    return concluded("pictures", findings, measured)


def _read(files: Mapping[str, bytes]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return the size in pixels of each image file, and what is wrong with the files themselves."""
    sizes: dict[str, tuple[int, int]] = {}
    findings: list[str] = []
    for path, content in files.items():
        kind = _KINDS.get(PurePosixPath(path).suffix)
        if kind is None:
            continue
        try:
            with Image.open(BytesIO(content), formats=[kind]) as image:
                sizes[path] = image.size
                told = sorted(_TELLING & image.info.keys()) + ["exif"] * bool(image.getexif())
        except (OSError, SyntaxError, ValueError) as unreadable:
            findings.append(f"{path}: is no {kind} image ({type(unreadable).__name__})")
            continue
        findings += [f"{path}: tells more than its picture ({name})" for name in dict.fromkeys(told)]
    return sizes, findings


def _image(
    site: ExaminedSite, page: Page, image: Element, sizes: Mapping[str, tuple[int, int]]
) -> Iterator[str]:
    given = (image.get("width", ""), image.get("height", ""))
    if not all(re.fullmatch(r"[1-9]\d{0,4}", number) for number in given):
        yield page.finding(image, "does not say how wide and how high it is")
        return
    width, height = map(int, given)
    if "alt" not in image.attrib:
        yield page.finding(image, "has no alt")
    around = page.parents.get(image)
    sources = list(around.iter("source")) if around is not None and around.tag == "picture" else []
    for element in (image, *sources):
        for written, described in _files(element):
            path = site.file_at(site.resolve(page.path, written))
            if path is None or path not in sizes:
                yield page.finding(element, f"offers {written}, which is no image of the site")
                continue
            wide, high = sizes[path]
            if abs(wide / high - width / height) > _SKEW * width / height + 1 / high:
                yield page.finding(element, f"offers {written}, of {wide} by {high}, as {width} by {height}")
            if described and described != wide:
                yield page.finding(element, f"calls {written} {described} wide, and it is {wide}")
        if element.get("srcset", "").endswith("w") and not element.get("sizes"):
            yield page.finding(element, "offers widths and does not say how wide it is shown")


def _files(element: Element) -> Iterator[tuple[str, int]]:
    """Yield the addresses that `element` offers, each with the width that it says it has, else 0."""
    if element.tag == "img" and element.get("src"):
        yield element.attrib["src"], 0
    for address, number, unit in _CANDIDATE.findall(element.get("srcset", "")):
        yield address, int(number) if unit == "w" else 0
