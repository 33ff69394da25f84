"""docs/alarms.md is executed: its settings are read, its check verifies what is really sent."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from sitewright.alarms import tell
from sitewright.orders.models.alarm import Alarm, Channel, Kind
from sitewright.settings import AlarmOutlet
from tests.integration.alarms.conftest import by_webhook
from tests.support.alarms import news
from tests.support.webhook_receiver import new_secret

PAGE = (Path(__file__).parents[3] / "docs/alarms.md").read_text()


def block(language):
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture
def is_genuine():
    names = {}
    exec(block("python"), names)
    return names["is_genuine"]


async def test_the_documented_check_tells_the_real_from_the_forged(receiver, is_genuine):
    await tell(by_webhook(receiver.url), Channel.WEBHOOK, news())
    (request,) = receiver.requests
    headers, body = dict(request.headers), request.body
    assert is_genuine(headers, body, receiver.secret)
    assert not is_genuine(headers, body.replace(b"wrong", b"right"), receiver.secret)
    assert not is_genuine(headers, body, new_secret())
    assert not is_genuine(headers | {"webhook-id": "msg_other"}, body, receiver.secret)
    later = str(int(headers["webhook-timestamp"]) - 301)
    assert not is_genuine(headers | {"webhook-timestamp": later}, body, receiver.secret)


async def test_the_documented_json_is_what_is_sent(receiver):
    documented = json.loads(block("json"))
    (shown,) = documented["data"]["raised"]
    await tell(by_webhook(receiver.url), Channel.WEBHOOK, news(Alarm.model_validate(shown)))
    assert receiver.requests[0].document == documented


def test_the_documented_settings_are_all_there_are():
    outlet = AlarmOutlet.model_validate(tomllib.loads(block("toml"))["alarms"])
    assert outlet.model_fields_set == set(AlarmOutlet.model_fields)


def test_every_kind_has_its_line_in_the_order_of_its_weight():
    assert re.findall(r"^\| `([a-z-]+)` \| `", PAGE, re.MULTILINE) == [*map(str, Kind)]
