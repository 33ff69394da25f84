"""The structured data of one page, read back from its bytes: the nodes of its JSON-LD by their names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from sitewright.rendering.checks.page import Page

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Graph:
    """The nodes of a page's graph, by their `@id`."""

    nodes: Mapping[str, Node]

    @property
    def business(self) -> Node:
        """The node of the business; empty where there is none."""
        return next((node for name, node in self.nodes.items() if name.endswith("#business")), {})

    def of_type(self, kind: str) -> list[Node]:
        """Return the nodes that are of `kind` and nothing else."""
        return [node for node in self.nodes.values() if node.get("@type") == kind]

    def all(self) -> Iterator[Node]:
        """Yield every node with what is inside it."""
        for node in self.nodes.values():
            yield from _inside(node)


def data_blocks(page: Page) -> list[Element]:
    """Return the elements of `page` that hold JSON-LD."""
    return [script for script in page.all("script") if script.get("type") == "application/ld+json"]


def read_graph(block: Element) -> Graph | None:
    """Return the graph that `block` holds; None when it is not JSON with named nodes of schema.org."""
    try:
        data = json.loads(block.text or "")
    except ValueError:
        return None
    nodes = data.get("@graph") if isinstance(data, dict) else None
    if not isinstance(nodes, list) or data.get("@context") != "https://schema.org":
        return None
    if not all(isinstance(node, dict) and isinstance(node.get("@id"), str) for node in nodes):
        return None
    return Graph({node["@id"]: node for node in nodes})


def listed(value: object) -> list[Node]:
    """Return the nodes of a property's value, which is one, several or none."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _inside(value: object) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _inside(each)
