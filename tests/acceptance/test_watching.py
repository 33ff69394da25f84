"""Watching on a real stack: what it shows in Prefect, and what it tells those who must act.

The stack's own rounds have no channel; the rounds of these tests are real runs beside them that have two.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.breakpoints import plain_url
from tests.support.mail_server import MailServer, mail_server
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack
from tests.support.webhook_receiver import WebhookReceiver, webhook_receiver

pytestmark = pytest.mark.timeout(300)

ROUND = "import asyncio; from flows.watch_pipeline import watch_pipeline; asyncio.run(watch_pipeline())"
HOSTILE = "Zapatería <script>alert(1)</script> | [Zorrilla](http://evil.example)"
ANSWER = "Bienvenidos a <img src=x onerror=alert(2)> | Zorrilla"


class Watchers:
    """Those who must act: a receiver of the webhook and a mailbox, and rounds that tell them."""

    def __init__(self, stack: RunningStack, receiver: WebhookReceiver, mailbox: MailServer) -> None:
        self.receiver, self.mailbox = receiver, mailbox
        outlet = {
            "webhook_url": receiver.url,
            "webhook_secret_env": "TEST_WEBHOOK_SECRET",
            "smtp_url": mailbox.url,
            "mail_from": "sitewright@agency.example",
            "mail_to": ["ops@agency.example"],
        }
        told = {"SITEWRIGHT_ALARMS": json.dumps(outlet), "TEST_WEBHOOK_SECRET": receiver.secret}
        self._environment = {**stack.environment, **told}

    def round(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", ROUND], env=self._environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr

    def told(self, cause: str) -> tuple[int, int]:
        """Return how often the webhook was told that this began, and that it is over."""
        requests = self.receiver.requests
        raised, over = (
            [each for request in requests for each in request.alarms(part)] for part in ("raised", "over")
        )
        return raised.count(cause), over.count(cause)

    def mailed(self, sentence: str) -> int:
        return sum(taken.text.count(f"* {sentence}") for taken in self.mailbox.taken)

    def all_that_was_said(self) -> str:
        posted = [request.body.decode() for request in self.receiver.requests]
        return "\n".join([*posted, *(taken.text + taken.mail["Subject"] for taken in self.mailbox.taken)])


@pytest.fixture
def watchers(stack: RunningStack) -> Iterator[Watchers]:
    with webhook_receiver() as receiver, mail_server() as mailbox:
        yield Watchers(stack, receiver, mailbox)


def artifact(stack: RunningStack) -> str:
    return str(stack.get("/artifacts/pipeline/latest")["data"])


def test_prefect_shows_how_the_pipeline_stands(stack: RunningStack, tmp_path: Path) -> None:
    order_id = stack.place(document(BICYCLES, reference="SHOWN"), tmp_path)
    stack.run_scheduled("watch-pipeline")
    shown = artifact(stack)
    placed = stack.json("status")["orders"]["placed"]
    assert f"| placed | {placed} |" in shown
    for title in ("# How the pipeline stands", "## Orders", "## Figures", "## Scheduled flows"):
        assert title in shown
    assert "| steps a minute, over the last ten | " in shown
    assert "| watch-pipeline | " in shown
    stack.sitewright("orders", "cancel", str(order_id))


@pytest.mark.long
@pytest.mark.failure(9)
def test_an_order_that_is_late_is_told_once_and_once_that_it_is_published(
    stack: RunningStack, watchers: Watchers, tmp_path: Path
) -> None:
    order_id = stack.place(document(BICYCLES, reference="LATE"), tmp_path)
    with psycopg.connect(plain_url(stack.database_url)) as connection:
        late = "UPDATE orders SET due_at = '2026-03-01 10:00+00' WHERE id = %s"
        connection.execute(late, [order_id])
    cause, sentence = f"late:{order_id}", f"Order {order_id} (LATE) was due on 2026-03-01 and is "
    watchers.round()
    watchers.round()
    assert watchers.told(cause) == (1, 0)
    assert watchers.mailed(sentence) == 1
    assert f"{sentence}placed." in artifact(stack)

    stack.sitewright("orders", "build", str(order_id), "--wait")
    watchers.round()
    watchers.round()
    assert watchers.told(cause) == (1, 1)
    assert watchers.mailed(sentence) == 2  # as what is wrong, and as what is over
    assert cause not in {alarm["cause"] for alarm in stack.json("alarms")["open"]}


@pytest.mark.failure(9)
def test_an_alarm_names_step_and_cause_of_a_failed_order_and_holds_nobodys_words(
    stack: RunningStack, watchers: Watchers, tmp_path: Path
) -> None:
    placed = document(BICYCLES, reference="FAILED", brief__business__name=HOSTILE)
    order_id = stack.place(placed, tmp_path)
    cut = {"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "length"}
    stack.fault("site_plan", times=None, body={"id": "cut", "object": "chat.completion", "choices": [cut]})
    stack.sitewright("orders", "build", str(order_id), "--wait", status=1)
    shown = stack.show(order_id)
    assert shown["state"] == "failed"
    assert ANSWER in shown["reason"]

    watchers.round()
    cut_off = "The AI's answer was cut off at its token limit."
    sentence = f"Order {order_id} (FAILED) has failed at step plan: {cut_off}"
    assert watchers.told(f"failed:{order_id}:1") == (1, 0)
    assert watchers.mailed(sentence) == 1
    said = watchers.all_that_was_said()
    assert not [words for words in ("Zorrilla", "Zapater", "Bienvenidos", "script", "evil") if words in said]
    assert r"\<img src=x onerror=alert(2)\> \| Zorrilla" in artifact(stack)
    stack.sitewright("orders", "cancel", str(order_id))
