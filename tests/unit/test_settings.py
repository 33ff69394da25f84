"""Settings that cannot be used are refused with a line each, and what was typed is not repeated."""

import traceback

import pytest

from sitewright.errors import InvalidSettings
from sitewright.settings import SETTINGS_FILE, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "HOME", "SITE_ROOT", "PUBLIC_URL", "ROUTES", "SETTINGS"):
        monkeypatch.delenv(f"SITEWRIGHT_{name}", raising=False)


@pytest.mark.parametrize(
    ("text", "path", "problem"),
    [
        ("routes = [", SETTINGS_FILE, "it is not TOML"),
        ("\udcff", SETTINGS_FILE, "it is not TOML"),
        ('public_url = "sites.example"', "public_url", "begins with http"),
        ('[[routes]]\nname = "main"', "routes.0.base_url", "required"),
        (
            '[[routes]]\nname = "main"\nbase_url = "http://me:key@ai"',
            "routes.0.base_url",
            "no user or password",
        ),
        ('site_rot = "/srv/sites"', "site_rot", "not permitted"),
        ("[retention]\nreleases_kept = 0", "retention.releases_kept", "greater than or equal to 1"),
        ("[retention]\ntimeline_days = 7", "retention.timeline_days", "greater than or equal to 30"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_field(tmp_path, text, path, problem):
    (tmp_path / SETTINGS_FILE).write_text(text, errors="surrogateescape")
    with pytest.raises(InvalidSettings) as refused:
        load_settings()
    assert refused.value.problems[0].path == path
    assert problem in refused.value.problems[0].problem


def test_routes_in_the_environment_that_are_not_json_are_refused(monkeypatch):
    monkeypatch.setenv("SITEWRIGHT_ROUTES", "[{")
    with pytest.raises(InvalidSettings, match="routes"):
        load_settings()


def test_a_key_in_the_wrong_place_is_not_shown_even_with_the_traceback(tmp_path):
    route = '[[routes]]\nname = "m"\nbase_url = "http://ai"\nmodel = "m"\napi_key = "sk-live-123456"\n'
    (tmp_path / SETTINGS_FILE).write_text(route)
    with pytest.raises(InvalidSettings, match=r"routes.0.api_key") as refused:
        load_settings()
    assert "sk-live" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("key", ["sk-live-123456", "gsk_live123456", "sk_live_123456"])
def test_a_key_in_the_place_of_its_variable_s_name_is_refused_and_not_shown(tmp_path, key):
    route = f'[[routes]]\nname = "m"\nbase_url = "http://ai"\nmodel = "m"\napi_key_env = "{key}"\n'
    (tmp_path / SETTINGS_FILE).write_text(route)
    with pytest.raises(InvalidSettings, match=r"routes.0.api_key_env: .*never the secret itself") as refused:
        load_settings()
    assert key not in "".join(traceback.format_exception(refused.value))


def test_another_file_can_be_named_and_the_environment_goes_before_it(tmp_path, monkeypatch):
    elsewhere = tmp_path / "etc.toml"
    elsewhere.write_text('public_url = "http://of-the-file"\nhome = "/srv/home"\n')
    monkeypatch.setenv("SITEWRIGHT_SETTINGS", str(elsewhere))
    monkeypatch.setenv("SITEWRIGHT_PUBLIC_URL", "http://of-the-environment")
    settings = load_settings()
    assert settings.public_url == "http://of-the-environment"
    assert str(settings.sites) == "/srv/home/sites"


def test_one_setting_of_the_retention_is_changed_and_the_others_stay(tmp_path, monkeypatch):
    (tmp_path / SETTINGS_FILE).write_text("[retention]\nruns_days = 7\n")
    monkeypatch.setenv("SITEWRIGHT_RETENTION", '{"releases_kept": 2}')
    retention = load_settings().retention
    assert (retention.releases_kept, retention.runs_days, retention.usage_days) == (2, 7, 730)
