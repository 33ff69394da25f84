"""The table of a report's pages, as an operator sees it in Prefect."""

from sitewright.orders.models.release import Check, CheckedPage, Report
from tasks.artifacts import checked_pages

SITE = "http://127.0.0.1:8400/sorriso"


def test_each_page_has_a_row_with_its_picture_and_its_findings():
    report = Report(
        release="0" * 64,
        checks=(
            Check(
                name="links", passed=False, findings=("index.html: leads nowhere", "about/index.html: too")
            ),
            Check(name="weight", passed=True, findings=("index.html: is heavy",)),
        ),
        written_without_ai=True,
        pages=(
            CheckedPage(path="index.html", url=f"{SITE}/", image=f"{SITE}/assets/og.png"),
            CheckedPage(path="404.html", url=f"{SITE}/404.html"),
        ),
    )
    assert checked_pages(report).splitlines() == [
        "1 of 2 checks held.",
        "",
        "| | page | findings |",
        "|---|---|---|",
        f'| <img src="{SITE}/assets/og.png" width="160" height="84" alt=""> | [index.html]({SITE}/) | 2 |',
        f"|  | [404.html]({SITE}/404.html) | – |",
    ]
