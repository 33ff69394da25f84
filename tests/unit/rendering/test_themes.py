"""Themes: chosen by niche and tone or by name, read from a folder, refused with the field that is wrong."""

import itertools
import shutil

import pytest

from sitewright.errors import ThemeUnusable
from sitewright.orders.models.brief import Tone
from sitewright.orders.models.business import Niche
from sitewright.rendering import THEMES, all_themes, choose_theme, read_theme

NAMES = ("breeze", "field", "ledger", "mosaic", "studio", "table")


@pytest.fixture
def folder(tmp_path):
    """A folder with one theme of its own, a copy of `mosaic` under the name `harbour`."""
    own = tmp_path / "harbour"
    shutil.copytree(THEMES / "mosaic", own)
    manifest = own / "theme.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('name = "mosaic"', 'name = "harbour"', 1))
    return tmp_path


def test_six_themes_come_with_sitewright():
    assert tuple(sorted(all_themes())) == NAMES


@pytest.mark.parametrize(("niche", "tone"), list(itertools.product(Niche, Tone)))
def test_every_trade_gets_a_theme_that_names_it(niche, tone):
    theme = choose_theme(all_themes(), wanted=None, niche=niche, tone=tone)

    assert niche in theme.manifest.niches


def test_each_theme_is_chosen_for_somebody():
    chosen = {
        choose_theme(all_themes(), wanted=None, niche=niche, tone=tone).name
        for niche, tone in itertools.product(Niche, Tone)
    }

    assert chosen == set(NAMES)


def test_an_order_may_name_its_theme():
    chosen = choose_theme(all_themes(), wanted="studio", niche=Niche.LAW_FIRM, tone=Tone.CALM)

    assert chosen.name == "studio"


def test_a_theme_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ThemeUnusable, match=r"design\.theme: there is no theme 'nope', only breeze, field,"):
        choose_theme(all_themes(), wanted="nope", niche=Niche.DENTIST, tone=Tone.CALM)


def test_a_folder_adds_themes(folder):
    themes = all_themes(folder)

    assert set(themes) == {*NAMES, "harbour"}
    assert themes["harbour"].face_file.is_file()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "harbour"', 'name = "port"', "is named as its folder is"),
        ('name = "harbour"', 'name = "Harbour!"', "name: "),
        ('ornament = "tiles"', 'ornament = "cats"', "ornament: "),
        ('radius = "1.25rem"', 'radius = "1rem;color:red"', "tokens.radius: .*a token is one CSS value"),
        ('radius = "1.25rem"', 'radius = "url(x)"', "tokens.radius: .*a token is one CSS value"),
        ('radius = "1.25rem"', 'radius = "calc(1rem"', "tokens.radius: .*a token is one CSS value"),
        ('radius = "1.25rem"', 'radius = "\'Georgia"', "tokens.radius: .*a token is one CSS value"),
        ('radius = "1.25rem"', 'Radius = "1rem"', "a token's name is lower-case"),
        ('file = "SourceSerif4-600.woff2"', 'file = "None.woff2"', "has no fonts/None.woff2"),
        ('file = "SourceSerif4-600.woff2"', 'file = "../x.woff2"', "face.file: "),
        ('title = "Mosaic"', "", "title: "),
        ('title = "Mosaic"', "title = ", "is not TOML"),
        ('title = "Mosaic"', 'title = "x"\ntitel = "y"', "titel: "),
    ],
)
def test_a_theme_that_is_not_well_formed_is_refused_with_the_field(folder, old, new, told):
    manifest = folder / "harbour" / "theme.toml"
    written = manifest.read_text("utf-8")
    assert old in written
    manifest.write_text(written.replace(old, new, 1), "utf-8")

    with pytest.raises(ThemeUnusable, match=told):
        read_theme(folder / "harbour")


def test_the_version_follows_the_content_of_its_own_theme(folder):
    before, other = read_theme(folder / "harbour").version, all_themes()["mosaic"].version
    (folder / "harbour" / "styles" / "50-more.css").write_text("h1 { color: var(--ink) }")
    read_theme.cache_clear()

    assert read_theme(folder / "harbour").version != before
    assert all_themes()["mosaic"].version == other
