"""The step `render`: an order's pictures come from the database and are files of its release."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from prefect.logging import disable_run_logger

from sitewright.orders.intake import place_order
from sitewright.publishing.releases import read_release
from tasks.render_pages import render_pages
from tests.support.orders import GARDENER, opened, order_document
from tests.support.pictures import camera_data, encoded, photo
from tests.support.words import words_for


@pytest.fixture(autouse=True)
def _outside_prefect() -> Iterator[None]:
    with disable_run_logger():
        yield


async def test_an_orders_pictures_are_files_of_its_release(database, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
    monkeypatch.setenv("SITEWRIGHT_SITE_ROOT", str(tmp_path))
    document = order_document(GARDENER, brief__design__photos=[{"file": "front.jpg", "alt": "The van"}])
    pictures = {"front.jpg": encoded(photo(300, 200), exif=camera_data(6))}
    order = await opened(database, (await place_order(database, document, pictures=pictures)).order_id)

    release = await render_pages.task.fn(order, *words_for(order), None)

    files = read_release(tmp_path, release)
    home = files["index.html"].decode()
    names = [path for path in files if path.startswith("assets/photo-200.")]
    assert {path.rpartition(".")[2] for path in names} == {"avif", "webp", "jpg"}
    assert all(path in home for path in names)
    shown = Image.open(BytesIO(files[next(path for path in names if path.endswith(".jpg"))]))
    assert shown.size == (200, 300)
    assert not shown.getexif()
