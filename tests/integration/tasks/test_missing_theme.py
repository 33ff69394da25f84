"""An order whose theme cannot be used waits, and goes on when all themes can be read."""

import shutil
from collections.abc import Iterator

import pytest
from prefect.logging import disable_run_logger

from sitewright.errors import ThemeUnusable
from sitewright.orders.failures import record_failure
from sitewright.rendering import THEMES, read_theme, theme_for
from tasks.mend_causes import mended_causes
from tests.support.database import run_sql
from tests.support.orders import building


@pytest.fixture(autouse=True)
def _outside_of_a_flow_run() -> Iterator[None]:
    with disable_run_logger():
        yield


async def test_an_order_without_its_theme_is_blocked_until_the_themes_can_be_read(
    database, monkeypatch, tmp_path
):
    monkeypatch.setenv("SITEWRIGHT_DATABASE_URL", database.url)
    monkeypatch.setenv("SITEWRIGHT_THEMES", str(tmp_path))
    order = await building(database, brief__design__theme="harbour")

    with pytest.raises(ThemeUnusable, match="there is no theme 'harbour'") as missing:
        theme_for(order, extra=tmp_path)
    await record_failure(database, order.id, order.lease, missing.value, step="load")

    assert await run_sql(database, "SELECT state, cause FROM orders") == [("blocked", "ThemeUnusable")]
    manifest = tmp_path / "harbour" / "theme.toml"
    shutil.copytree(THEMES / "mosaic", manifest.parent)
    assert await mended_causes.fn() == frozenset(), "it is named mosaic still"

    manifest.write_text(manifest.read_text("utf-8").replace('name = "mosaic"', 'name = "harbour"', 1))
    read_theme.cache_clear()
    assert await mended_causes.fn() == {"ThemeUnusable"}
    assert theme_for(order, extra=tmp_path).name == "harbour"
