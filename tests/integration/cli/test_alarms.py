"""`sitewright alarms` shows what is wrong and tries the channels."""

import asyncio
import json
import os

import pytest

from sitewright.database import Database
from sitewright.orders.alarm_news import claim_news, mark_untold
from sitewright.orders.alarms import settle_alarms
from sitewright.orders.models.alarm import Channel, Kind
from tests.integration.cli.conftest import Command
from tests.support.alarms import condition
from tests.support.mail_server import mail_server
from tests.support.webhook_receiver import webhook_receiver

WORKER = condition("no-worker", Kind.WORKER, sentence="No worker is alive.", remedy="Start one.")
ROUTE = condition("route:main", Kind.ROUTE, sentence="Route main refuses its key.")


def test_what_is_wrong_what_was_and_how_the_channels_take_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet = {"webhook_url": "https://hooks.example/T0KEN", "webhook_secret_env": "NOT_SET"}
    mail = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@b.example", "mail_to": ["c@b.example"]}
    monkeypatch.setenv("SITEWRIGHT_ALARMS", json.dumps(outlet | mail))

    async def happen() -> None:
        database = Database(os.environ["SITEWRIGHT_DATABASE_URL"])
        await settle_alarms(database, [WORKER, ROUTE])
        await settle_alarms(database, [WORKER])
        dispatch = await claim_news(database, Channel.MAIL)
        assert dispatch
        await mark_untold(database, dispatch, "The mail server is down. Start it.")
        await database.close()

    asyncio.run(happen())
    shown, text = command("alarms", "--json").json, command("alarms").out
    assert [alarm["cause"] for alarm in shown["open"]] == ["no-worker"]
    assert [alarm["cause"] for alarm in shown["over"]] == ["route:main"]
    webhook, mailing = shown["channels"]
    assert (webhook["channel"], webhook["ok"], mailing["channel"], mailing["ok"]) == (
        "webhook",
        False,
        "mail",
        False,
    )
    assert "NOT_SET" in webhook["detail"]
    for said in ("No worker is alive.", "-> Start one.", "Route main refuses its key.", "is down. Start it."):
        assert said in text
    assert "T0KEN" not in text + json.dumps(shown)


def test_nothing_wrong_and_no_channel_is_said_so(command: Command) -> None:
    assert command("alarms", "--json").json == {"open": [], "over": [], "channels": []}
    text = command("alarms").out
    assert "Nothing is wrong" in text
    assert "No channel is configured" in text


def test_trying_the_channels_names_the_one_that_does_not_work(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with webhook_receiver() as receiver, mail_server() as mailbox:
        monkeypatch.setenv("TEST_WEBHOOK_SECRET", receiver.secret)
        outlet = {"webhook_url": receiver.url, "webhook_secret_env": "TEST_WEBHOOK_SECRET"}
        mail = {"smtp_url": mailbox.url, "mail_from": "a@b.example", "mail_to": ["c@b.example"]}
        monkeypatch.setenv("SITEWRIGHT_ALARMS", json.dumps(outlet | mail))
        good = command("alarms", "test", "--json")
        mailbox.answer = "554 5.7.1 No"
        bad, bad_json = command("alarms", "test"), command("alarms", "test", "--json")
    assert (good.status, bad.status, bad_json.status) == (0, 1, 1)
    assert [(each["channel"], each["taken"]) for each in good.json["channels"]] == [
        ("webhook", True),
        ("mail", True),
    ]
    assert "ok webhook: The webhook channel took the message." in bad.out
    assert "NOT OK mail: The mail server refused the message (554 5.7.1 No). Check smtp_url" in bad.out
    assert [each["taken"] for each in bad_json.json["channels"]] == [True, False]


def test_trying_without_a_channel_is_refused(command: Command) -> None:
    answer = command("alarms", "test")
    assert answer.status == 2
    assert "alarms: no channel is configured" in answer.err
