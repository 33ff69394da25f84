"""Round after round: what those who must act are told, by both channels, whatever fails in between."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from sitewright.database import Database
from sitewright.errors import DatabaseUnavailable
from sitewright.orders.alarm_news import channel_standings
from sitewright.orders.alarms import settle_alarms
from sitewright.orders.models.alarm import Channel, Kind
from sitewright.settings import AlarmOutlet
from tasks.news import tell_news
from tests.integration.alarms.conftest import SECRET_VARIABLE, by_webhook
from tests.support.alarms import condition
from tests.support.database import run_sql

WORKER = condition("no-worker", Kind.WORKER, sentence="No worker is alive.")
LATE = [condition(f"late:{n}", Kind.LATE, sentence=f"Order {n} is late.", orders=(n,)) for n in range(1, 21)]

TELL = """
import asyncio, sys
from sitewright.database import Database
from sitewright.settings import AlarmOutlet
from tasks.news import tell_news
asyncio.run(tell_news(Database(sys.argv[1]), AlarmOutlet.model_validate_json(sys.argv[2])))
"""


@pytest.fixture
def outlet(receiver, mailbox):
    return AlarmOutlet(
        webhook_url=receiver.url,
        webhook_secret_env=SECRET_VARIABLE,
        smtp_url=mailbox.url,
        mail_from="sitewright@agency.example",
        mail_to=("ops@agency.example",),
    )


def subjects(mailbox):
    return [took.mail["Subject"].removeprefix("Sitewright: ") for took in mailbox.taken]


async def test_over_many_rounds_each_cause_is_told_once_and_once_that_it_is_over(
    database, outlet, receiver, mailbox
):
    for found in (*[[WORKER, *LATE]] * 10, *[LATE] * 10, *[[]] * 10):
        await settle_alarms(database, found)
        await tell_news(database, outlet)
    told = [(len(post.alarms("raised")), len(post.alarms("over"))) for post in receiver.requests]
    assert told == [(21, 0), (0, 1), (0, 20)]
    assert subjects(mailbox) == [
        "No worker is alive (and 20 more)",
        "Over: No worker is alive",
        "Over: Order 1 is late (and 19 more)",
    ]


async def test_a_dead_mail_server_has_nothing_repeated_by_the_webhook_and_hears_of_all_later(
    database, outlet, receiver, mailbox
):
    mailbox.answer = "451 4.3.0 Try later"
    for found in ([WORKER], [WORKER, LATE[0]], [WORKER, LATE[0]]):
        await settle_alarms(database, found)
        await tell_news(database, outlet)
    failing = (await channel_standings(database))[Channel.MAIL]
    mailbox.answer = "250 OK"
    deliveries = await tell_news(database, outlet)

    assert [post.alarms("raised") for post in receiver.requests] == [["no-worker"], ["late:1"]]
    assert subjects(mailbox) == ["No worker is alive (and 1 more)"]
    assert "451 4.3.0 Try later" in failing.problem
    assert "`sitewright alarms test`" in failing.problem
    assert [(delivery.channel, delivery.taken) for delivery in deliveries] == [(Channel.MAIL, True)]
    assert (await channel_standings(database))[Channel.MAIL].problem == ""


async def test_a_webhook_that_fails_is_told_the_same_news_under_the_same_id(
    database, outlet, receiver, mailbox, caplog
):
    await settle_alarms(database, [WORKER])
    receiver.status = 503
    for _ in range(3):
        await tell_news(database, outlet)
    receiver.status = 204
    await tell_news(database, outlet)
    await tell_news(database, outlet)
    assert len(receiver.requests) == 4
    assert len({post.id for post in receiver.requests}) == 1
    assert subjects(mailbox) == ["No worker is alive"]
    assert "The webhook answered with HTTP status 503" in caplog.text


async def test_of_two_rounds_at_once_one_tells(database, outlet, receiver, mailbox):
    await settle_alarms(database, [WORKER, *LATE])
    await asyncio.gather(*(tell_news(database, outlet) for _ in range(6)))
    assert (len(receiver.requests), len(mailbox.taken)) == (1, 1)


async def test_news_of_a_round_that_was_killed_while_telling_are_told_again_under_the_same_id(
    database, receiver
):
    only_webhook = by_webhook(receiver.url)
    await settle_alarms(database, [WORKER])
    receiver.silent_seconds = 20
    command = [sys.executable, "-c", TELL, database.url, only_webhook.model_dump_json()]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3]) as killed:
        async with asyncio.timeout(30):
            while not receiver.requests:
                await asyncio.sleep(0.02)
        killed.kill()
    receiver.silent_seconds = 0
    assert await tell_news(database, only_webhook) == ()
    await run_sql(database, "UPDATE alarm_channels SET claimed_until = claimed_until - interval '3 minutes'")
    (delivery,) = await tell_news(database, only_webhook)
    assert delivery.taken
    first, second = receiver.requests
    assert (first.id, first.body) == (second.id, second.body)


async def test_without_a_channel_nothing_is_told_and_a_later_one_hears_of_what_is_open(
    database, outlet, receiver, mailbox
):
    await settle_alarms(database, [WORKER, LATE[0]])
    assert await tell_news(database, AlarmOutlet()) == ()
    await settle_alarms(database, [WORKER])
    await tell_news(database, outlet)
    assert subjects(mailbox) == ["No worker is alive"]
    assert receiver.requests[0].alarms("over") == []


async def test_a_database_that_is_gone_is_the_one_error_that_is_raised(server, outlet):
    with server.copy() as url:
        gone = Database(url.replace("test_", "nowhere_"))
        with pytest.raises(DatabaseUnavailable):
            await tell_news(gone, outlet)
        await gone.close()
