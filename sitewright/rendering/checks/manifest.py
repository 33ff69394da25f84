"""Is all of it there? Every page of the plan, every file of the release, and nothing else."""

import hashlib
import json
import re
from collections.abc import Iterator
from html import unescape

from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.release import Check
from sitewright.orders.models.site import buildable_pages
from sitewright.rendering.checks.examined import HOME, MISSING, ExaminedSite, concluded
from sitewright.rendering.checks.graph import listed
from sitewright.rendering.locales.legal import Notice
from sitewright.rendering.pictures.icons import MANIFEST

_SITEMAP, _ROBOTS, _LLMS = "sitemap.xml", "robots.txt", "llms.txt"


def check_manifest(site: ExaminedSite) -> Check:
    """Hold the files against the release's manifest, and the pages against the plan and the brief."""
    findings = [*_files(site), *_pages(site), *_for_machines(site)]
    return concluded("manifest", findings, f"{len(site.files)} files, {len(site.pages)} pages")


def _files(site: ExaminedSite) -> Iterator[str]:
    listed = {file.path: file for file in site.release.files}
    for path, file in listed.items():
        content = site.files.get(path)
        if content is None:
            yield f"{path}: is missing"
        elif hashlib.sha256(content).hexdigest() != file.sha256 or len(content) != file.size:
            yield f"{path}: is not what was rendered"
        elif not content.strip():
            yield f"{path}: is empty"
    yield from (f"{path}: is not of this release" for path in site.files if path not in listed)
    for path in (HOME, MISSING, _SITEMAP, _ROBOTS, _LLMS):
        if path not in site.files:
            yield f"{path}: is missing"


def _pages(site: ExaminedSite) -> Iterator[str]:
    expected: dict[str, PageKind] = {}
    notices: dict[str, Notice] = {}
    for each in site.languages:
        planned = {page.page for page in each.plan.pages}
        for page in buildable_pages(each.order.brief):
            if page not in planned:
                yield f"{each.path_of(page)}: the page '{page}' was asked for and is not in the plan"
        expected |= {each.path_of(page): page for page in planned}
        notices |= {each.path_of_notice(notice): notice for notice in Notice}
    for path, page in expected.items():
        if path not in site.files:
            yield f"{path}: the page '{page}' of the plan is missing"
    for path, notice in notices.items():
        if path not in site.files:
            yield f"{path}: the page '{notice}' is missing"
    for path in site.pages:
        if path not in expected and path not in notices and path != MISSING:
            yield f"{path}: is a page that the plan does not have"


def _for_machines(site: ExaminedSite) -> Iterator[str]:
    text = site.files.get(_SITEMAP, b"").decode("utf-8", "replace")
    listed = [unescape(address) for address in re.findall(r"<loc>\s*(.*?)\s*</loc>", text)]
    pages = {site.address(path) for path in site.pages if path != MISSING}
    yield from (f"{_SITEMAP}: {address} is not listed" for address in sorted(pages.difference(listed)))
    yield from (f"{_SITEMAP}: {address} is not a page" for address in listed if address not in pages)
    robots = site.files.get(_ROBOTS, b"").decode("utf-8", "replace")
    if f"Sitemap: {site.base}{_SITEMAP}" not in robots.splitlines():
        yield f"{_ROBOTS}: does not name {site.base}{_SITEMAP}"
    if any(line.startswith(("Disallow:", "Noindex:")) for line in robots.splitlines()):
        yield f"{_ROBOTS}: keeps search engines out"
    yield from _home_screen(site)
    for each in site.languages:
        summary = f"{each.order.folder}{_LLMS}"
        told = site.files.get(summary, b"").decode("utf-8", "replace")
        unlisted = [path for path in each.pages if f"]({site.address(path)})" not in told and path != MISSING]
        yield from (f"{summary}: {site.address(path)} is not listed" for path in unlisted)
    for page in site.pages.values():
        icons = [link for link in page.all("link") if "icon" in link.get("rel", "").lower().split()]
        if not icons:
            yield page.finding(None, 'has no <link rel="icon">')


def _home_screen(site: ExaminedSite) -> Iterator[str]:
    """Yield what is wrong with what home screens are told: the name, and where the site begins."""
    try:
        told = json.loads(site.files.get(MANIFEST, b""))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        yield f"{MANIFEST}: is missing or no JSON object"
        return
    if told.get("name") != site.order.brief.business.name:
        yield f"{MANIFEST}: has the name {told.get('name')!r}"
    for written in (told.get("start_url"), *(icon.get("src") for icon in listed(told.get("icons")))):
        address = site.resolve(HOME, str(written))
        if not site.is_own(address) or site.file_at(address) is None:
            yield f"{MANIFEST}: leads to {written}, where there is nothing"
