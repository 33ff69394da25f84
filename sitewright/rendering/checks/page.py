"""One page as a browser would read it: parsed by the HTML standard's rules, with the errors it counts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"

_NOT_SHOWN = frozenset({"head", "script", "style", "template"})
_TELLING = ("id", "href", "src", "name", "property", "rel", "class")


@dataclass(frozen=True)
class Page:
    """A parsed page: its path below the release, its bytes, its root element and its parse errors."""

    path: str
    content: bytes
    root: Element
    errors: tuple[str, ...]

    def all(self, *tags: str) -> Iterator[Element]:
        """Yield every element with one of `tags`, or every element, in the order of the document."""
        for element in self.root.iter():
            if not is_comment(element) and (not tags or element.tag in tags):
                yield element

    @cached_property
    def parents(self) -> Mapping[Element, Element]:
        """Every element's parent, but the root's."""
        return {child: parent for parent in self.root.iter() for child in parent}

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that a link can lead to."""
        return frozenset(element.attrib["id"] for element in self.all() if "id" in element.attrib)

    @cached_property
    def shown_text(self) -> str:
        """The text that a visitor reads, a space between elements, its white space folded."""
        return fold(" ".join(self.shown_texts))

    @cached_property
    def shown_texts(self) -> tuple[str, ...]:
        """The same, piece by piece as elements divide it."""
        return tuple(text for piece in _texts(self.root, shown=True) if (text := fold(piece)))

    def above(self, element: Element) -> Iterator[Element]:
        """Yield the parent of `element`, its parent, and so on up to the root."""
        while (parent := self.parents.get(element)) is not None:
            yield parent
            element = parent

    def finding(self, element: Element | None, problem: str) -> str:
        """Return a finding of one line: the page, the element, and what is wrong with it."""
        return (
            f"{self.path}: {describe(element)} {problem}"
            if element is not None
            else f"{self.path}: {problem}"
        )


def parse_page(path: str, content: bytes) -> Page:
    """Parse the bytes of an HTML page or an SVG image as UTF-8."""
    parser = HTMLParser(namespace_html_elements=False)
    root = parser.parse(content, transport_encoding="utf-8")
    errors = tuple(f"line {line}: {code}{_details(data)}" for (line, _), code, data in parser.errors)
    return Page(path=path, content=content, root=root, errors=errors)


def is_comment(element: Element) -> bool:
    """Tell whether a node of the tree is a comment, which has a function in the place of a tag."""
    return callable(element.tag)


def fold(text: str) -> str:
    """Return `text` with each run of white space as one space."""
    return re.sub(r"\s+", " ", text).strip()


def text_of(element: Element) -> str:
    """Return all text inside `element`, its white space folded."""
    return fold(" ".join(_texts(element, shown=False)))


def describe(element: Element) -> str:
    """Return the start tag of `element` in short: `<a href="/about/">`."""
    tag = element.tag.rpartition("}")[2]
    for name in _TELLING:
        if value := element.attrib.get(name):
            return f'<{tag} {name}="{value[:80]}">'
    return f"<{tag}>"


def _texts(element: Element, *, shown: bool) -> list[str]:
    if is_comment(element) or (shown and element.tag in _NOT_SHOWN):
        return []
    pieces = [element.text or ""]
    for child in element:
        if child.tag == "wbr":
            # A place where a word may be broken does not end it.
            pieces[-1] += child.tail or ""
        else:
            pieces += [*_texts(child, shown=shown), child.tail or ""]
    return pieces


def _details(data: Mapping[str, object]) -> str:
    return f" ({', '.join(f'{value}' for value in data.values())})" if data else ""
