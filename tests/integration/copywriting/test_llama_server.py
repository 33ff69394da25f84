"""Whole orders asked of a real llama.cpp server: real HTTP, answers really constrained by the schema."""

from pathlib import Path
from typing import Any

import pytest

from sitewright.copywriting import AiLine, LocalGate, probe, write_page, write_plan
from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.errors import AnswerTruncated, RequestTooLong
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import PageCopy, SitePlan, buildable_pages
from sitewright.settings import Dialect, Route
from tests.support.call_log import MemoryCallLog
from tests.support.llama_server import CLAUSE, CONTEXT_TOKENS, llama_server, write_model
from tests.support.words import sample_order, words_for

SAMPLE = "lawn-and-ladder.en-US.json"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "clauses.gguf"
    write_model(path)
    return path


@pytest.fixture
def log() -> MemoryCallLog:
    return MemoryCallLog()


def line(url: str, log: MemoryCallLog, **settings: Any) -> AiLine:
    return AiLine((Route(name="llama", base_url=url, model="clauses", **settings),), log, LocalGate())


def assert_complete(order: Order, plan: SitePlan, pages: list[PageCopy], log: MemoryCallLog) -> None:
    assert tuple(page.page for page in plan.pages) == buildable_pages(order.brief)
    assert len(plan.pages) > 3
    for planned, page in zip(plan.pages, pages, strict=True):
        assert tuple(section.kind for section in page.sections) == planned.sections
    assert any(word in plan.voice for word in CLAUSE[2])
    assert log.outcomes.count("answered") == 1 + len(plan.pages)
    # Words at random may leave a section out: then the plan is asked for once more.
    assert log.outcomes.count("invalid") + log.outcomes.count("answered") == len(log.outcomes)
    assert all(1000 < call.tokens_in < CONTEXT_TOKENS and call.tokens_out > 20 for call in log.calls)
    assert all(call.request_id for call in log.calls)


@pytest.mark.failure(21, 23)
async def test_an_order_is_completed_in_the_openai_dialect(model: Path, log: MemoryCallLog) -> None:
    order = sample_order(SAMPLE)
    with llama_server(model) as url:
        asked = line(url, log)
        plan = await write_plan(order, asked)
        pages = [await write_page(order, plan, page, asked) for page in plan.pages]
    assert_complete(order, plan, pages, log)


@pytest.mark.failure(21, 23)
async def test_an_order_is_completed_in_the_anthropic_dialect(model: Path, log: MemoryCallLog) -> None:
    order, settings = sample_order(SAMPLE), {"dialect": Dialect.ANTHROPIC}
    with llama_server(model, plan_question(order).schema) as url:
        plan = await write_plan(order, line(url, log, **settings))
    pages = []
    for page in plan.pages:
        with llama_server(model, page_question(order, plan, page).schema) as url:
            pages.append(await write_page(order, plan, page, line(url, log, **settings)))
    assert_complete(order, plan, pages, log)
    assert {call.finish_reason for call in log.calls} == {"end_turn"}


@pytest.mark.failure(21)
@pytest.mark.parametrize("dialect", Dialect)
async def test_what_does_not_fit_is_cut_there_and_told_here(
    model: Path, log: MemoryCallLog, dialect: Dialect
) -> None:
    order = sample_order(SAMPLE)
    plan, _ = words_for(order)
    schema = page_question(order, plan, plan.pages[0]).schema
    with llama_server(model, schema) as url, pytest.raises(AnswerTruncated):
        await write_page(order, plan, plan.pages[0], line(url, log, dialect=dialect, max_tokens=256))
    assert log.outcomes == ["truncated", "truncated"]
    assert [call.tokens_out for call in log.calls] == [256, 256]


@pytest.mark.parametrize("dialect", Dialect)
async def test_a_question_longer_than_the_context_is_too_long_and_not_asked_again(
    model: Path, log: MemoryCallLog, dialect: Dialect
) -> None:
    asked = sample_order(SAMPLE)
    with llama_server(model, context=1024) as url, pytest.raises(RequestTooLong, match="context size"):
        await write_plan(asked, line(url, log, dialect=dialect))
    assert log.outcomes == ["request_too_long"]


@pytest.mark.failure(18)
@pytest.mark.parametrize("dialect", Dialect)
async def test_a_probe_finds_it_ready(model: Path, dialect: Dialect) -> None:
    with llama_server(model) as url:
        found = await probe(
            Route(name="llama", dialect=dialect, base_url=url, model="clauses", max_tokens=256)
        )
    assert found.ready, str(found)
