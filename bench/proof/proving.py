"""The whole proof: every tool over every page of the sites, what is known already taken from before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, track

from bench.proof.careful_look import Asked, look_carefully
from bench.proof.crew import done_by_crew
from bench.proof.findings import Finding
from bench.proof.lighthouse import CATEGORIES, PERFECT, lighthouse
from bench.proof.markup import check_markup
from bench.proof.needs import JAR
from bench.proof.results import HERE, Kept, version_of
from bench.proof.sites import Published
from bench.proof.tools import Tools
from bench.proof.weight import Weight, first_page, too_heavy
from sitewright.local.showcase import MISSING, ShownSite
from tests.support import browser

_NO_LOOK = frozenset({"__main__.py", "lighthouse.py", "markup.py", "pictures.py", "report.py"})
"""Files of this package that a look at a page does not depend on."""

_INNER = ("services", "pricing", "about", "contact")
"""The inner page that Lighthouse measures: the first of these that a site has."""


@dataclass
class Proof:
    """All that was measured; `scores` of Lighthouse are by page and category."""

    sites: list[ShownSite]
    tools: Tools
    findings: list[Finding]
    weights: dict[str, Weight] = field(default_factory=dict)
    scores: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)


def prove(
    shown: Published, tools: Tools, kept: Path, people: Console, *, with_lighthouse: bool = True
) -> Proof:
    """Measure the sites of `shown`; results are kept below `kept`. Raises Missing."""
    proof = Proof(shown.sites, tools, list(shown.findings))
    for site in shown.sites:
        proof.weights[str(site)] = first_page(shown.root, site)
        proof.findings += too_heavy(site, proof.weights[str(site)])
    proof.findings += _markup(shown, tools, kept / "html")
    proof.findings += _looks(shown.sites, tools, kept / "looks", people)
    if with_lighthouse:
        for site, page, scores, below in _scores(shown.sites, tools, kept / "lighthouse", people):
            proof.scores.setdefault(str(site), {})[page] = scores
            proof.findings += [Finding("lighthouse", str(site), page, each) for each in below]
    return proof


def _markup(shown: Published, tools: Tools, folder: Path) -> list[Finding]:
    kept = Kept(folder, version_of(tools.checker))

    def measure(sites: list[ShownSite]) -> None:
        found = check_markup(JAR, shown.root, sites)
        for site in sites:
            kept.put(site, [each for each in found if each.site in {str(site), ""}])

    return kept.findings(shown.sites, measure)


def _looks(sites: Iterable[ShownSite], tools: Tools, folder: Path, people: Console) -> list[Finding]:
    files = [*HERE.glob("*.py"), *(HERE / "in_page").glob("*.js"), Path(browser.__file__)]
    ours = [file for file in files if file.name not in _NO_LOOK]
    kept = Kept(folder, version_of(tools.chromium, tools.axe, files=ours))

    def measure(new: list[ShownSite]) -> None:
        left = {str(site): len(site.pages) for site in new}
        found: dict[str, list[Finding]] = {name: [] for name in left}
        by_name = {str(site): site for site in new}
        pages = [Asked(str(site), page, url) for site in new for page, url in site.pages.items()]
        with Progress(console=people) as progress:
            bar = progress.add_task("pages in browsers", total=len(pages))
            for asked, seen in done_by_crew(look_carefully, pages):
                found[asked.site] += seen
                left[asked.site] -= 1
                if not left[asked.site]:
                    kept.put(by_name[asked.site], found[asked.site])
                progress.advance(bar)

    return kept.findings(sites, measure)


def _scores(
    sites: list[ShownSite], tools: Tools, folder: Path, people: Console
) -> Iterator[tuple[ShownSite, str, dict[str, int], list[str]]]:
    kept = Kept(folder, version_of(tools.lighthouse, tools.chromium, files=[HERE / "lighthouse.mjs"]))
    if new := [site for site in sites if kept.get(site) is None]:
        with lighthouse() as measuring:
            for site in track(new, "sites by Lighthouse", console=people):
                kept.put(site, {page: measuring.measure(site.pages[page]) for page in _measured(site)})
    for site in sites:
        for page, (scores, below, _runs) in kept.get(site).items():
            perfect = [scores.get(name) == PERFECT for name in CATEGORIES]
            yield site, page, scores, [] if all(perfect) else below or ["it could not be measured"]


def _measured(site: ShownSite) -> list[str]:
    inner = [page for page in _INNER if page in site.pages and page != MISSING]
    return ["home", *inner[:1]]
