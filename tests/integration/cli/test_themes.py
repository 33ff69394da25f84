"""`sitewright themes`: the list, a theme of one's own made and checked, and the gallery."""

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from sitewright.cli import main
from sitewright.local.copywriter.serving import offline_copywriter
from sitewright.local.showcase import showcase_orders
from sitewright.local.showcase.gallery import build_gallery
from sitewright.publishing.folder import FolderTarget
from sitewright.rendering import all_themes
from tests.integration.cli.conftest import Answer, Command


@pytest.fixture
def themes(
    empty_stack_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.chdir(empty_stack_home)

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["sitewright", "themes", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed, code = capsys.readouterr(), ended.value.code
        return Answer(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run


def test_the_list_names_every_theme(themes, monkeypatch, tmp_path):
    assert themes("new", "harbour", "--in", "mine").status == 0
    monkeypatch.setenv("SITEWRIGHT_THEMES", str(tmp_path / "mine"))
    listed = json.loads(themes("list", "--json").out)["themes"]
    assert [theme["name"] for theme in listed] == [*all_themes(), "harbour"]
    assert listed[-1]["title"] == "Harbour"
    assert {"niches", "tones", "description", "sections"} <= listed[0].keys()


@pytest.mark.long
def test_a_copy_of_a_theme_is_well_formed(themes):
    assert themes("new", "harbour", "--from", "ledger", "--in", "mine").status == 0
    assert themes("check", "mine/harbour").out == "harbour is well formed.\n"


def test_a_broken_theme_is_told_of_and_ends_with_1(themes, tmp_path):
    assert themes("new", "harbour", "--in", "mine").status == 0
    (tmp_path / "mine/harbour/templates").mkdir()
    (tmp_path / "mine/harbour/templates/page.html").write_text("{% block %}")
    refused = themes("check", "mine/harbour", "--json")
    assert refused.status == 1
    assert "page.html, line 1" in refused.json["problems"][0]
    assert themes("check", "mine").err.startswith("There is no theme in ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["new", "Harbour"], "NAME"),
        (["new", "harbour", "--from", "none"], "--from"),
        (["new", "mosaic", "--in", "mine"], "there already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(themes, tmp_path, arguments, told):
    (tmp_path / "mine" / "mosaic").mkdir(parents=True)
    refused = themes(*arguments)
    assert refused.status == 2
    assert told in refused.err


def test_the_gallery_builds_a_site_once(tmp_path):
    themes, orders = {"mosaic": all_themes()["mosaic"]}, showcase_orders(["oak"])
    target, told = FolderTarget(tmp_path, "http://127.0.0.1:8401"), []
    with offline_copywriter() as route:
        for _ in range(2):
            address = asyncio.run(build_gallery(target, route, themes, orders, told.append))
    assert address == "http://127.0.0.1:8401/gallery/"
    assert told == ["Building oak in mosaic ..."]
    page = (tmp_path / "gallery/current/index.html").read_text()
    assert 'href="http://127.0.0.1:8401/mosaic-oak/"' in page
    (image,) = re.findall(r'src="http://127.0.0.1:8401/mosaic-oak/([^"]+)"', page)
    assert (tmp_path / "mosaic-oak/current" / image).is_file()
