"""What search engines read: `sitemap.xml` (sitemaps.org protocol 0.9) and `robots.txt` (RFC 9309)."""

from collections.abc import Iterable
from xml.sax.saxutils import escape


def sitemap(urls: Iterable[str]) -> bytes:
    """Return a sitemap of absolute `urls`; without dates, which would make equal releases differ."""
    entries = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    ).encode()


def robots(sitemap_url: str) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n".encode()
