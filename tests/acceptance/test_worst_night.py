"""The old system's worst night: orders wait, the worker is dead, the site root gone, the key revoked.

All schedules are on and nobody does anything but read the alarms and mend what they name. The worker is
stopped by SIGSTOP, for the stack would start a dead one again; the night passes by moving what PostgreSQL and
Prefect have noted back by a day.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.breakpoints import plain_url
from tests.support.mail_server import MailServer, mail_server
from tests.support.orders import SAMPLES
from tests.support.stack import RunningStack, started
from tests.support.webhook_receiver import WebhookReceiver, webhook_receiver

pytestmark = [pytest.mark.long, pytest.mark.failure(9, 26), pytest.mark.timeout(900)]

DAY = timedelta(days=1)
CAUSES = {"no-worker", "site-root", "route:offline"}


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with webhook_receiver() as receiving:
        yield receiving


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with mail_server() as serving:
        yield serving


@pytest.fixture
def stack(
    receiver: WebhookReceiver, mailbox: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningStack]:
    outlet = {
        "webhook_url": receiver.url,
        "webhook_secret_env": "TEST_WEBHOOK_SECRET",
        "smtp_url": mailbox.url,
        "mail_from": "sitewright@agency.example",
        "mail_to": ["ops@agency.example"],
    }
    monkeypatch.setenv("TEST_WEBHOOK_SECRET", receiver.secret)
    monkeypatch.setenv("SITEWRIGHT_ALARMS", json.dumps(outlet))
    with started(tmp_path / "home", tmp_path / "up.log") as running:
        running.environment["COLUMNS"] = "100"
        yield running


def test_each_cause_is_told_once_and_what_is_mended_lets_all_orders_go_on(
    stack: RunningStack, receiver: WebhookReceiver, mailbox: MailServer
) -> None:
    worker = stack.worker("sitewright")
    os.kill(worker, signal.SIGSTOP)
    try:
        stack.fault(None, status=401, times=None)
        shutil.rmtree(stack.addresses.site_root)
        placed = stack.json("orders", "place", *sorted(SAMPLES.glob("*.json")))["orders"]
        orders = [each["order_id"] for each in placed]
        until("every order has a run on its way", lambda: dispatched(stack) == len(orders) == 5, 120)
        a_day_passes(stack)
        until("all is told", lambda: told(receiver, "raised") >= CAUSES and len(wrong(mailbox)) == 3, 150)
        exactly_that_is_said(stack, mailbox)
    finally:
        os.kill(worker, signal.SIGCONT)
    until("the key stops every order", lambda: states(stack) == {"blocked": 5}, 180)
    assert stack.paid_calls() == 0
    stack.no_faults()
    until("every order is published", lambda: states(stack) == {"published": 5}, 300)
    until("it is told that it is over", lambda: told(receiver, "over") == CAUSES, 150)
    nothing_else_was_told_or_paid(stack, receiver, mailbox, orders)


def until(what: str, holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.5)


def dispatched(stack: RunningStack) -> int:
    with psycopg.connect(plain_url(stack.database_url)) as connection:
        row = connection.execute("SELECT count(*) FROM orders WHERE started_at IS NOT NULL").fetchone()
    assert row is not None
    return int(row[0])


def a_day_passes(stack: RunningStack) -> None:
    """Move back what was noted of the builders' worker, of the runs that wait for it, and of the orders."""
    url = plain_url(stack.database_url)
    with psycopg.connect(url.rpartition("/")[0] + "/prefect") as connection:
        connection.execute(
            "UPDATE worker SET last_heartbeat_time = last_heartbeat_time - %s WHERE name = 'local'", [DAY]
        )
        connection.execute(
            "UPDATE flow_run SET expected_start_time = expected_start_time - %(day)s,"
            " next_scheduled_start_time = next_scheduled_start_time - %(day)s"
            " WHERE deployment_id = (SELECT id FROM deployment WHERE name = 'build-site')",
            {"day": DAY},
        )
    until("Prefect has noticed that the worker is silent", lambda: worker_status(stack) == "OFFLINE", 60)
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE orders SET placed_at = placed_at - %(day)s, since = since - %(day)s,"
            " started_at = started_at - %(day)s, due_at = due_at - %(day)s",
            {"day": DAY},
        )


def worker_status(stack: RunningStack) -> str:
    (worker,) = stack.post("/work_pools/sitewright/workers/filter")
    return str(worker["status"])


def told(receiver: WebhookReceiver, part: str) -> set[str]:
    return {cause for request in receiver.requests for cause in request.alarms(part)}


def wrong(mailbox: MailServer) -> list[str]:
    """The sentences that mails told as wrong, in the order in which they came."""
    return [
        line.removeprefix("* ")
        for taken in mailbox.taken
        for line in taken.text.partition("What is over:")[0].splitlines()
        if line.startswith("* ")
    ]


def states(stack: RunningStack) -> dict[str, int]:
    found: dict[str, int] = stack.json("status")["orders"]
    return {state: count for state, count in found.items() if count}


def exactly_that_is_said(stack: RunningStack, mailbox: MailServer) -> None:
    """The three causes and nothing else, each in its sentence, on every screen and in every mail."""
    yesterday = f"{datetime.now(UTC) - DAY:%Y-%m-%d}"
    shown = stack.json("alarms")
    sentences = {alarm["cause"]: alarm["sentence"] for alarm in shown["open"]}
    assert set(sentences) == CAUSES
    assert shown["over"] == []
    assert (
        f"none of work pool sitewright is alive, the last was seen at {yesterday}" in sentences["no-worker"]
    )
    assert f"5 orders wait, the longest since {yesterday}" in sentences["no-worker"]
    root = stack.addresses.site_root
    assert sentences["site-root"] == f"The site root {root} is not there: no published site can be reached."
    refused = "AI route offline is refused since "
    assert sentences["route:offline"].startswith(refused)
    assert sentences["route:offline"].endswith(" UTC: The AI provider rejected the key (HTTP 401).")
    assert sorted(wrong(mailbox)) == sorted(sentences.values())
    for command in ("status", "alarms"):
        screen = stack.sitewright(command)
        for alarm in shown["open"]:
            assert alarm["sentence"] in screen
            assert alarm["remedy"] in screen
    status = stack.sitewright("status")
    assert status.count("ALARM") == len(CAUSES)
    assert "Longest waiting: order 1 (CRM-31), 1 d" in status
    assert "Route offline: composes without AI, refused since " in status


def nothing_else_was_told_or_paid(
    stack: RunningStack, receiver: WebhookReceiver, mailbox: MailServer, orders: list[int]
) -> None:
    for part in ("raised", "over"):
        causes = [cause for request in receiver.requests for cause in request.alarms(part)]
        assert sorted(causes) == sorted(CAUSES)
    assert len(wrong(mailbox)) == len(CAUSES)
    shown = stack.json("alarms")
    assert shown["open"] == []
    assert {alarm["cause"] for alarm in shown["over"]} == CAUSES
    assert "Nothing is wrong that an alarm was raised for." in stack.sitewright("alarms")
    necessary = 0
    for order_id in orders:
        order = stack.show(order_id)
        events = [entry["event"] for entry in order["timeline"]]
        assert (events.count("blocked"), events.count("resumed"), events.count("published")) == (1, 1, 1)
        assert order["attempts"] == 2
        pages = sum(step["name"].startswith("page:") for step in order["steps"])
        assert order["ai"]["calls"] - order["ai"]["failed"] == 1 + pages
        necessary += 1 + pages
    assert stack.paid_calls() == necessary
    stack.sitewright("doctor")
