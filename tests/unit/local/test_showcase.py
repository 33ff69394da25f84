"""The orders of the showcase: valid, of every kind, and the pictures that stand for their photos."""

from io import BytesIO

import pytest
from PIL import Image

from sitewright.local.showcase import showcase_names, showcase_orders
from sitewright.local.showcase.photos import draw_photo
from sitewright.orders.models.picture import pictures_in

WITHOUT_PHOTOS = [name for name in showcase_names() if name != "luz-de-noviembre"]


def test_the_orders_differ_in_trade_language_size_and_colour() -> None:
    orders = [shown.order for shown in showcase_orders(WITHOUT_PHOTOS).values()]
    briefs = [order.brief for order in orders]
    assert len({order.reference for order in orders}) == len(orders) >= 11
    assert len({brief.business.niche for brief in briefs}) == len(orders)
    assert {order.locale.partition("-")[0] for order in orders} == {"en", "pt", "es", "fr", "de", "it", "ar"}
    assert {len(brief.business.name) for brief in briefs} >= {3, 80}
    assert {len(brief.offer.services) for brief in briefs} >= {1, 40}
    assert {len(brief.site.pages) for brief in briefs} >= {1, 8}
    assert {brief.design.colors.primary for brief in briefs} >= {None, "#000000", "#39ff14", "#808080"}
    assert any(order.second_locale for order in orders)


@pytest.mark.long
def test_an_order_with_photos_has_them_as_if_they_were_a_customers() -> None:
    (shown,) = showcase_orders(["luz-de-noviembre"]).values()
    named = {picture.file for _, picture in pictures_in(shown.order)}
    assert set(shown.pictures) == named
    assert len(named) >= 6
    assert all(picture.stored for _, picture in pictures_in(shown.brief))


def test_a_name_always_gives_the_same_photo_and_another_name_another() -> None:
    first = draw_photo("front.jpg")
    assert draw_photo("front.jpg") == first != draw_photo("back.jpg")
    with Image.open(BytesIO(first)) as picture:
        assert picture.format == "JPEG"
        assert min(picture.size) >= 1000
