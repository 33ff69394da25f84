"""Check the site: what was rendered is read back and examined before it may go live."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sitewright.errors import CheckFailed
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Release, Report, WordsReport
from sitewright.orders.models.site import PageCopy, SecondLanguage, SitePlan
from sitewright.orders.releases import report_made
from sitewright.publishing.releases import read_release
from sitewright.rendering.checks import check_site as examine
from sitewright.settings import load_settings
from sitewright.version import code_version
from tasks.artifacts import show_report
from tasks.second_language import words_of
from tasks.step import Recording, step

CHECK_SECONDS = 120
"""Reading and parsing every page of a release."""


def _inputs(
    order: Order,
    plan: SitePlan,
    copies: tuple[PageCopy, ...],
    second: SecondLanguage | None,
    release: Release,
) -> Sequence[Any]:
    words = words_of(plan, copies, second)
    return release.hash, order.brief, *words, _without_ai(copies, second), code_version()


def _without_ai(copies: tuple[PageCopy, ...], second: SecondLanguage | None) -> bool:
    return not any(copy.author.ai for copy in (*copies, *(second.copies if second else ())))


@step(
    "check",
    Recording(
        Report,
        shows=show_report,
        tells=lambda report: f"all {len(report.checks)} checks held",
        records=lambda order, report: (report_made(order, report),),
    ),
    inputs=_inputs,
    timeout_seconds=CHECK_SECONDS,
)
async def check_site(
    order: Order,
    plan: SitePlan,
    copies: tuple[PageCopy, ...],
    second: SecondLanguage | None,
    release: Release,
) -> Report:
    """Check manifest, links, anchors, markup, structured data, external requests, weight and contrast.

    Raises CheckFailed, after the report is shown on the run, when anything does not hold.
    """
    files = await asyncio.to_thread(read_release, load_settings().sites, release)
    report = await asyncio.to_thread(
        examine,
        files,
        release,
        order,
        plan,
        written_without_ai=_without_ai(copies, second),
        copies=copies,
        second=second,
    )
    report = report.model_copy(update={"words": _words(plan, copies, second)})
    if not report.passed:
        await show_report(order, report)
        raise CheckFailed(_summary(report))
    return report


def _words(
    plan: SitePlan, copies: tuple[PageCopy, ...], second: SecondLanguage | None
) -> tuple[WordsReport, ...]:
    told = {"plan": plan.honesty, **{copy.page.value: copy.honesty for copy in copies}}
    if second is not None:
        below = second.order.folder
        told |= {f"{below}plan": second.plan.honesty}
        told |= {f"{below}{copy.page.value}": copy.honesty for copy in second.copies}
    return tuple(WordsReport(where=where, honesty=honesty) for where, honesty in told.items())


def _summary(report: Report) -> str:
    failed = [check for check in report.checks if not check.passed]
    findings = [f"{check.name}: {finding}" for check in failed for finding in check.findings]
    count = f"{len(failed)} of {len(report.checks)} checks did not hold, {len(findings)} findings"
    return f"The site was not published: {count}, such as {'; '.join(findings[:3])}."
