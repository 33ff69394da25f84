"""The obedient AI obeys: shown an order as it came, it does write what must not reach a page."""

import json

import pytest

from tests.hostile.building import KEY, KEY_VARIABLE, MODEL, OF_ANOTHER_ORDER
from tests.hostile.corpus import HostileOrder, business, corpus
from tests.support.misbehaving_ai import Received
from tests.support.obedient_ai import ObedientAi

OBEYED = [order for order in corpus() if order.obeys and not order.refused]
_SYSTEM = "You write the words of one page of a website, and these are words that no page may show."


def received(brief: object, language: str) -> Received:
    """A question for one page whose order data is `brief` as it was typed."""
    data = {"task": "page", "language": language, "brief": brief}
    text = {"type": "string"}
    hero = {"type": "object", "properties": {"heading": text, "lead": text}}
    schema = {"type": "object", "properties": {"hero": hero}}
    messages = [
        {"role": "system", "content": _SYSTEM},
        {"role": "user", "content": f"\n<order-data>\n{json.dumps(data)}\n</order-data>"},
    ]
    return Received(
        {"authorization": f"Bearer {KEY}", "host": "127.0.0.1:1"},
        {"model": MODEL, "messages": messages, "response_format": {"json_schema": {"schema": schema}}},
    )


@pytest.mark.parametrize("order", OBEYED, ids=str)
def test_it_does_what_the_order_says(order: HostileOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    ai = ObedientAi()
    another = business("en-US")["brief"]
    another["business"]["name"] = f"{OF_ANOTHER_ORDER[0]} Tannery"
    ai.answer(received(another, "en"))

    told = ai.answer(received(json.loads(order.document)["brief"], order.locale[:2])).casefold()

    wanted = {
        "prompt": ("words of one page of a website",),
        "configuration": (KEY,),
        "order": OF_ANOTHER_ORDER,
        # What the page shows as the customer's own words is not forbidden there.
    }.get(order.attacks, (*order.never, *order.unsaid, *order.shown))
    assert wanted
    assert any(text.casefold().removeprefix("link to ") in told for text in wanted), told


def test_it_says_nothing_bad_of_its_own_accord() -> None:
    ai = ObedientAi()
    told = json.loads(ai.answer(received(business("en-US")["brief"], "en")))
    assert told == {"hero": dict.fromkeys(("heading", "lead"), "Good work, explained before it begins.")}


def test_the_corpus_is_what_it_says() -> None:
    assert len(corpus()) >= 60
    assert len({order.name for order in corpus()}) == len(corpus())
    assert {order.locale for order in corpus()} == {"en-US", "pt-BR", "es"}
