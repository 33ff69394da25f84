"""One order with two languages: both live and paired, each written, paid and resumed by itself."""

from pathlib import Path

import httpx
import pytest

from tests.support.breakpoints import breakpoint_at
from tests.support.orders import BICYCLES, document
from tests.support.stack import RunningStack

FIRST = {"plan", "page:home", "page:contact"}
SECOND = {"plan:en", "page:en/home", "page:en/contact"}


@pytest.mark.timeout(240)
def test_killed_between_its_languages_an_order_is_live_in_both_and_no_answer_is_paid_twice(
    stack: RunningStack, tmp_path: Path
) -> None:
    made = document(
        BICYCLES,
        reference="BOTH",
        brief__business__name="Taller Siete",
        second_locale="en-US",
        brief__site__pages=["home", "contact"],
        brief__translations={"offer": {"services": [{"name": "Tune-up"}, {}, {}]}},
    )
    order_id, paid = stack.place(made, tmp_path), stack.paid_calls()
    with breakpoint_at(stack.database_url, order_id, "plan:en", "before record") as dying:
        stack.quick_run(order_id)
        dying.wait()
        begun = {step["name"] for step in stack.show(order_id)["steps"]}
        dying.kill()
    stack.sitewright("orders", "build", str(order_id), "--wait")
    shown = stack.show(order_id)

    assert begun == {"load", *FIRST}
    assert shown["state"] == "published"
    assert {step["name"] for step in shown["steps"]} == begun | SECOND | {"render", "check", "publish"}
    assert {step["name"] for step in shown["steps"] if step["resumed"]} == begun
    assert {row["step"] for row in shown["ai"]["by_step"]} == FIRST | SECOND
    assert shown["ai"]["calls"] == stack.paid_calls() - paid == 6

    home, english = shown["url"], f"{shown['url']}en/"
    for address, locale, service in ((home, "es", "Puesta a punto"), (english, "en-US", "Tune-up")):
        page = httpx.get(address, trust_env=False).raise_for_status().text
        assert f'<html lang="{locale}"' in page
        assert f'hreflang="es" href="{home}"' in page
        assert f'hreflang="en-US" href="{english}"' in page
        assert service in page
