"""What a rendered site must hold before it may go live: checks that read its bytes and nothing else.

Each module has one check, a function from the examined site to a `Check`; each check has tests that plant the
faults it is there for.
"""

from collections.abc import Callable, Mapping, Sequence

from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Check, CheckedPage, Release, Report
from sitewright.orders.models.site import PageCopy, SecondLanguage, SitePlan
from sitewright.rendering.checks.compression import check_compression
from sitewright.rendering.checks.contrast import check_contrast
from sitewright.rendering.checks.examined import ExaminedSite
from sitewright.rendering.checks.facts import check_facts
from sitewright.rendering.checks.isolation import check_isolation
from sitewright.rendering.checks.languages import check_languages
from sitewright.rendering.checks.legal import check_legal
from sitewright.rendering.checks.links import check_links
from sitewright.rendering.checks.manifest import check_manifest
from sitewright.rendering.checks.markup import check_markup
from sitewright.rendering.checks.names import check_names
from sitewright.rendering.checks.outline import check_outline
from sitewright.rendering.checks.page import Page
from sitewright.rendering.checks.pictures import check_pictures
from sitewright.rendering.checks.policy import check_policy
from sitewright.rendering.checks.structured_data import check_structured_data
from sitewright.rendering.checks.weight import check_weight
from sitewright.rendering.checks.words import check_words

__all__ = ["check_site"]


def _in_each_language(check: Callable[[ExaminedSite], Check]) -> Callable[[ExaminedSite], Check]:
    """Return `check` of each language by itself: its pages are held to its words and its brief."""

    def checked(site: ExaminedSite) -> Check:
        found = [check(each) for each in site.languages]
        if len(found) == 1:
            return found[0]
        told = zip(site.languages, found, strict=True)
        return Check(
            name=found[0].name,
            passed=all(each.passed for each in found),
            findings=tuple(finding for each in found for finding in each.findings),
            measured="; ".join(f"{each.order.locale}: {one.measured}" for each, one in told),
        )

    return checked


_CHECKS = (
    check_manifest,
    check_links,
    check_languages,
    check_markup,
    _in_each_language(check_outline),
    check_names,
    check_pictures,
    _in_each_language(check_words),
    _in_each_language(check_facts),
    _in_each_language(check_legal),
    _in_each_language(check_structured_data),
    check_isolation,
    check_policy,
    check_contrast,
    check_weight,
    check_compression,
)


def check_site(
    files: Mapping[str, bytes],
    release: Release,
    order: Order,
    plan: SitePlan,
    *,
    written_without_ai: bool,
    copies: Sequence[PageCopy] = (),
    second: SecondLanguage | None = None,
) -> Report:
    """Return what was found about `files`, read back from where `release` lies (POSIX path to content).

    `copies` are the pages' words; where they are given, every word of them must be on its page; `second` is
    what the site is made of in its second language. Findings name the page and the element. A check may have
    findings and pass: then they are advice.
    """
    site = ExaminedSite.of(
        files, release, order, plan, copies=copies, written_without_ai=written_without_ai, second=second
    )
    return Report(
        release=release.hash,
        checks=tuple(check(site) for check in _CHECKS),
        written_without_ai=written_without_ai,
        pages=tuple(_checked(page, release.base_url) for page in site.pages.values()),
    )


def _checked(page: Page, base_url: str) -> CheckedPage:
    images = (meta.get("content", "") for meta in page.all("meta") if meta.get("property") == "og:image")
    return CheckedPage(
        path=page.path,
        url=f"{base_url.rstrip('/')}/{page.path.removesuffix('index.html')}",
        image=next(images, ""),
    )
