"""Pages as bytes: the rendered template with its style sheet, structured data and scripts, and their policy.

Autoescape has no exception in any theme, so a template cannot carry CSS, JSON-LD or a script. It carries one
empty element for each instead (`templates/layout.html`), and they are filled here. Customer text cannot fake
these places: autoescape turns its `<` into `&lt;`. What goes in is checked not to be able to end its element.
"""

import base64
import hashlib

from sitewright.errors import RenderingError

POLICY_PLACE = '<meta http-equiv="Content-Security-Policy" content="">'
STYLE_PLACE = "<style></style>"
DATA_PLACE = '<script type="application/ld+json"></script>'
SCRIPT_PLACE = "<script></script>"


def content_policy(style: str, data: str, script: str = "") -> str:
    """Return the page's Content-Security-Policy: its style sheet, data and script by their hashes, own files.

    A browser never runs a data block (HTML, "prepare the script element"); `data` is named all the same, so
    that a checker which cannot tell it from a script has nothing to say. Nothing else may be fetched or run.
    """
    named = " ".join(_source(inline) for inline in (data, script) if inline)
    scripts = f"script-src {named}; " if named else ""
    return (
        f"default-src 'none'; style-src {_source(style)}; {scripts}img-src 'self' data:; font-src 'self'; "
        # No page connects to anything; Lighthouse reads robots.txt as if from the page.
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
    )


def _source(inline: str) -> str:
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def complete_document(template: str, *, style: str, data: str, script: str = "") -> bytes:
    """Return the page as UTF-8: `template` with its style, and unless empty its data and script, in place.

    Raises RenderingError when a place is missing or double, or when what goes in could end its element.
    """
    if "<" in style or "<" in data or "<" in script:
        raise RenderingError("A style sheet, data or a script holds '<', which could end its element.")
    filled = {
        POLICY_PLACE: POLICY_PLACE.replace('""', f'"{content_policy(style, data, script)}"'),
        STYLE_PLACE: f"<style>{style}</style>",
        DATA_PLACE: DATA_PLACE.replace("></", f">{data}</") if data else "",
        SCRIPT_PLACE: f"<script>{script}</script>" if script else "",
    }
    page = template
    for place, element in filled.items():
        if template.count(place) != 1:
            raise RenderingError(f"The template has {template.count(place)} of {place}, and needs one.")
        page = page.replace(place, element)
    lines = (line.strip() for line in page.splitlines())
    return "\n".join(line for line in lines if line).encode() + b"\n"
