"""Every row of the taxonomy of failures, provoked over HTTP in both dialects.

Each provocation is put as a question of a page is. What is looked at is how it ends, and how many requests
reached the server.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sitewright.copywriting.asking import ask
from sitewright.copywriting.gate import LocalGate
from sitewright.copywriting.line import AiLine
from sitewright.copywriting.question import Question, Reading
from sitewright.copywriting.retrying import Retrying
from sitewright.copywriting.taxonomy import TAXONOMY
from sitewright.errors import (
    AnswerEmpty,
    AnswerRefused,
    AnswerTruncated,
    CopywritingError,
    KeyRejected,
    PurseEmpty,
    RequestRejected,
    RequestTooLong,
    RouteUnavailable,
)
from sitewright.settings import Dialect, Route
from tests.support.call_log import MemoryCallLog
from tests.support.misbehaving_ai import MisbehavingAi, answers
from tests.support.provocations import EVERY_CODE, PROVOCATIONS, Provocation

ROWS = {row.name: row for row in TAXONOMY}
TRIES = 3
DOCUMENT = Path(__file__).parents[3] / "docs" / "routes.md"

ENDS: dict[type[CopywritingError], tuple[int, bool, bool]] = {
    RouteUnavailable: (TRIES, False, True),
    KeyRejected: (1, True, False),
    PurseEmpty: (1, True, False),
    RequestRejected: (1, True, False),
    RequestTooLong: (1, False, False),
    AnswerRefused: (1, False, False),
    AnswerTruncated: (2, False, False),
    AnswerEmpty: (2, False, False),
}
"""How a question ends by the kind of its failure: requests sent, order blocked, order resumed later."""


def read(text: str) -> Reading[str]:
    return Reading(str(json.loads(text)["words"]))


QUESTION = Question[str](
    order_id=7,
    step="page:home",
    name="page_home",
    schema={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    system="Write.",
    user="About gardens.",
    again=lambda problem: f"Again: {problem}",
    read=read,
)


def cases(provocations: Sequence[Provocation]) -> list[Any]:
    """Return each provocation in each dialect that knows it."""
    return [
        pytest.param(provocation, dialect, id=f"{dialect}-{provocation.row}-{number}".replace(" ", "-"))
        for number, provocation in enumerate(provocations)
        for dialect in Dialect
        if provocation.dialect in {None, dialect}
    ]


def route(ai: MisbehavingAi, provocation: Provocation, dialect: Dialect) -> Route:
    return Route(
        name="main",
        dialect=dialect,
        base_url=provocation.base_url or ai.url,
        model="main-model",
        timeout_seconds=provocation.seconds,
    )


async def asked(
    ai: MisbehavingAi, routes: tuple[Route, ...]
) -> tuple[CopywritingError | None, MemoryCallLog]:
    log, retrying = MemoryCallLog(), Retrying(tries=TRIES, first_wait=0.001, longest_wait=0.002)
    try:
        await ask(QUESTION, AiLine(routes, log, LocalGate()), budget_seconds=20, retrying=retrying)
    except CopywritingError as error:
        return error, log
    return None, log


@pytest.mark.failure(18, 19, 20, 21, 23)
@pytest.mark.parametrize(("provocation", "dialect"), cases((*PROVOCATIONS, *EVERY_CODE)))
async def test_each_failure_ends_as_its_row_says(
    ai: MisbehavingAi, provocation: Provocation, dialect: Dialect
) -> None:
    if provocation.behaviour:
        ai.will(provocation.behaviour)
    error, log = await asked(ai, (route(ai, provocation, dialect),))

    row = ROWS[provocation.row]
    requests, blocks, passes = ENDS[row.kind]
    assert type(error) is row.kind
    assert row.meaning in error.message
    assert (error.blocks, error.passes) == (blocks, passes)
    assert len(ai.requests) == (requests if provocation.base_url is None else 0)
    assert log.outcomes == [log.calls[0].outcome] * requests
    assert all(row.meaning in call.detail for call in log.calls)
    assert (row.retried, row.opens_circuit) == (requests == TRIES, row.kind in {KeyRejected, PurseEmpty})


@pytest.mark.failure(19)
@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("kind", [RouteUnavailable, KeyRejected, PurseEmpty, RequestRejected, RequestTooLong])
async def test_the_next_route_is_asked_in_turn(
    ai: MisbehavingAi, kind: type[CopywritingError], dialect: Dialect
) -> None:
    served = [each for each in PROVOCATIONS if each.base_url is None and each.seconds > 1]
    provocation = next(each for each in served if ROWS[each.row].kind is kind)
    assert provocation.behaviour
    requests, *_ = ENDS[kind]
    ai.will(*[provocation.behaviour] * requests, answers({"words": "plain"}))
    main = route(ai, provocation, dialect)

    error, log = await asked(ai, (main, main.model_copy(update={"name": "spare"})))

    assert error is None
    assert [call.author.route for call in log.calls] == ["main"] * requests + ["spare"]
    assert len(ai.requests) == requests + 1


def test_every_row_is_provoked() -> None:
    assert [row.name for row in TAXONOMY if row.name not in {each.row for each in PROVOCATIONS}] == []
    assert len(ROWS) == len(TAXONOMY)


def test_the_document_shows_every_row() -> None:
    lines = [line.split(" | ") for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    told = {cells[0].removeprefix("| "): cells[2].strip("`") for cells in lines if len(cells) > 3}
    assert {row.name: told.get(row.name) for row in TAXONOMY} == {
        row.name: row.kind.__name__ for row in TAXONOMY
    }
