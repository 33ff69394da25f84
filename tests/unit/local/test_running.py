import json
import os
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from sitewright.local.file_lock import FileLock
from sitewright.local.prefect_environment import embedded_prefect, prefect_server
from sitewright.local.running import (
    LOCK,
    StackAddresses,
    environment_of_running_stack,
    running_stack,
    without_proxy,
    write_addresses,
)
from sitewright.settings import AlarmOutlet, Retention, Route, Settings, load_settings

HOLD = """
import sys
from pathlib import Path
from sitewright.local.file_lock import FileLock
FileLock(Path(sys.argv[1])).claim() and print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def addresses(tmp_path):
    return StackAddresses(
        pid=os.getpid(),
        home=tmp_path,
        site_root=tmp_path / "sites",
        public_url="http://127.0.0.1:8400",
        prefect_api="http://127.0.0.1:4200/api",
        prefect_ui="http://127.0.0.1:4200",
        prefect_home=tmp_path / "prefect",
        database_url=SecretStr("postgresql+psycopg://sitewright:tiger-7@127.0.0.1:5432/sitewright"),
        routes=(Route(name="offline", base_url="http://127.0.0.1:1/v1", model="words", offline=True),),
    )


@pytest.fixture(autouse=True)
def _nothing_configured(monkeypatch):
    for name in [each for each in os.environ if each.startswith(("SITEWRIGHT_", "PREFECT_"))]:
        monkeypatch.delenv(name)


def test_a_stack_is_found_while_it_runs_and_not_after_it_was_killed(addresses, tmp_path):
    write_addresses(addresses)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / LOCK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as stack:
        stack.stdout.readline()
        while_it_runs = running_stack(tmp_path)
        stack.kill()

    assert while_it_runs == addresses
    assert running_stack(tmp_path) is None
    assert stat.S_IMODE((tmp_path / "stack.json").stat().st_mode) == 0o600


def test_commands_are_led_to_a_running_stack_unless_told_otherwise(addresses, tmp_path, monkeypatch):
    write_addresses(addresses)
    with FileLock(tmp_path / LOCK) as lock:
        assert lock.claim()
        found = environment_of_running_stack(Settings(home=tmp_path))
        monkeypatch.setenv("PREFECT_API_URL", "http://elsewhere:4200/api")
        beside_another_prefect = environment_of_running_stack(Settings(home=tmp_path))
        another_database = Settings(home=tmp_path, database_url=SecretStr("postgresql://elsewhere/"))
        beside_another_database = environment_of_running_stack(another_database)

    assert found["SITEWRIGHT_DATABASE_URL"] == addresses.database_url.get_secret_value()
    assert found["PREFECT_API_URL"] == addresses.prefect_api
    assert json.loads(found["SITEWRIGHT_ROUTES"])[0]["offline"] is True
    assert not {"PREFECT_API_URL", "PREFECT_HOME"} & beside_another_prefect.keys()
    assert not [name for name in beside_another_database if name.startswith("SITEWRIGHT_")]


def test_runs_in_other_directories_tell_alarms_where_the_stack_was_told_to(addresses, tmp_path, monkeypatch):
    outlet = AlarmOutlet(webhook_url="https://hooks.example/x", webhook_secret_env="HOOK_SECRET")
    (tmp_path / "sitewright.toml").write_text('[alarms]\nwebhook_url = "https://elsewhere.example"\n')
    monkeypatch.chdir(tmp_path)
    told = addresses.model_copy(update={"alarms": outlet}).environment()
    monkeypatch.setenv("SITEWRIGHT_ALARMS", told["SITEWRIGHT_ALARMS"])
    assert load_settings().alarms == outlet


def test_addresses_do_not_show_the_password(addresses):
    assert "tiger-7" not in repr(addresses)
    assert "tiger-7" not in str(addresses.model_dump())


def test_the_embedded_prefect_sees_nothing_of_the_users_own(tmp_path):
    users = {"PREFECT_API_KEY": "key", "PREFECT_PROFILE": "cloud", "PATH": "/bin", "no_proxy": "intranet"}
    environment = embedded_prefect(users, tmp_path, "http://127.0.0.1:1/api")
    server = prefect_server(environment, "postgresql+asyncpg://x", tmp_path)

    assert not {"PREFECT_API_KEY", "PREFECT_PROFILE"} & environment.keys()
    assert environment["PREFECT_HOME"] == str(tmp_path)
    assert environment["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert "PREFECT_API_DATABASE_CONNECTION_URL" not in environment
    assert server["PREFECT_API_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://x"


def test_what_is_without_proxy_is_named_once():
    assert without_proxy({"NO_PROXY": "localhost"}) == "localhost,127.0.0.1"


def test_every_setting_of_the_stack_reaches_its_processes(addresses, tmp_path, monkeypatch):
    told = addresses.model_copy(
        update={
            "budget_per_order": Decimal("0.50"),
            "retention": Retention(releases_kept=7),
            "themes": tmp_path / "themes",
        }
    )
    for name, value in told.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    settings = load_settings()

    assert settings.model_fields_set == set(Settings.model_fields)
    assert settings.budget_per_order == Decimal("0.50")
    assert settings.retention.releases_kept == 7
    assert settings.themes == tmp_path / "themes"
    assert settings.routes == addresses.routes
