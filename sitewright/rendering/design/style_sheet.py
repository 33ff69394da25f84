"""Style sheets cut to the page: of a theme's rules, the ones that something on the page can match.

A rule is kept when every class, id, element and language that its selector names outside of `:is()`, `:not()`
and their like is on the page. That keeps too much at times and never too little, whatever state the page gets
into: no script adds classes or elements.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

from sitewright.errors import RenderingError

_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)")
_NAMES = re.compile(r"""\s(class|id|lang)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_IMPLIED = frozenset({"html", "head", "body", "colgroup", "tbody"})
"""Elements that are there without their tags (HTML, section 13.1.2.4 "Optional tags")."""

_BLANK = ("whitespace", "comment")
_BLOCKS = {"{} block": ("{", "}"), "() block": ("(", ")"), "[] block": ("[", "]")}
_NESTING = frozenset({"media", "supports", "container", "layer"})


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector of a rule, and what must be on a page for it to match: `.card`, `#menu`, `h2`."""

    text: str
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Selectors with their declarations; without selectors an at-rule that stays whole (`@font-face`)."""

    selectors: tuple[Selector, ...]
    block: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rules within an at-rule with a condition: `@media (…)`."""

    condition: str
    rules: tuple["Rule | Group", ...]


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """A parsed style sheet, its rules in order."""

    rules: tuple[Rule | Group, ...]

    @classmethod
    def parse(cls, css: str, *, source: str) -> "StyleSheet":
        """Parse `css` (CSS Syntax, Level 3); raises RenderingError, naming `source`, for what is no rule."""
        nodes = tinycss2.parse_stylesheet(css, skip_whitespace=True)
        return cls(tuple(_parsed(nodes, source)))

    def used_on(self, html: str) -> str:
        """Return the rules that can match something in `html`, minified."""
        present = present_on(html)
        return "".join(_used(self.rules, present))


def present_on(html: str) -> frozenset[str]:
    """Return the elements (`h2`), classes (`.card`), ids (`#menu`) and languages (`:lang(ar)`) of a page."""
    tags = {name.lower() for name in _TAG.findall(html)}
    given = {(attribute.lower(), unescape("".join(value))) for attribute, *value in _NAMES.findall(html)}
    classes = {f".{name}" for attribute, value in given if attribute == "class" for name in value.split()}
    ids = {f"#{value}" for attribute, value in given if attribute == "id"}
    languages = {
        f":lang({value.lower()[:end]})"
        for attribute, value in given
        if attribute == "lang"
        # `:lang(ar)` is of `ar-AE` too: Selectors 4, section 7.2.
        for end in (*(place for place, sign in enumerate(value) if sign == "-"), len(value))
    }
    return _IMPLIED | tags | classes | ids | languages


def _used(rules: Sequence[Rule | Group], present: frozenset[str]) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, Group):
            inner = "".join(_used(rule.rules, present))
            # An empty layer still takes its place among the layers (CSS Cascade 5, section 6.4.2).
            if inner or rule.condition.startswith("@layer"):
                yield f"{rule.condition}{{{inner}}}"
        elif not rule.selectors:
            yield rule.block
        else:
            matching = [each.text for each in rule.selectors if each.needs <= present]
            if matching:
                yield f"{','.join(matching)}{{{rule.block}}}"


def _parsed(nodes: Iterable[Node], source: str) -> Iterator[Rule | Group]:
    for node in nodes:
        if node.type == "comment":
            continue
        if isinstance(node, QualifiedRule):
            yield Rule(tuple(_selectors(node.prelude)), minified(node.content))
        elif isinstance(node, AtRule) and node.lower_at_keyword in _NESTING and node.content is not None:
            inner = tinycss2.parse_rule_list(node.content, skip_whitespace=True)
            condition = f"@{node.lower_at_keyword} {minified(node.prelude)}"
            yield Group(condition, tuple(_parsed(inner, source)))
        elif isinstance(node, AtRule) and node.content is not None and node.lower_at_keyword != "import":
            named = f"@{node.lower_at_keyword} {minified(node.prelude)}".strip()
            yield Rule((), f"{named}{{{minified(node.content)}}}")
        elif isinstance(node, AtRule) and node.lower_at_keyword == "layer":
            yield Rule((), f"@layer {minified(node.prelude)};")
        else:
            problem = "this is not a rule that a theme may have"
            raise RenderingError(f"{source}, line {node.source_line}: {problem}.")


def minified(nodes: Iterable[Node]) -> str:
    """Return CSS without comments and needless white space; strings stay as they are."""
    kept: list[Node] = []
    for node in nodes:
        blank = node.type in _BLANK
        if not (blank and kept and kept[-1].type in _BLANK):
            kept.append(node)
    text = ""
    for number, node in enumerate(kept):
        if node.type not in _BLANK:
            text += _text(node)
        elif 0 < number < len(kept) - 1:
            before, after = kept[number - 1], kept[number + 1]
            if not (_closes(before) or before == ":" or _closes(after) or after.type == "{} block"):
                text += " "
    return text.strip().removesuffix(";")


def _text(node: Node) -> str:
    if node.type == "function":
        return f"{node.name}({minified(node.arguments)})"
    if node.type in _BLOCKS:
        first, last = _BLOCKS[node.type]
        return f"{first}{minified(node.content)}{last}"
    return str(tinycss2.serialize([node]))


def _closes(node: Node) -> bool:
    return node.type == "literal" and node.value in {";", ",", ">"}


def _selectors(prelude: Sequence[Node]) -> Iterator[Selector]:
    parts: list[list[Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        else:
            parts[-1].append(node)
    for part in parts:
        yield Selector(minified(part), frozenset(_needs(part)))


def _needs(nodes: Sequence[Node]) -> Iterator[str]:
    before = ""
    for node in nodes:
        if node.type == "ident" and before == ".":
            yield f".{node.value}"
        elif node.type == "ident" and before != ":":
            yield node.lower_value
        elif node.type == "hash":
            yield f"#{node.value}"
        elif node.type == "function" and node.lower_name == "lang":
            languages = [each.lower_value for each in node.arguments if each.type == "ident"]
            if len(languages) == 1:
                yield f":lang({languages[0]})"
        before = node.value if node.type == "literal" else ""
