"""Builders of orders: the sample documents, with variations, and what a run makes of them."""

import copy
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sitewright.local
from sitewright.database import Database
from sitewright.orders.intake import place_order, read_order
from sitewright.orders.leases import take_lease
from sitewright.orders.ledger import CompletedStep
from sitewright.orders.loading import open_revision
from sitewright.orders.models.base import fingerprint
from sitewright.orders.models.order import Order, OrderState, PlacedOrder
from sitewright.orders.models.release import Check, Publication, Release, ReleaseFile, Report
from sitewright.orders.models.site import Author
from sitewright.orders.models.usage import AiCall, CallOutcome
from tests.support.database import run_sql

SAMPLES = Path(sitewright.local.__file__).parent / "samples"
DENTIST = "clinica-sorriso.pt-BR.json"
GARDENER = "lawn-and-ladder.en-US.json"
BICYCLES = "taller-rueda.es.json"

AUTHOR = Author(route="main", model="some-model", ai=True)


def document(sample: str = DENTIST, **changes: Any) -> dict[str, Any]:
    """Return a sample's JSON; `changes` by path, `__` for the dot: `brief__business__name="Rueda"`.

    The value `...` takes the field away.
    """
    made: dict[str, Any] = json.loads((SAMPLES / sample).read_text())
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = made
        for parent in parents:
            place = place[int(parent)] if isinstance(place, list) else place.setdefault(parent, {})
        if value is ...:
            del place[last]
        elif isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = copy.deepcopy(value)
    return made


def as_bytes(made: Any) -> bytes:
    return json.dumps(made).encode()


def order_document(sample: str = DENTIST, **changes: Any) -> PlacedOrder:
    """Return a sample as it is placed, with `changes` as `document` takes them."""
    return read_order(as_bytes(document(sample, **changes)), sample)


async def placed(database: Database, sample: str = DENTIST, **changes: Any) -> int:
    """Place an order and return its id."""
    return (await place_order(database, order_document(sample, **changes))).order_id


async def building(database: Database, flow_run_id: str = "run-1", **changes: Any) -> Order:
    """Place an order, take its lease and open its revision, as the step `load` does."""
    order_id = await placed(database, **changes)
    return await opened(database, order_id, flow_run_id)


async def opened(database: Database, order_id: int, flow_run_id: str = "run-1") -> Order:
    """Take the lease of an order that was placed before and open its revision."""
    lease = await take_lease(database, order_id, flow_run_id)
    return await open_revision(database, order_id, None, lease)


def step(name: str, inputs: str = "inputs", *, run: str = "run-1", **data: Any) -> CompletedStep:
    """Return a step that took one second and ended now."""
    now = datetime.now(UTC)
    return CompletedStep(
        name=name,
        fingerprint=fingerprint(inputs),
        started_at=now - timedelta(seconds=1),
        finished_at=now,
        flow_run_id=run,
        data=data,
    )


def ai_call(name: str = "plan", request: str = "request", **changes: Any) -> AiCall:
    """Return a call that was answered; `changes` are fields of `AiCall`."""
    values: dict[str, Any] = {
        "step": name,
        "request_hash": fingerprint(request),
        "author": AUTHOR,
        "started_at": datetime.now(UTC),
        "seconds": 1.5,
        "outcome": CallOutcome.ANSWERED,
        "http_status": 200,
        "finish_reason": "stop",
        "tokens_in": 1000,
        "tokens_out": 200,
        "cost": Decimal("0.00065"),
        "answer": '{"voice": "calm"}',
    }
    return AiCall(**values | changes)


def release(content: str = "content", slug: str = "sorriso") -> Release:
    """Return a release of one page; equal `content`, equal hash."""
    page = ReleaseFile(path="index.html", sha256=fingerprint(content), size=len(content))
    return Release(
        hash=fingerprint(page),
        slug=slug,
        base_url=f"http://127.0.0.1:8400/{slug}/",
        files=(page,),
        code_version="0.1.0",
        theme="plain",
        theme_version="1",
    )


def report(of: Release, *, passed: bool = True) -> Report:
    return Report(release=of.hash, checks=(Check(name="links", passed=passed),), written_without_ai=False)


def publication(of: Release) -> Publication:
    return Publication(
        release=of.hash, target="folder", url=of.base_url, files_verified=1, at=datetime.now(UTC)
    )


async def in_state(database: Database, state: OrderState, **changes: Any) -> int:
    """Place an order, bring it to `state` by the transitions that lead there, and return its id."""
    order_id = await placed(database, **changes)
    by_way_of_building = state in {OrderState.REVIEW, OrderState.PUBLISHED}
    for step_there in (OrderState.BUILDING, state) if by_way_of_building else (state,):
        await run_sql(
            database,
            "UPDATE orders SET state = :state, reason = 'because', url = 'http://x/', release = 'x'"
            " WHERE id = :id",
            state=step_there,
            id=order_id,
        )
    return order_id
