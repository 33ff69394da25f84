"""Rendered pages, read the way a browser reads them."""

import json
import re
from typing import Any
from xml.etree.ElementTree import Element

import tinyhtml5

_HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(page: bytes) -> Element:
    """Return the tree of `page` by the HTML parsing algorithm; names lose HTML's namespace."""
    root: Element = tinyhtml5.parse(page.decode())
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.removeprefix(_HTML)
    return root


def text_of(element: Element) -> str:
    """Return what a visitor reads in `element`, white space folded."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> list[str]:
    if element.tag in {"script", "style", "title"} or not isinstance(element.tag, str):
        return [element.tail or ""]
    inner = [text for child in element for text in _texts(child)]
    gap = "" if element.tag in {"span", "a", "wbr"} else " "
    return [gap, element.text or "", *inner, gap, element.tail or ""]


def structured_data(page: bytes) -> dict[str, Any]:
    """Return the page's JSON-LD."""
    return structured_data_of(parsed(page))


def structured_data_of(root: Element) -> dict[str, Any]:
    """The same, of a page that is parsed already."""
    script = root.find(".//script[@type='application/ld+json']")
    assert script is not None
    data: dict[str, Any] = json.loads(script.text or "")
    return data


def business_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the business in a page's JSON-LD."""
    business: dict[str, Any] = next(node for node in data["@graph"] if node["@id"].endswith("#business"))
    return business


def numbers_in(text: str) -> set[str]:
    """Return every run of digits of `text`."""
    return set(re.findall(r"\d+", text))
