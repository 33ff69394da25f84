"""`python -m bench.proof pictures`: each theme's home page, of an order that suits it, for the docs."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from bench.proof.quick_look import SCHEMES
from bench.proof.sites import Tell, published
from sitewright.local.showcase import showcase_orders
from sitewright.orders.submissions import Submission
from sitewright.rendering import Theme
from tests.support.browser import Device, View, chromium, visit

FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "themes"

_WIDTHS: Mapping[Device, int] = {"desktop": 720, "tablet": 410, "phone": 195}
"""Pixels across, of each device's picture: half as many as its window has."""

_QUALITY = 70


def take_pictures(themes: Mapping[str, Theme], kept: Path, tell: Tell) -> None:
    """Write `<theme>-<device>-<scheme>.webp` of what is seen first, for each theme, device and scheme."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    orders = showcase_orders()
    for theme in themes.values():
        name = _fitting(theme, orders)
        with published(kept, [theme], {name: orders[name]}, tell) as shown, chromium() as browser:
            for site in shown.sites:
                for device, scheme, picture in _taken(browser, site.pages["home"]):
                    file = FOLDER / f"{site.theme}-{device}-{scheme}.webp"
                    picture.save(file, quality=_QUALITY, method=6)
                    tell(f"{file.name}: {site.name}, {file.stat().st_size // 1000} kB")


def _fitting(theme: Theme, orders: Mapping[str, Submission]) -> str:
    """Return the order whose trade the theme suits best; one without photos, which are drawn here by code."""
    places = {niche: place for place, niche in enumerate(theme.manifest.niches)}
    drawn = [name for name, each in orders.items() if not each.pictures]
    return min(drawn, key=lambda name: places.get(orders[name].order.brief.business.niche, len(places)))


def _taken(browser: Browser, url: str) -> Iterator[tuple[str, str, Image.Image]]:
    for device, width in _WIDTHS.items():
        with visit(browser, View(device, "light")) as page:
            page.goto(url)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                with Image.open(BytesIO(page.screenshot())) as picture:
                    height = round(picture.height * width / picture.width)
                    yield (
                        device,
                        scheme,
                        picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS),
                    )
