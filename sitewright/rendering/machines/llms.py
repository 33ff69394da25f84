"""What assistants read: `llms.txt`, the site in plain Markdown by the form of llmstxt.org.

A name, a summary, the facts as a list, then the pages and the profiles elsewhere as lists of links. The texts
are the customer's and the copy's: each is escaped so that it can neither begin nor end anything of Markdown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sitewright.orders.models.brief import Brief, PageKind
from sitewright.rendering.context import SiteView
from sitewright.rendering.locales.formats import Formats

_MARKUP = re.compile(r"[\\`*\[\]<>#|~]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
"""What may begin or end something within a line (CommonMark 0.31, section 6); a `_` inside a word may not."""

_OPENING = re.compile(r"^(\d*)(?=[-+=]+$|(?<=\d)[.)]$)")
"""What as the first word makes a line a list, an underline or a break (CommonMark 0.31, sections 4 and 5)."""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page as it is listed: what links to it say, its absolute address, and what it is about."""

    label: str
    url: str
    description: str


def llms_text(site: SiteView, brief: Brief, formats: Formats, pages: Sequence[ListedPage]) -> bytes:
    """Return the `llms.txt` of a site with `pages`, of which the first is the home page."""
    business, words = site.business, site.words
    blocks = [
        [f"# {markdown_text(business.name)}"],
        [f"> {markdown_text(pages[0].description)}"],
        [markdown_text(" · ".join(filter(None, (business.trade, business.place))))],
        [markdown_text(words.written_without_ai)] if site.written_without_ai else [],
        [*_facts(site), *_services(brief, formats)],
        [f"## {markdown_text(words.footer_navigation)}"],
        [f"- {_link(page.label, page.url)}: {markdown_text(page.description)}" for page in pages],
    ]
    if business.profiles:
        blocks.append([f"## {markdown_text(words.elsewhere)}"])
        blocks.append([f"- {_link(profile.label, profile.href)}" for profile in business.profiles])
    return ("\n\n".join("\n".join(block) for block in blocks if block) + "\n").encode()


def _facts(site: SiteView) -> Iterator[str]:
    business, words = site.business, site.words
    yield from (_fact(way.label, [way.text]) for way in business.ways)
    if business.address:
        yield _fact(words.address, business.address.lines)
    if business.hours:
        yield _fact(words.hours, (f"{row.days} {', '.join(row.times)}" for row in business.hours))
    if business.areas:
        yield _fact(words.area, business.areas)
    if business.founded:
        yield _fact(words.since, [business.founded])


def _fact(term: str, values: Iterable[str]) -> str:
    return f"- {markdown_text(term)}: {markdown_text('; '.join(values))}"


def _services(brief: Brief, formats: Formats) -> Iterator[str]:
    yield f"- {markdown_text(formats.words.pages[PageKind.SERVICES])}:"
    for service in brief.offer.services:
        price = f" ({formats.price(service.price)})" if service.price else ""
        description = f": {service.description}" if service.description else ""
        yield f"  - {markdown_text(f'{service.name}{price}{description}')}"


def markdown_text(text: str) -> str:
    """Return `text` as Markdown that says `text` and nothing else, at the beginning of a line or within."""
    escaped = _MARKUP.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))
    first, space, rest = escaped.partition(" ")
    return _OPENING.sub(r"\1\\", first) + space + rest


def _link(label: str, url: str) -> str:
    return f"[{markdown_text(label)}]({url.replace('(', '%28').replace(')', '%29')})"
