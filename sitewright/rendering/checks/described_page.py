"""Does a page's structured data tell of this page: its address, its way from home, its very questions?"""

from collections.abc import Iterator, Mapping
from html import unescape

from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.site import FaqCopy, faq_topics
from sitewright.rendering.checks.examined import ExaminedSite
from sitewright.rendering.checks.graph import Graph, Node, listed
from sitewright.rendering.checks.page import Page, fold


def page_problems(site: ExaminedSite, page: Page, graph: Graph) -> Iterator[str]:
    """Yield where what `graph` says of `page` is not what a visitor finds there."""
    address = site.address(page.path)
    node = graph.nodes.get(address)
    if node is None:
        yield f"does not have this page, {address}"
        return
    for name, value in _head(page, address).items():
        if fold(str(node.get(name))) != value:
            yield f"has {name} {node.get(name)!r}, the page has {value!r}"
    described = graph.business.get("description", node.get("description"))
    if described != node.get("description"):
        yield f"has the business's description {described!r}, which is not the page's"
    yield from _others(site, graph, node)
    yield from _questions(site, page, node)
    breadcrumbs = graph.of_type("BreadcrumbList")
    if len(breadcrumbs) != (page.path != site.path_of(PageKind.HOME)):
        yield f"has {len(breadcrumbs)} lists of breadcrumbs"
    for way in breadcrumbs:
        yield from _breadcrumbs(site, page, way)


def _others(site: ExaminedSite, graph: Graph, page: Node) -> Iterator[str]:
    """Yield the nodes that are neither business, page nor breadcrumbs, but the site by its name."""
    name = site.order.brief.business.name
    for node in graph.nodes.values():
        kind = node.get("@type")
        if node in (graph.business, page) or kind == "BreadcrumbList":
            continue
        if kind != "WebSite" or node.get("name") != name:
            yield f"has the {kind} {node.get('name')!r}, which nothing holds to the page"


def _head(page: Page, address: str) -> Mapping[str, str]:
    titles = [element.text or "" for element in page.all("title")]
    descriptions = [
        element.get("content", "") for element in page.all("meta") if element.get("name") == "description"
    ]
    return {
        "url": address,
        "name": fold("".join(titles)),
        "description": fold("".join(descriptions)),
        "inLanguage": page.root.get("lang", ""),
    }


def _questions(site: ExaminedSite, page: Page, node: Node) -> Iterator[str]:
    """Yield the questions that the page does not show just so, and those of its copy that are not told."""
    told = [each for each in listed(node.get("mainEntity")) if each.get("@type") == "Question"]
    shown = _letters(page.shown_text)
    for each in told:
        answer = next(iter(listed(each.get("acceptedAnswer"))), {})
        text = f"{each.get('name')} {unescape(str(answer.get('text')))}"
        if _letters(text) not in shown:
            yield f"has the question {each.get('name')!r} with an answer that the page does not show below it"
    asked = {_letters(str(each.get("name"))) for each in told}
    for question in _copied_questions(site, page):
        if _letters(question) not in asked:
            yield f"does not have the question {question!r}"
    if bool(told) != (node.get("@type") == "FAQPage"):
        yield f"has {len(told)} questions on a {node.get('@type')}"


def _copied_questions(site: ExaminedSite, page: Page) -> Iterator[str]:
    known = faq_topics(site.order.brief)
    for copy in site.copies:
        if site.path_of(copy.page) == page.path:
            for section in copy.sections:
                if isinstance(section, FaqCopy):
                    yield from (item.question for item in section.items if item.topic in known)


def _letters(text: str) -> str:
    """Return the letters and digits of `text`: what stands between them is the theme's to choose."""
    return "".join(character for character in text if character.isalnum())


def _breadcrumbs(site: ExaminedSite, page: Page, way: Node) -> Iterator[str]:
    addresses = []
    for item in listed(way.get("itemListElement")):
        address = str(next(iter(listed(item.get("item"))), {}).get("@id"))
        addresses.append(address)
        if not site.is_own(address) or site.file_at(address) not in site.pages:
            yield f"has a breadcrumb that leads to {address}, where there is no page"
        if fold(str(item.get("name"))) not in page.shown_text:
            yield f"has the breadcrumb {item.get('name')!r}, which the page does not show"
    if addresses[-1:] != [site.address(page.path)]:
        yield "has breadcrumbs that do not end at this page"
