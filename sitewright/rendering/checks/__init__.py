"""What a rendered site must hold before it may go live: checks that read its bytes and nothing else.

Each module has one check, a function from the examined site to a `Check`; each check has tests that plant the
faults it is there for.
"""

from collections.abc import Mapping, Sequence

from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Release, Report
from sitewright.orders.models.site import PageCopy, SitePlan
from sitewright.rendering.checks.contrast import check_contrast
from sitewright.rendering.checks.examined import ExaminedSite
from sitewright.rendering.checks.facts import check_facts
from sitewright.rendering.checks.isolation import check_isolation
from sitewright.rendering.checks.links import check_links
from sitewright.rendering.checks.manifest import check_manifest
from sitewright.rendering.checks.markup import check_markup
from sitewright.rendering.checks.names import check_names
from sitewright.rendering.checks.outline import check_outline
from sitewright.rendering.checks.policy import check_policy
from sitewright.rendering.checks.structured_data import check_structured_data
from sitewright.rendering.checks.weight import check_weight
from sitewright.rendering.checks.words import check_words

__all__ = ["check_site"]

_CHECKS = (
    check_manifest,
    check_links,
    check_markup,
    check_outline,
    check_names,
    check_words,
    check_facts,
    check_structured_data,
    check_isolation,
    check_policy,
    check_contrast,
    check_weight,
)


def check_site(
    files: Mapping[str, bytes],
    release: Release,
    order: Order,
    plan: SitePlan,
    *,
    written_without_ai: bool,
    copies: Sequence[PageCopy] = (),
) -> Report:
    """Return what was found about `files`, read back from where `release` lies (POSIX path to content).

    `copies` are the pages' words; where they are given, every word of them must be on its page. Findings name
    the page and the element. A check may have findings and pass: then they are advice.
    """
    site = ExaminedSite.of(files, release, order, plan, copies=copies, written_without_ai=written_without_ai)
    return Report(
        release=release.hash,
        checks=tuple(check(site) for check in _CHECKS),
        written_without_ai=written_without_ai,
    )
