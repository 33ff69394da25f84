"""A run that fails at any step says so in Prefect's UI, and both ways of going on finish it.

Every failure is a real one: directories that are in the way, a server that cuts its answers, files damaged on
the disk while a run stands between two steps. The AI's requests are counted at the server.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.breakpoints import breakpoint_at
from tests.support.orders import document
from tests.support.stack import RunningStack

pytestmark = [pytest.mark.failure(10, 13, 16, 20, 26, 30), pytest.mark.timeout(400)]

PAGES = {f"page:{page}" for page in ("home", "about", "services", "faq", "contact")}
STEPS = {"load", "plan", "render", "check", "publish"} | PAGES

FOLLOWS = {"plan": "failed", "page:about": "failed", "check": "building"}
"""The state of the order after its failure at a step: waiting for somebody, if not one of these."""

NECESSARY = 1 + len(PAGES)
CUT = 4
"""A cut answer is asked again once: two cut calls for the plan, two for one page."""


Meanwhile = Callable[[], None]


def _nothing() -> None:
    """What happens meanwhile, where the fault is there from the start."""


@contextmanager
def _file_in_the_place_of(directory: Path) -> Iterator[Meanwhile]:
    """A file where a directory belongs; what is there is moved away for the time."""
    aside = directory.with_name(directory.name + ".aside")
    if directory.exists():
        directory.rename(aside)
    directory.write_text("in the way")
    yield _nothing
    directory.unlink()
    if aside.exists():
        aside.rename(directory)


@contextmanager
def _cut_answers(stack: RunningStack, schema: str) -> Iterator[Meanwhile]:
    stack.fault(schema, truncate=True, times=None)
    yield _nothing
    stack.no_faults()


@contextmanager
def _directory_in_the_place_of(link: Path) -> Iterator[Meanwhile]:
    link.mkdir(parents=True)
    yield _nothing
    link.rmdir()


@contextmanager
def _damaged_before_the_check(stack: RunningStack, order_id: int, site: Path) -> Iterator[Meanwhile]:
    """The home page is damaged on the disk while the run stands between rendering and checking."""
    with ExitStack() as held:
        stop = held.enter_context(breakpoint_at(stack.database_url, order_id, "render", "before record"))

        def damage() -> None:
            stop.wait()
            for page in site.glob("releases/*/index.html"):
                page.chmod(0o644)
                page.write_bytes(page.read_bytes().replace(b"<h1", b"<h2", 1))
            held.close()

        yield damage


class Order:
    """An order that is made to fail at one step after the other."""

    def __init__(self, stack: RunningStack, reference: str, folder: Path) -> None:
        self.stack = stack
        made = document(reference=reference, brief__business__name=f"Clínica {reference}")
        self.id = stack.place(made, folder)
        self.root = Path(stack.addresses.site_root)
        self.site = self.root / f"clinica-{reference.lower()}"
        self.paid_before = stack.paid_calls()

    def faults(self) -> list[tuple[str, AbstractContextManager[Meanwhile], str]]:
        """Each step, what makes it fail, and words of its remedy."""
        return [
            ("load", _file_in_the_place_of(self.root), "SITEWRIGHT_SITE_ROOT"),
            ("plan", _cut_answers(self.stack, "site_plan"), "Retry"),
            ("page:about", _cut_answers(self.stack, "page_about"), "Retry"),
            ("render", _file_in_the_place_of(self.site), "SITEWRIGHT_SITE_ROOT"),
            ("check", _damaged_before_the_check(self.stack, self.id, self.site), "resumed by itself"),
            ("publish", _directory_in_the_place_of(self.site / "current"), "SITEWRIGHT_SITE_ROOT"),
        ]

    def failed_as_told(self, state: dict[str, Any], step: str, remedy: str) -> None:
        """The run is Failed in the UI with a sentence of cause and remedy, and the order says the same."""
        shown = self.stack.show(self.id)
        assert state["type"] == "FAILED", state
        assert f"Order {self.id}, step {step}: " in state["message"]
        assert remedy in state["message"]
        assert shown["state"] == FOLLOWS.get(step, "blocked")
        assert shown["reason"] in state["message"]
        assert step not in [done["name"] for done in shown["steps"]]

    def published_and_paid_once(self) -> None:
        """Published, every step in the ledger, no AI call but the necessary ones and those that were cut."""
        shown = self.stack.show(self.id)
        assert shown["state"] == "published"
        assert httpx.get(shown["url"], trust_env=False).status_code == 200
        assert {step["name"] for step in shown["steps"]} == STEPS
        assert self.stack.paid_calls() - self.paid_before == NECESSARY + CUT
        assert shown["ai"]["calls"] == NECESSARY + CUT


@pytest.mark.long
def test_retry_in_the_ui_goes_on_where_the_run_failed(stack: RunningStack, tmp_path: Path) -> None:
    order = Order(stack, "FAIL-UI", tmp_path)
    flow_run_id = ""
    for step, fault, remedy in order.faults():
        with fault as meanwhile:
            if not flow_run_id:
                flow_run_id, count = stack.json("orders", "build", str(order.id))["flow_run_id"], 1
            else:
                count = stack.retry_in_ui(flow_run_id)
            meanwhile()
            order.failed_as_told(stack.until_final(flow_run_id, run_count=count), step, remedy)
    state = stack.until_final(flow_run_id, run_count=stack.retry_in_ui(flow_run_id))
    assert state["type"] == "COMPLETED"
    order.published_and_paid_once()
    resumed = {run["name"] for run in stack.task_runs(flow_run_id) if run["state"]["name"] == "Resumed"}
    assert resumed == STEPS - {"publish"}


def test_building_the_order_again_goes_on_where_the_run_failed(stack: RunningStack, tmp_path: Path) -> None:
    order = Order(stack, "FAIL-CLI", tmp_path)
    runs = set()
    for step, fault, remedy in order.faults():
        with fault as meanwhile:
            flow_run_id = stack.json("orders", "build", str(order.id))["flow_run_id"]
            meanwhile()
            order.failed_as_told(stack.until_final(flow_run_id), step, remedy)
            runs.add(flow_run_id)
    stack.sitewright("orders", "build", str(order.id), "--wait")
    order.published_and_paid_once()
    assert len(runs) == len(order.faults())
