"""Real receivers on the loopback, and the outlet that leads to them."""

from collections.abc import Iterator

import pytest

from sitewright.settings import AlarmOutlet
from tests.support.mail_server import MailServer, mail_server
from tests.support.webhook_receiver import WebhookReceiver, webhook_receiver

SECRET_VARIABLE = "TEST_WEBHOOK_SECRET"
PASSWORD_VARIABLE = "TEST_SMTP_PASSWORD"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookReceiver]:
    with webhook_receiver() as started:
        monkeypatch.setenv(SECRET_VARIABLE, started.secret)
        yield started


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with mail_server() as started:
        yield started


def by_webhook(url: str) -> AlarmOutlet:
    return AlarmOutlet(webhook_url=url, webhook_secret_env=SECRET_VARIABLE)


def by_mail(url: str, *to: str, **others: str) -> AlarmOutlet:
    recipients = to or ("ops@agency.example",)
    return AlarmOutlet(smtp_url=url, mail_from="sitewright@agency.example", mail_to=recipients, **others)
