"""`python -m tests.support.screenshots`: pictures of the sample sites, and contact sheets for docs/.

Every page of every sample site, the missing page too, is taken whole on phone and desktop, by day and by
night. The sheets show them small; `--pages FOLDER` keeps them full size, to be looked at.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser

from tests.support.browser import CHROMIUM, NO_BROWSER, VIEWS, View, chromium, visit
from tests.support.sample_sites import SampleSite, published_samples

SHEETS = Path(__file__).parents[2] / "docs" / "screenshots"

Picture = Image.Image
Pictures = dict[tuple[str, View], Picture]
"""The pictures of one site by page and view."""

_GROUND = "#d9d9d6"
_GAP = 24
_PAGES_A_ROW = 3
_WIDTHS = {"desktop": 250, "phone": 84}
_TALLEST = 1100
_QUALITY = 62

_HERO = (
    ("clinica-sorriso.pt-BR.json", "light"),
    ("mabel-and-finch.en-GB.json", "light"),
    ("casa-do-forno.pt-PT.json", "dark"),
)
_HERO_SIZES = {"desktop": (560, 350), "phone": (134, 290)}


def main(arguments: list[str] | None = None) -> int:
    """Take the pictures and write the sheets; returns the exit status, 2 where there is no browser."""
    asked = _parser().parse_args(arguments)
    if CHROMIUM is None:
        sys.stderr.write(f"No picture was taken: {NO_BROWSER}\n")
        return 2
    asked.sheets.mkdir(parents=True, exist_ok=True)
    firsts: Pictures = {}
    with ExitStack() as opened:
        root = Path(tempfile.mkdtemp(prefix="sitewright-pictures-"))
        opened.callback(_removed, root)
        sites = opened.enter_context(published_samples(root / "sites"))
        browser = opened.enter_context(chromium())
        for name, site in sites.items():
            taken = dict(_taken(browser, site))
            stem = name.partition(".")[0]
            if asked.pages:
                _keep(taken, asked.pages, stem)
            _save(_sheet(taken), asked.sheets / f"{stem}.webp")
            firsts |= {(name, view): picture for (page, view), picture in taken.items() if page == "home"}
    _save(_hero(firsts), asked.sheets / "sites.webp")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.support.screenshots", description=__doc__)
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="keep every picture full size there")
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", default=SHEETS, help="where the sheets go")
    return parser


def _taken(browser: Browser, site: SampleSite) -> Iterator[tuple[tuple[str, View], Picture]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        for view in VIEWS:
            with visit(browser, view) as page:
                for name, url in site.pages.items():
                    page.goto(url)
                    page.screenshot(path=file, full_page=True)
                    with Image.open(file) as picture:
                        yield (name, view), picture.convert("RGB")


def _keep(taken: Pictures, folder: Path, stem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for (page, view), picture in taken.items():
        picture.save(folder / f"{stem}-{page}-{view.device}-{view.scheme}.png")


def _sheet(taken: Pictures) -> Picture:
    """Return one sheet: each page as desktop and phone, light and dark beside each other."""
    pages = list(dict.fromkeys(page for page, _ in taken))
    groups = [_beside([_small(taken[page, view]) for view in _in_order()], gap=6) for page in pages]
    rows = [
        _beside(groups[start : start + _PAGES_A_ROW], gap=_GAP)
        for start in range(0, len(groups), _PAGES_A_ROW)
    ]
    sheet = Image.new(
        "RGB",
        (max(row.width for row in rows) + 2 * _GAP, sum(row.height + _GAP for row in rows) + _GAP),
        _GROUND,
    )
    top = _GAP
    for row in rows:
        sheet.paste(row, (_GAP, top))
        top += row.height + _GAP
    return sheet


def _in_order() -> list[View]:
    return sorted(VIEWS, key=lambda view: (view.device != "desktop", view.scheme != "light"))


def _small(picture: Picture) -> Picture:
    width = _WIDTHS["desktop" if picture.width > 1000 else "phone"]
    small = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    return small.crop((0, 0, width, min(small.height, _TALLEST)))


def _beside(pictures: list[Picture], *, gap: int) -> Picture:
    row = Image.new(
        "RGB",
        (sum(each.width + gap for each in pictures) - gap, max(each.height for each in pictures)),
        _GROUND,
    )
    left = 0
    for each in pictures:
        row.paste(each, (left, 0))
        left += each.width + gap
    return row


def _hero(firsts: Pictures) -> Picture:
    """Return the first pages of three sites, each a desktop with a phone before it."""
    width, height = _HERO_SIZES["desktop"]
    phone_width, phone_height = _HERO_SIZES["phone"]
    drop = 48
    hero = Image.new("RGB", ((width + 2 * _GAP) * len(_HERO), height + drop + 3 * _GAP), "#ecebe7")
    for number, (name, scheme) in enumerate(_HERO):
        left = _GAP + number * (width + 2 * _GAP)
        shown = {view.device: firsts[name, view] for view in VIEWS if view.scheme == scheme}
        _place(hero, _opening(shown["desktop"], (width, height)), (left, _GAP), corner=8)
        corner = (left + width - phone_width - 16, _GAP + height + drop - phone_height)
        _place(hero, _opening(shown["phone"], (phone_width, phone_height)), corner, corner=14)
    return hero


def _opening(picture: Picture, size: tuple[int, int]) -> Picture:
    """Return what is seen of the page before anything is scrolled, at `size`."""
    height = round(picture.width * size[1] / size[0])
    return picture.crop((0, 0, picture.width, height)).resize(size, Image.Resampling.LANCZOS)


def _place(ground: Picture, picture: Picture, place: tuple[int, int], *, corner: int) -> None:
    """Put `picture` on `ground` with round corners and a soft shadow."""
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *picture.size), corner, fill=255)
    shadow = Image.new("L", ground.size)
    shadow.paste(mask.point(lambda value: value // 3), (place[0], place[1] + 6))
    ground.paste("#000000", mask=shadow.filter(ImageFilter.GaussianBlur(12)))
    ground.paste(picture, place, mask)


def _save(picture: Picture, file: Path) -> None:
    picture.save(file, quality=_QUALITY, method=6)
    sys.stdout.write(f"{file.name}: {picture.width} by {picture.height}, {file.stat().st_size // 1000} kB\n")


def _removed(root: Path) -> None:
    """Remove the site root; releases are sealed, so their directories are opened first."""
    for directory in [root, *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink())]:
        directory.chmod(0o755)
    shutil.rmtree(root)


if __name__ == "__main__":
    sys.exit(main())
