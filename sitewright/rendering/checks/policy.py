"""Would the browser refuse what should not be there? Each page's Content-Security-Policy (CSP level 3)."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from sitewright.orders.models.release import Check
from sitewright.rendering.checks.examined import ExaminedSite, concluded
from sitewright.rendering.checks.page import Page

_LOOSE = frozenset({"*", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "http:", "https:"})
_GOVERNED_LATER = frozenset({"link", "script", "style"})


def check_policy(site: ExaminedSite) -> Check:
    """Read each page's policy: nothing by default, no loose source, its inline styles and scripts by hash."""
    findings = [finding for page in site.pages.values() for finding in _page(page)]
    return concluded("policy", findings, f"{len(site.pages)} policies")


def _page(page: Page) -> Iterator[str]:
    metas = [
        meta for meta in page.all("meta") if meta.get("http-equiv", "").lower() == "content-security-policy"
    ]
    if len(metas) != 1:
        yield page.finding(None, f"has {len(metas)} Content-Security-Policy, not one")
        return
    policy = _directives(metas[0].get("content", ""))
    if policy.get("default-src") != ("'none'",):
        yield page.finding(metas[0], "does not begin with default-src 'none'")
    for name in ("base-uri", "form-action"):
        # These do not fall back to default-src (CSP 3, section 6.1).
        if policy.get(name) != ("'none'",):
            yield page.finding(metas[0], f"does not have {name} 'none'")
    for name, sources in policy.items():
        yield from (
            page.finding(metas[0], f"allows {loose} in {name}") for loose in _LOOSE.intersection(sources)
        )
    yield from _too_late(page, metas[0])
    yield from _inline(page, "style", policy.get("style-src", ()))
    yield from _inline(page, "script", policy.get("script-src", ()))
    for element in page.all():
        if "style" in element.attrib:
            yield page.finding(element, "has a style attribute, which the policy refuses")


def _directives(policy: str) -> Mapping[str, tuple[str, ...]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name.lower(): tuple(sources) for name, *sources in parts}


def _too_late(page: Page, policy: Element) -> Iterator[str]:
    for element in page.all():
        if element is policy:
            return
        if element.tag in _GOVERNED_LATER:
            yield page.finding(element, "comes before the policy, which does not govern it")


def _inline(page: Page, tag: str, allowed: tuple[str, ...]) -> Iterator[str]:
    """Hold what is inline to the hashes that are allowed, each to each."""
    hashes = set()
    for element in page.all(tag):
        digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
        hashes.add(f"'sha256-{digest}'")
        if f"'sha256-{digest}'" not in allowed:
            yield page.finding(element, f"is refused by the policy: its hash is sha256-{digest}")
    for source in allowed:
        if source not in hashes:
            yield page.finding(None, f"has a policy that allows {source}, which no <{tag}> of it is")
