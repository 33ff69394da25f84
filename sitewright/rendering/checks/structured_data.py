"""Do search engines read what visitors read? Each page's JSON-LD, held to the brief and to the page."""

from collections.abc import Iterator

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.described_business import business_problems
from sitewright.rendering.checks.described_page import page_problems
from sitewright.rendering.checks.examined import MISSING, ExaminedSite, concluded
from sitewright.rendering.checks.graph import Graph, data_blocks, read_graph

_REVIEWS = ("aggregateRating", "review")


def check_structured_data(site: ExaminedSite) -> Check:
    """Parse every JSON-LD block; compare its business with the brief, and the rest with the page."""
    findings: list[str] = []
    seen = 0
    for path, page in site.pages.items():
        blocks = data_blocks(page)
        seen += len(blocks)
        if path != MISSING and len(blocks) != 1:
            findings.append(page.finding(None, f"has {len(blocks)} blocks of structured data, not one"))
        for block in blocks:
            graph = read_graph(block)
            if graph is None:
                findings.append(page.finding(block, "is not a JSON object with a graph of schema.org"))
                continue
            problems = (
                *business_problems(site, page, graph),
                *page_problems(site, page, graph),
                *_self_serving(graph),
                *_dangling(graph),
            )
            findings += [page.finding(None, f"structured data {problem}") for problem in problems]
    return concluded("structured data", findings, f"{seen} blocks")


def _self_serving(graph: Graph) -> Iterator[str]:
    """Yield what a business may not say of itself (Google, "Review snippet")."""
    for node in graph.all():
        yield from (f"has {name} {node[name]!r}, a self-serving review" for name in _REVIEWS if name in node)


def _dangling(graph: Graph) -> Iterator[str]:
    for node in graph.all():
        if set(node) == {"@id"} and node["@id"] not in graph.nodes:
            yield f"refers to {node['@id']}, which it does not have"
