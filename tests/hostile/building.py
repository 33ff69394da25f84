"""A hostile order on its way: written by the obedient AI, rendered and checked."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from xml.etree.ElementTree import Element

from sitewright.copywriting import AiLine, LocalGate, write_page, write_plan
from sitewright.orders.intake import read_order
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Release, ReleaseFile, Report
from sitewright.orders.models.site import PageCopy, SitePlan
from sitewright.rendering import render_site
from sitewright.rendering.checks import check_site
from sitewright.settings import Route
from tests.hostile.corpus import business
from tests.support.call_log import MemoryCallLog
from tests.support.markup import parsed
from tests.support.misbehaving_ai import MisbehavingAi, answers, misbehaving_ai
from tests.support.obedient_ai import ObedientAi
from tests.support.orders import as_bytes
from tests.support.words import order_of

BASE = "https://sites.example/a-site"
KEY_VARIABLE, KEY = "SITEWRIGHT_CANARY_KEY", "sk-canary-5f1e0dd7"
MODEL, ROUTE = "canary-model-9b", "canary-route-7"
OF_ANOTHER_ORDER = ("Vexworth", "Quillon", "zanzibar")


@dataclass(frozen=True)
class Desk:
    """The obedient AI with its server, and what an order's questions are asked with."""

    server: MisbehavingAi
    ai: ObedientAi

    @property
    def line(self) -> AiLine:
        """A line of its own for each order."""
        route = Route(
            name=ROUTE, base_url=self.server.url, model=MODEL, api_key_env=KEY_VARIABLE, timeout_seconds=20
        )
        return AiLine((route,), MemoryCallLog(), LocalGate())


@dataclass(frozen=True)
class Site:
    """What became of an order."""

    order: Order
    plan: SitePlan
    copies: tuple[PageCopy, ...]
    files: Mapping[str, bytes]

    @property
    def pages(self) -> dict[str, bytes]:
        return {path: content for path, content in self.files.items() if path.endswith(".html")}

    @cached_property
    def roots(self) -> dict[str, Element]:
        """The pages as a browser reads them."""
        return {path: parsed(content) for path, content in self.pages.items()}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The files that are text."""
        kinds = (".html", ".svg", ".txt", ".webmanifest", ".xml")
        return {path: content.decode() for path, content in self.files.items() if path.endswith(kinds)}

    @cached_property
    def text(self) -> str:
        """All files that are text, as they are and as a browser reads them, in small letters."""
        both = [*self.texts.values(), *(unescape(each) for each in self.texts.values())]
        return "\n".join(" ".join(each.split()) for each in both).casefold()

    @cached_property
    def report(self) -> Report:
        listed = tuple(
            ReleaseFile(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
            for path, content in self.files.items()
        )
        release = Release(
            hash="0" * 64,
            slug="a-site",
            base_url=BASE,
            files=listed,
            code_version="1",
            theme="mosaic",
            theme_version="1",
        )
        return check_site(
            self.files, release, self.order, self.plan, written_without_ai=False, copies=self.copies
        )


async def written(document: bytes, desk: Desk) -> tuple[Order, SitePlan, tuple[PageCopy, ...]]:
    """Read an order and have it written, as a run does."""
    order = order_of(read_order(document, "crm.json"))
    line = desk.line
    plan = await write_plan(order, line)
    return order, plan, tuple([await write_page(order, plan, page, line) for page in plan.pages])


async def built(document: bytes, desk: Desk) -> Site:
    """The same, rendered."""
    order, plan, copies = await written(document, desk)
    return Site(order, plan, copies, render_site(order, plan, copies, base_url=BASE))


@contextmanager
def obedient_desk() -> Iterator[Desk]:
    """Serve the obedient AI until the block ends."""
    with misbehaving_ai() as server:
        ai = ObedientAi()
        server.will(answers(ai.answer))
        yield Desk(server, ai)


def another_order() -> bytes:
    """Return an order whose words nobody else's site may show."""
    made = business("en-US")
    made["brief"]["business"] |= {"name": "Vexworth Tannery", "owner": {"name": "Quillon Vexworth"}}
    made["brief"]["site"]["description"] = "Hides tanned by the zanzibar method."
    return as_bytes(made)
