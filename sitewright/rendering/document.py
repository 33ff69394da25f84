"""Pages as bytes: the rendered template with its style sheet and structured data put in, and their policy.

Autoescape has no exception in this theme, so a template cannot carry CSS or JSON-LD. It carries one empty
`<style></style>` and one empty script element instead, and they are filled here. Customer text cannot fake
these places: autoescape turns its `<` into `&lt;`. What goes in is checked not to be able to end its element.
"""

import base64
import hashlib

from sitewright.errors import RenderingError

STYLE_PLACE = "<style></style>"
DATA_PLACE = '<script type="application/ld+json"></script>'


def content_policy(style: str, data: str) -> str:
    """Return the page's Content-Security-Policy: its style sheet and data by their hashes, its images.

    A browser never runs a data block (HTML, "prepare the script element"); `data` is named all the same, so
    that a checker which cannot tell it from a script has nothing to say. Nothing else may be fetched or run.
    """
    scripts = f"script-src {_source(data)}; " if data else ""
    return (
        f"default-src 'none'; style-src {_source(style)}; {scripts}img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(inline: str) -> str:
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def complete_document(template: str, *, style: str, data: str) -> bytes:
    """Return the page as UTF-8: `template` with `style` and, unless empty, `data` in their places.

    Raises RenderingError when a place is missing or double, or when what goes in could end its element.
    """
    if "<" in style or "<" in data:
        raise RenderingError("A style sheet or structured data holds '<', which could end its element.")
    for place in (STYLE_PLACE, DATA_PLACE):
        if template.count(place) != 1:
            raise RenderingError(f"The template has {template.count(place)} of {place}, and needs one.")
    page = template.replace(STYLE_PLACE, f"<style>{style}</style>")
    filled = DATA_PLACE.replace("></", f">{data}</") if data else ""
    lines = (line.strip() for line in page.replace(DATA_PLACE, filled).splitlines())
    return "\n".join(line for line in lines if line).encode() + b"\n"
