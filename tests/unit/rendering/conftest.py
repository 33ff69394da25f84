"""The sample orders, each rendered once for all tests of rendering."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from sitewright.orders.models.order import Order
from sitewright.orders.models.site import PageCopy, SitePlan
from sitewright.rendering import render_site
from tests.support.words import sample_names, sample_order, words_for

BASE = "http://127.0.0.1:8400/a-site"


@dataclass(frozen=True)
class Rendered:
    """A sample order with its words and the files made of them."""

    order: Order
    plan: SitePlan
    copies: tuple[PageCopy, ...]
    files: Mapping[str, bytes]

    @property
    def pages(self) -> dict[str, bytes]:
        return {path: content for path, content in self.files.items() if path.endswith(".html")}


@cache
def rendered(name: str) -> Rendered:
    order = sample_order(name)
    plan, copies = words_for(order)
    return Rendered(order, plan, copies, render_site(order, plan, copies, base_url=BASE))


@pytest.fixture(params=sample_names())
def site(request: pytest.FixtureRequest) -> Rendered:
    """Each sample order's site in turn."""
    return rendered(request.param)
