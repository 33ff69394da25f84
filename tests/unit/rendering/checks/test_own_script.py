"""The one script that pages may have: Sitewright's own, to the letter, and allowed by its hash."""

import pytest

from sitewright.rendering import render_site
from sitewright.rendering.open_now import open_now_script
from tests.support.words import sample_order, words_for
from tests.unit.rendering.checks.test_planted_faults import BASE, Site, check_of, examined

HOME = "index.html"


@pytest.fixture(scope="module")
def site() -> Site:
    order = sample_order("mabel-and-finch.en-GB.json")
    plan, copies = words_for(order)
    return order, plan, copies, render_site(order, plan, copies, base_url=BASE)


def test_a_page_with_the_script_holds(site: Site) -> None:
    assert f"<script>{open_now_script()}</script>" in site[3][HOME].decode()
    report = examined(site, site[3])
    assert [check_of(report, name).findings for name in ("isolation", "policy")] == [(), ()]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tell();setInterval", "tell();fetch('/x');setInterval"),
        ("</script>\n</body>", "</script>\n<script>const a=1</script>\n</body>"),
    ],
)
def test_any_other_script_is_found(site: Site, old: str, new: str) -> None:
    page = site[3][HOME].decode()
    assert page.count(old) == 1
    report = examined(site, {**site[3], HOME: page.replace(old, new).encode()})
    assert f"{HOME}: <script> runs a script" in check_of(report, "isolation").findings
    assert any("is refused by the policy" in each for each in check_of(report, "policy").findings)


def test_the_script_is_loaded_by_no_other_means(site: Site) -> None:
    page = site[3][HOME].replace(b"<script>const", b"<script defer>const")
    found = check_of(examined(site, {**site[3], HOME: page}), "isolation")
    assert found.findings == (f"{HOME}: <script> runs a script",)
