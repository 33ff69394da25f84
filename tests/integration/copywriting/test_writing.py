"""An order's plan and pages, asked of a real server, in every language."""

import json
from typing import Any

import pytest

from sitewright.copywriting import AiLine, LocalGate, probe, write_page, write_plan
from sitewright.errors import KeyRejected, RequestRejected, RouteUnavailable
from sitewright.orders.models.site import HeroCopy, ServicesCopy, SitePlan, buildable_pages
from sitewright.settings import Route
from tests.support.briefs import LOCALES, order
from tests.support.call_log import MemoryCallLog
from tests.support.misbehaving_ai import MisbehavingAi, Received, answers, fails, sends
from tests.support.plain_words import plain_words


def route(ai: MisbehavingAi, **settings: Any) -> Route:
    return Route(name="main", base_url=ai.url, model="some-model", **settings)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_site_is_written_page_by_page(ai: MisbehavingAi, locale: str) -> None:
    ai.will(answers(plain_words))
    log, asked = MemoryCallLog(), order(locale)

    line = AiLine((route(ai),), log, LocalGate())
    plan = await write_plan(asked, line)
    copies = [await write_page(asked, plan, page, line) for page in plan.pages]

    assert tuple(page.page for page in plan.pages) == buildable_pages(asked.brief)
    assert [copy.page for copy in copies] == [page.page for page in plan.pages]
    for page, copy in zip(plan.pages, copies, strict=True):
        assert tuple(section.kind for section in copy.sections) == page.sections
    services = next(section for section in copies[0].sections if isinstance(section, ServicesCopy))
    assert len(services.texts) == len(asked.brief.offer.services)
    assert [call.step for call in log.calls] == ["plan", *(f"page:{page.page.value}" for page in plan.pages)]
    names = [request.body["response_format"]["json_schema"]["name"] for request in ai.requests]
    assert names == ["site_plan", *(f"page_{page.page.value}" for page in plan.pages)]
    assert all(request.order_data["language"] == asked.language for request in ai.requests)


def one_page() -> tuple[Any, SitePlan]:
    asked = order(site={"pages": ["home"]}, offer={"services": [{"name": "Mowing"}]})
    page = {
        "page": "home",
        "title": "Lawn care",
        "description": "What we do.",
        "sections": ["hero", "services", "call_to_action"],
    }
    return asked, SitePlan.model_validate({"voice": "Plain.", "pages": [page]})


@pytest.mark.failure(33)
async def test_an_invented_testimonial_is_asked_away_and_else_cut(ai: MisbehavingAi) -> None:
    def boasting(received: Received) -> dict[str, Any]:
        answer = plain_words(received)
        answer["hero"]["lead"] = "We mow. “Best crew in town, five stars!” says Jane."
        return answer

    asked, plan = one_page()
    log = MemoryCallLog()
    ai.will(answers(boasting))

    copy = await write_page(asked, plan, plan.pages[0], AiLine((route(ai),), log, LocalGate()))

    hero = copy.sections[0]
    assert isinstance(hero, HeroCopy)
    assert hero.lead == "We mow."
    assert "is a quotation that the order does not hold" in ai.requests[1].messages[-1]["content"]
    assert "hero.lead" in log.calls[1].detail


@pytest.mark.failure(24, 33)
async def test_a_heading_that_stays_invented_gives_way_to_plain_words(ai: MisbehavingAi) -> None:
    def boasting(received: Received) -> dict[str, Any]:
        answer = plain_words(received)
        answer["hero"]["heading"] = "Columbus's award-winning gardeners"
        return answer

    asked, plan = one_page()
    ai.will(answers(boasting))
    copy = await write_page(asked, plan, plan.pages[0], AiLine((route(ai),), MemoryCallLog(), LocalGate()))
    assert copy.sections[0].heading == "Lawn & Ladder, Columbus"
    assert copy.honesty.asked_again
    assert copy.honesty.replaced == ("hero.heading",)
    (finding,) = copy.honesty.cut
    assert finding == "hero.heading: 'award-winning' is an award that the order does not hold"


async def test_the_offline_copywriter_is_named_as_no_ai(ai: MisbehavingAi) -> None:
    asked, plan = one_page()
    ai.will(answers(plain_words))
    copy = await write_page(
        asked, plan, plan.pages[0], AiLine((route(ai, offline=True),), MemoryCallLog(), LocalGate())
    )
    assert copy.author.ai is False


async def test_a_probe_says_whether_a_route_can_be_asked(
    ai: MisbehavingAi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ai.will(
        answers({"ready": True}),
        answers("", finish="length"),
        fails(401),
        fails(404),
        fails(503),
        sends(b"Hello"),
    )
    results = [await probe(route(ai)) for _ in range(6)]

    assert [result.ready for result in results] == [True, True, False, False, False, False]
    kinds = [type(result.problem) for result in results[2:]]
    assert kinds == [KeyRejected, RequestRejected, RouteUnavailable, RouteUnavailable]
    assert "api_key_env" in str(results[2])
    assert "some-model" in str(results[0])
    assert json.loads(json.dumps(ai.requests[0].body))["response_format"]["json_schema"]["name"] == "probe"

    monkeypatch.delenv("ABSENT_KEY", raising=False)
    unset = await probe(route(ai, api_key_env="ABSENT_KEY"))
    assert "ABSENT_KEY" in str(unset)
    assert len(ai.requests) == 6
