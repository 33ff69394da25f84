"""Pictures are stored once by their content, with the order that names them or not at all."""

import asyncio

import pytest

from sitewright.errors import DatabaseRefused, InvalidOrder, PictureMissing
from sitewright.orders.intake import place_order
from sitewright.orders.models.picture import pictures_in
from sitewright.orders.pictures import load_pictures
from tests.support.database import count_rows, run_sql
from tests.support.orders import opened, order_document
from tests.support.pictures import camera_data, encoded, logo, photo

FRONT = encoded(photo(), exif=camera_data(6))
FILES = {"photos/front.jpg": FRONT, "photos/again.jpg": FRONT, "logo.png": encoded(logo(), "PNG")}


def order_with_pictures(**changes):
    return order_document(
        **{
            "brief__design__logo": {"file": "logo.png"},
            "brief__design__photos": [
                {"file": "photos/front.jpg", "alt": "The front"},
                {"file": "photos/again.jpg"},
            ],
            "brief__business__owner__photo": {"file": "photos/front.jpg"},
        }
        | changes
    )


async def test_pictures_are_stored_with_their_order_each_once(database):
    order_id = (await place_order(database, order_with_pictures(), pictures=FILES)).order_id

    brief = (await opened(database, order_id)).brief
    stored = {".".join(map(str, place)): picture.stored for place, picture in pictures_in(brief)}
    assert set(stored) == {"business.owner.photo", "design.logo", "design.photos.0", "design.photos.1"}
    assert (stored["design.photos.0"].width, stored["design.photos.0"].height) == (400, 600)
    assert stored["design.photos.0"] == stored["design.photos.1"] == stored["business.owner.photo"]
    assert await count_rows(database, "pictures") == 2
    contents = await load_pictures(database, brief)
    assert set(contents) == {picture.sha256 for picture in stored.values()}
    assert all(b"Camera Maker" not in content for content in contents.values())


async def test_placing_an_order_with_pictures_twice_is_placing_it_once(database):
    placements = await asyncio.gather(
        *(place_order(database, order_with_pictures(), pictures=FILES) for _ in range(2))
    )
    assert sorted(placement.created for placement in placements) == [False, True]
    assert await count_rows(database, "pictures") == 2
    with pytest.raises(InvalidOrder, match="another order was placed under this reference"):
        await place_order(
            database, order_with_pictures(), pictures=FILES | {"logo.png": encoded(logo("red"), "PNG")}
        )
    assert await count_rows(database, "pictures") == 2


async def test_placing_an_order_again_gives_back_pictures_that_were_lost(database):
    order_id = (await place_order(database, order_with_pictures(), pictures=FILES)).order_id
    brief = (await opened(database, order_id)).brief
    await run_sql(database, "DELETE FROM pictures")

    assert not (await place_order(database, order_with_pictures(), pictures=FILES)).created
    assert len(await load_pictures(database, brief)) == 2


async def test_another_order_may_name_the_same_picture(database):
    await place_order(database, order_with_pictures(), pictures=FILES)
    await place_order(database, order_with_pictures(reference="R-2"), pictures=FILES)
    assert (await count_rows(database, "orders"), await count_rows(database, "pictures")) == (2, 2)


async def test_each_picture_that_is_refused_is_named_and_nothing_is_written(database):
    files = {"photos/front.jpg": b"a letter", "logo.png": FILES["logo.png"][:90]}
    with pytest.raises(InvalidOrder) as refused:
        await place_order(database, order_with_pictures(), "crm.json", pictures=files)
    assert {problem.path: problem.problem.partition(";")[0] for problem in refused.value.problems} == {
        "brief.business.owner.photo.file": "it is no picture",
        "brief.design.logo.file": "it is damaged or cut off: copy the file again",
        "brief.design.photos[0].file": "it is no picture",
        "brief.design.photos[1].file": "no picture of this name was handed over with the order",
    }
    assert (await count_rows(database, "orders"), await count_rows(database, "pictures")) == (0, 0)


async def test_a_document_cannot_say_that_its_picture_is_stored(database):
    stored = {"sha256": "0" * 64, "width": 10, "height": 10}
    order = order_with_pictures(brief__design__logo={"file": "logo.png", "stored": stored})
    with pytest.raises(InvalidOrder, match=r"brief\.design\.logo\.stored: this field is not known"):
        await place_order(database, order, pictures=FILES)


async def test_the_database_holds_that_a_picture_is_what_its_name_says(database):
    await place_order(database, order_with_pictures(), pictures=FILES)
    with pytest.raises(DatabaseRefused, match="named_by_content"):
        await run_sql(database, "UPDATE pictures SET content = 'x'")


async def test_a_picture_that_is_gone_is_named(database):
    order_id = (await place_order(database, order_with_pictures(), pictures=FILES)).order_id
    brief = (await opened(database, order_id)).brief
    await run_sql(database, "DELETE FROM pictures")
    with pytest.raises(PictureMissing, match=r"of the brief is not in the database\. Restore"):
        await load_pictures(database, brief)
