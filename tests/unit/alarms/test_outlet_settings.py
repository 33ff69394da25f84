"""An outlet that cannot work is refused when settings are read, with a sentence and without its secrets."""

import json
import os

import pytest

from sitewright.errors import InvalidSettings
from sitewright.settings import SETTINGS_FILE, AlarmOutlet, load_settings

HOOK = 'webhook_url = "https://hooks.example/alarms"\n'
SIGNED = HOOK + 'webhook_secret_env = "HOOK_SECRET"\n'
MAIL = 'smtp_url = "smtp+starttls://mail.example:587"\nmail_from = "a@b.example"\nmail_to = ["c@b.example"]\n'


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("SITEWRIGHT_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        (HOOK, "alarms", "a webhook is always signed"),
        ('webhook_secret_env = "HOOK_SECRET"', "alarms", "belong together"),
        (SIGNED.replace("https", "http"), "alarms.webhook_url", "by http on this machine only"),
        (SIGNED.replace("https", "ftp"), "alarms.webhook_url", "begins with https://"),
        (SIGNED.replace("hooks.ex", "u:geheim@hooks.ex"), "alarms.webhook_url", "no user or password"),
        (SIGNED.replace("HOOK_SECRET", "whsec_geheim"), "alarms.webhook_secret_env", "never the secret"),
        (SIGNED.replace("HOOK_SECRET", "geheim=="), "alarms.webhook_secret_env", "name of the variable"),
        ('mail_to = ["c@b.example"]', "alarms", "smtp_url is not set"),
        (MAIL.replace("mail_from", "#"), "alarms", "mail_from is not set"),
        (MAIL.replace("mail_to", "#"), "alarms", "mail_to is not set"),
        (MAIL + 'smtp_user = "u"', "alarms", "smtp_user and smtp_password_env belong together"),
        ('smtp_user = "u"\nsmtp_password_env = "P"', "alarms", "smtp_url is not set"),
        (MAIL.replace("c@b", "Carla <c@b"), "alarms.mail_to.0", "without a display name"),
        (MAIL.replace("c@b.example", "c@b.example\\nBcc: d@b.example"), "alarms.mail_to.0", "name@host"),
        (MAIL.replace("smtp+starttls", "imap"), "alarms.smtp_url", "begins with smtp+starttls://"),
        (MAIL.replace(":587", ":587/box"), "alarms.smtp_url", "nothing more"),
        (MAIL.replace(":587", ":0"), "alarms.smtp_url", "names a host"),
        (MAIL.replace(":587", ":many"), "alarms.smtp_url", "names a host"),
        (
            MAIL.replace("+starttls", "") + 'smtp_user = "u"\nsmtp_password_env = "P"',
            "alarms",
            "not sent in the clear",
        ),
        ('webhok_url = "https://hooks.example"', "alarms.webhok_url", "not permitted"),
    ],
)
def test_an_outlet_that_cannot_work_is_refused_by_field(tmp_path, text, field, problem):
    (tmp_path / SETTINGS_FILE).write_text(f"[alarms]\n{text}")
    with pytest.raises(InvalidSettings) as refused:
        load_settings()
    (found,) = refused.value.problems
    assert found.path == field
    assert problem in found.problem
    assert "geheim" not in str(refused.value)


def test_without_the_table_nobody_is_told():
    assert load_settings().alarms == AlarmOutlet()


def test_the_environment_holds_the_outlet_as_json_and_goes_before_the_file(tmp_path, monkeypatch):
    (tmp_path / SETTINGS_FILE).write_text(f"[alarms]\n{SIGNED}{MAIL}")
    of_the_file = load_settings().alarms
    only_mail = of_the_file.model_copy(update={"webhook_url": None, "webhook_secret_env": None})
    monkeypatch.setenv("SITEWRIGHT_ALARMS", only_mail.model_dump_json())
    assert load_settings().alarms == only_mail
    monkeypatch.setenv("SITEWRIGHT_ALARMS", json.dumps({"mail_to": ["other@b.example"]}))
    assert load_settings().alarms == of_the_file.model_copy(update={"mail_to": ("other@b.example",)})


def test_this_machine_may_be_told_by_http_and_without_encryption():
    AlarmOutlet(webhook_url="http://127.0.0.1:9/x", webhook_secret_env="S")
    AlarmOutlet(
        smtp_url="smtp://localhost",
        smtp_user="u",
        smtp_password_env="P",
        mail_from="a@b.example",
        mail_to=("c@b.example",),
    )
