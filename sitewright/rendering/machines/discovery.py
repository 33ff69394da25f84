"""What search engines read: `sitemap.xml` (sitemaps.org protocol 0.9) and `robots.txt` (RFC 9309)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

_ONE_LANGUAGE: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def sitemap(urls: Iterable[str], alternates: Mapping[str, Mapping[str, str]] = _ONE_LANGUAGE) -> bytes:
    """Return a sitemap of absolute `urls`; without dates, which would make equal releases differ.

    `alternates` has for a URL the addresses of the same page in all languages by their BCP 47 tag, its own
    and `x-default` among them: each of the pages must name all of them (Google, "Localized versions").
    """
    entries = "".join(
        f"<url><loc>{escape(url)}</loc>{_alternates(alternates.get(url, {}))}</url>\n" for url in urls
    )
    links = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"' if alternates else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{links}>\n{entries}</urlset>\n'
    ).encode()


def robots(sitemap_url: str) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n".encode()


def _alternates(pages: Mapping[str, str]) -> str:
    return "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(language)} href={quoteattr(url)}/>'
        for language, url in pages.items()
    )
