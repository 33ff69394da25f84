"""What the AI is asked of an order in its second language: own steps, the customer's words, their facts."""

import json

from sitewright.copywriting.drafting import unplaced
from sitewright.copywriting.pages import page_question
from sitewright.copywriting.planning import plan_question
from sitewright.local.copywriter.composer import compose
from sitewright.local.copywriter.order_data import received
from tests.support.orders import BICYCLES, order_document

SAID = "We are 7 brothers and mend whatever has two wheels."


def _both():
    words = {"site": {"description": SAID}, "offer": {"services": [{"name": "Tune-up"}, {}, {}]}}
    first = unplaced(order_document(BICYCLES, second_locale="en-US", brief__translations=words))
    return first, first.in_second_language()


def _answer(question):
    return compose(received(question.user))


def test_each_language_has_its_own_steps_and_questions():
    first, second = _both()
    plans = [plan_question(order) for order in (first, second)]
    assert [plan.step for plan in plans] == ["plan", "plan:en"]
    assert plans[0].hash != plans[1].hash
    plan = plans[1].read(json.dumps(_answer(plans[1]))).value
    asked = page_question(second, plan, plan.pages[0])
    assert asked.step == "page:en/home"
    assert '"language": "en"' in asked.user


def test_the_ai_is_shown_the_customers_words_in_that_language_and_no_other():
    first, second = _both()
    told, told_second = (plan_question(order).user for order in (first, second))
    name = first.brief.offer.services[0].name
    assert [said in told for said in (name, "Tune-up", SAID)] == [True, False, False]
    assert [said in told_second for said in (name, "Tune-up", SAID)] == [False, True, True]


def test_what_the_customer_says_in_that_language_is_a_fact_there_and_only_there():
    for order, findings in zip(_both(), (1, 0), strict=True):
        question = plan_question(order)
        answer = _answer(question)
        answer["pages"]["home"]["description"] = "7 brothers." if order.second else "Somos 7 hermanos."
        assert len(question.read(json.dumps(answer)).findings) == findings
