"""The same words for everybody: orders with their plans and copies, and each page of them as Markdown."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sitewright.copywriting import AiLine, LocalGate, write_page, write_plan
from sitewright.local.copywriter import offline_route
from sitewright.local.copywriter.__main__ import server_config
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import (
    AboutCopy,
    FaqCopy,
    PageCopy,
    PlannedPage,
    SectionCopy,
    ServicesCopy,
    SitePlan,
)
from sitewright.settings import Route
from tests.support.call_log import MemoryCallLog
from tests.support.sample_sites import SAMPLE_NAMES, sample_order
from tests.support.serving import served


@dataclass(frozen=True)
class WrittenSite:
    """An order with the words of its site."""

    order: Order
    plan: SitePlan
    copies: tuple[PageCopy, ...]


def written_sites(pages: int) -> list[WrittenSite]:
    """Return sites of `pages` pages or more together: the sample orders, repeated under other names."""
    with served(server_config()) as desk:
        samples = asyncio.run(_written(offline_route(f"{desk}/v1")))
    sites: list[WrittenSite] = []
    while sum(len(site.copies) for site in sites) < pages:
        sites.append(_renamed(samples[len(sites) % len(samples)], len(sites) // len(samples)))
    return sites


async def _written(route: Route) -> list[WrittenSite]:
    line = AiLine((route,), MemoryCallLog(), LocalGate())
    sites = []
    for number, name in enumerate(SAMPLE_NAMES, 1):
        order = sample_order(number, name)
        plan = await write_plan(order, line)
        sites.append(
            WrittenSite(
                order, plan, tuple([await write_page(order, plan, page, line) for page in plan.pages])
            )
        )
    return sites


def _renamed(site: WrittenSite, round_number: int) -> WrittenSite:
    brief = site.order.brief
    business = brief.business.model_copy(update={"name": f"{brief.business.name} {round_number}"})
    brief = brief.model_copy(update={"business": business})
    order = site.order.model_copy(update={"brief": brief, "slug": f"{site.order.slug}-{round_number}"})
    return WrittenSite(order, site.plan, site.copies)


def write_markdown(sites: list[WrittenSite], folder: Path, front_matter: str) -> int:
    """Write each page as `<slug>-<page>.md`, return how many; `front_matter` has {title}, {description}."""
    folder.mkdir(parents=True)
    count = 0
    for site in sites:
        copies = {copy.page: copy for copy in site.copies}
        for page in site.plan.pages:
            head = front_matter.format(title=_quoted(page.title), description=_quoted(page.description))
            body = "\n\n".join(_markdown(site, page, copies[page.page]))
            (folder / f"{site.order.slug}-{page.page}.md").write_text(f"{head}\n\n{body}\n", "utf-8")
            count += 1
    return count


def _quoted(text: str) -> str:
    return text.replace('"', "'")


def _markdown(site: WrittenSite, page: PlannedPage, copy: PageCopy) -> Iterator[str]:
    yield f"# {page.title}"
    for section in copy.sections:
        yield f"## {section.heading}"
        yield from _section(site, section)


def _section(site: WrittenSite, section: SectionCopy) -> Iterator[str]:
    match section:
        case AboutCopy():
            yield from section.paragraphs
        case ServicesCopy():
            yield section.lead
            for service, text in zip(site.order.brief.offer.services, section.texts, strict=True):
                yield f"### {service.name}\n\n{text}"
        case FaqCopy():
            yield section.lead
            for item in section.items:
                yield f"### {item.question}\n\n{item.answer}"
        case _:
            yield section.lead
