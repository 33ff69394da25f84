"""The webhook, against a receiver that checks its signature with the reference library."""

import asyncio
import logging
import time

import pytest

from sitewright.alarms import tell, tell_trial
from sitewright.errors import SecretMissing, WebhookFailed
from sitewright.orders.models.alarm import Channel, Kind
from tests.integration.alarms.conftest import SECRET_VARIABLE, by_webhook
from tests.support.alarms import BEGAN, alarm, news
from tests.support.mail_server import Authority, mail_server, silent_server
from tests.support.webhook_receiver import new_secret

WEBHOOK = Channel.WEBHOOK


async def test_all_news_are_one_signed_document(receiver):
    began = alarm(7, "late:17", Kind.LATE, sentence="Zwölf Aufträge sind überfällig.", orders=(17,))
    over = alarm(5, "route:main", Kind.ROUTE, over_at=BEGAN)
    delivery = await tell(by_webhook(receiver.url), WEBHOOK, news(began, alarm(8), over))
    assert (delivery.taken, delivery.problem) == (True, None)
    (request,) = receiver.requests
    assert request.headers["content-type"] == "application/json"
    assert request.document["type"] == "sitewright.alarms"
    assert request.alarms("raised") == ["no-worker", "late:17"]
    assert request.alarms("over") == ["route:main"]
    assert request.document["data"]["raised"][1] == {
        "id": 7,
        "cause": "late:17",
        "kind": "late",
        "sentence": "Zwölf Aufträge sind überfällig.",
        "remedy": "Start one.",
        "orders": [17],
        "since": "2026-03-01T10:02:07Z",
        "over_at": None,
    }


async def test_the_same_news_told_again_have_the_same_id_and_others_another(receiver):
    outlet = by_webhook(receiver.url)
    receiver.status = 500
    await tell(outlet, WEBHOOK, news(alarm(1)))
    receiver.status = 204
    await tell(outlet, WEBHOOK, news(alarm(1)))
    await tell(outlet, WEBHOOK, news(alarm(1), alarm(2, "schedule", Kind.SCHEDULE)))
    await tell(outlet, WEBHOOK, news(alarm(1, over_at=BEGAN)))
    first, second, third, fourth = (request.id for request in receiver.requests)
    assert first == second
    assert len({second, third, fourth}) == 3
    assert receiver.requests[0].body == receiver.requests[1].body


async def test_a_receiver_with_another_secret_does_not_take_it(receiver, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, new_secret())
    delivery = await tell(by_webhook(receiver.url), WEBHOOK, news())
    assert not delivery.taken
    assert receiver.requests == []


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 410, 429, 500, 503])
async def test_only_2xx_means_taken_and_no_redirect_is_followed(receiver, status):
    receiver.status = status
    delivery = await tell(by_webhook(receiver.url), WEBHOOK, news())
    assert not delivery.taken
    assert isinstance(delivery.problem, WebhookFailed)
    assert str(status) in delivery.problem.message
    assert len(receiver.requests) == 1


async def test_a_receiver_that_is_silent_is_left_after_its_time(receiver):
    receiver.silent_seconds = 2
    began = time.monotonic()
    delivery = await tell(by_webhook(receiver.url), WEBHOOK, news(), seconds=0.3)
    assert time.monotonic() - began < 1.5
    assert "did not answer within" in delivery.problem.message
    with silent_server() as port:
        delivery = await tell(by_webhook(f"http://127.0.0.1:{port}/"), WEBHOOK, news(), seconds=0.3)
    assert "did not answer within" in delivery.problem.message


async def test_a_receiver_that_is_not_there_is_named_without_its_address(receiver, unused_tcp_port):
    outlet = by_webhook(f"http://127.0.0.1:{unused_tcp_port}/T0KEN/in/the/path")
    delivery = await tell(outlet, WEBHOOK, news())
    assert "cannot be reached" in delivery.problem.message
    assert "webhook_url" in delivery.problem.remedy
    assert "T0KEN" not in f"{delivery} {delivery!r} {outlet!r}"


async def test_a_receiver_whose_certificate_nobody_vouches_for_is_told_nothing(receiver, tmp_path):
    with mail_server("smtps", Authority.made_in(tmp_path)) as imposter:
        delivery = await tell(by_webhook(imposter.url.replace("smtps", "https")), WEBHOOK, news())
    assert not delivery.taken
    assert "certificate verify failed" in delivery.problem.message.lower()


async def test_the_address_is_in_no_log(receiver, caplog):
    caplog.set_level(logging.DEBUG)
    receiver.status = 500
    for url in (receiver.url, receiver.url.replace("/alarms", "/T0KEN")):
        await tell(by_webhook(url), WEBHOOK, news())
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert ours
    assert not [line for line in ours if "/alarms" in line or "T0KEN" in line]


async def test_a_proxy_of_the_environment_is_not_asked(receiver, monkeypatch, unused_tcp_port):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_tcp_port}")
    assert (await tell(by_webhook(receiver.url), WEBHOOK, news())).taken


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "plain words", "whsec_*not base64*"])
async def test_without_a_secret_that_can_sign_nothing_is_sent(receiver, monkeypatch, secret):
    monkeypatch.setenv(SECRET_VARIABLE, secret)
    delivery = await tell(by_webhook(receiver.url), WEBHOOK, news())
    assert isinstance(delivery.problem, SecretMissing)
    assert SECRET_VARIABLE in delivery.problem.message
    assert not secret or secret == "whsec_" or secret not in str(delivery)
    assert receiver.requests == []


async def test_a_trial_says_that_it_is_one(receiver):
    assert (await tell_trial(by_webhook(receiver.url), WEBHOOK)).taken
    assert receiver.requests[0].document["type"] == "sitewright.test"


async def test_many_at_once_are_each_signed_for_themselves(receiver):
    told = (tell(by_webhook(receiver.url), WEBHOOK, news(alarm(n))) for n in range(20))
    assert all(delivery.taken for delivery in await asyncio.gather(*told))
    assert len({request.id for request in receiver.requests}) == 20
