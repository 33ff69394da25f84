"""Every step has its own time, and their sum, with every retry, fits the flow's."""

import pytest

from flows.build_site import FLOW_SECONDS, STEP_SECONDS, build_site
from sitewright.copywriting import ASK_BUDGET_SECONDS
from sitewright.settings import Route
from tasks.plan_site import PLAN_SECONDS
from tasks.step import RETRY_DELAYS_SECONDS
from tasks.write_page import PAGE_SECONDS


@pytest.mark.failure(17)
def test_the_steps_with_all_their_retries_fit_into_the_flow() -> None:
    attempts = len(RETRY_DELAYS_SECONDS) + 1
    longest = sum(seconds * attempts + sum(RETRY_DELAYS_SECONDS) for seconds in STEP_SECONDS)
    assert build_site.timeout_seconds == FLOW_SECONDS
    assert longest <= FLOW_SECONDS


@pytest.mark.failure(17)
def test_an_ai_call_and_its_second_asking_fit_into_their_step() -> None:
    one_call = Route.model_fields["timeout_seconds"].default
    assert 2 * one_call < ASK_BUDGET_SECONDS < min(PLAN_SECONDS, PAGE_SECONDS)
