"""Can it be read? The colours that the pages really ship, pair by pair (WCAG 2.2: 1.4.3 and 1.4.11)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.design.palette import Palette, Scheme, contrast, palette_pairs

_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{\s*:root\s*\{([^}]*)\}")
_LIGHT = re.compile(r":root\s*\{([^}]*)\}")
_PROPERTY = re.compile(r"--([a-z-]+)\s*:\s*(#[0-9a-f]{6})\b")


def check_contrast(site: ExaminedSite) -> Check:
    """Read the palette of both schemes out of each page's style sheet and measure every pair that meets."""
    findings: list[str] = []
    smallest = 21.0
    measured: dict[str, tuple[list[str], float]] = {}
    for page in site.pages.values():
        css = "".join(style.text or "" for style in page.all("style"))
        if css not in measured:
            # All pages share one style sheet: it is measured once.
            measured[css] = _measure(css)
        problems, least = measured[css]
        findings += [page.finding(None, problem) for problem in problems]
        smallest = min(smallest, least)
    return concluded("contrast", findings, f"least ratio {smallest:.2f}")


def _measure(css: str) -> tuple[list[str], float]:
    dark = _DARK.search(css)
    light = _LIGHT.search(_DARK.sub("", css))
    schemes = {"light": _colours(light), "dark": _colours(dark)}
    missing = [
        f"has no colour --{role} in its {name} scheme"
        for name, scheme in schemes.items()
        for role in _missing(scheme)
    ]
    if missing:
        return missing, 0.0
    pairs = palette_pairs(Palette(light=Scheme(**schemes["light"]), dark=Scheme(**schemes["dark"])))
    ratios = [(pair, contrast(pair.foreground, pair.background)) for pair in pairs]
    low = [
        f"{pair.use} in the {pair.scheme} scheme has a contrast of {ratio:.2f}, needs {pair.minimum}"
        for pair, ratio in ratios
        if ratio < pair.minimum
    ]
    return low, min(ratio for _, ratio in ratios)


def _colours(block: re.Match[str] | None) -> Mapping[str, str]:
    roles = {field.name for field in fields(Scheme)}
    found = _PROPERTY.findall(block[1]) if block else []
    named = {name.replace("-", "_"): colour for name, colour in found}
    return {role: colour for role, colour in named.items() if role in roles}


def _missing(scheme: Mapping[str, str]) -> Iterator[str]:
    yield from (field.name.replace("_", "-") for field in fields(Scheme) if field.name not in scheme)
