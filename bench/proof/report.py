"""`docs/proof.md`: what was measured, a row a site and a column a tool, and what does not hold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from statistics import median

from bench.proof.careful_look import TOOLS
from bench.proof.lighthouse import CATEGORIES, PERFECT, RUNS
from bench.proof.proving import Proof
from bench.proof.reflow import WIDTHS
from bench.proof.weight import LIMIT
from sitewright.local.showcase import ShownSite

_COLUMNS = ("check_site", "html", *TOOLS)

_MEANT = {
    "check_site": "Sitewright's own checks pass: what every release has to pass before it goes live",
    "html": "the Nu HTML checker has no error and no warning about any page or drawing",
    "axe": "axe finds nothing on phone and desktop, light and dark: WCAG 2.0 to 2.2 A and AA and more",
    "console": "no word on the console (the policy's refusals are one), no request elsewhere or in vain",
    "reflow": f"nothing is scrolled sideways at {', '.join(map(str, WIDTHS))} CSS pixels; nothing is cut or "
    "covered at 200 % and 400 % of 1280 pixels, nor with the text alone at 200 %",
    "keyboard": "Tab reaches every link and button in the page's order, on phone and desktop; each is in the "
    "window, uncovered, and shows that it has the focus; the menu opens and closes",
    "without scripts": "all that is read with scripts is read without them, and the menu opens",
    "forced colours": "nothing disappears, every text is 4.5:1 or more, and the focus shows",
    "reduced motion": "no animation, no transition, no smooth scrolling",
    "print": "no menu, no dark ground, every text 7:1 or more on white, and at least a page of PDF",
    "home, inner": "Lighthouse, mobile: performance, accessibility, best practice, search, of the home page "
    "and of an inner one",
    "gz, br": "bytes of the home page with its styles, by gzip and by brotli",
}


def report_on(proof: Proof, command: str) -> str:
    """Return the report, Markdown."""
    return "\n".join(
        [*_head(proof, command), *_bytes(proof), *_themes(proof), *_orders(proof), *_missing(proof)]
    )


def _head(proof: Proof, command: str) -> Iterator[str]:
    pages = sum(len(site.pages) for site in proof.sites)
    themes, orders = {site.theme for site in proof.sites}, {site.name for site in proof.sites}
    tools = proof.tools
    yield "# Proof"
    yield ""
    yield (
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}. {len(themes)} themes, {len(orders)} "
        f"orders of `sitewright/local/showcase/orders/`: {len(proof.sites)} sites, {pages} pages, one "
        "that is not there for each site among them. The words are the offline copywriter's, all else "
        "is the pipeline's own."
    )
    yield ""
    yield f"**{_sentence(len(proof.findings))}**"
    yield ""
    yield (
        f"{tools.chromium}, axe {tools.axe}, Lighthouse {tools.lighthouse}, Nu HTML checker {tools.checker}, "
        f"Playwright {tools.playwright}."
    )
    yield ""
    yield (
        "Lighthouse computes performance with simulated throttling, and a busy machine changes it: pages are "
        f"measured one at a time with nothing beside them; one below {PERFECT} is measured {RUNS} "
        "times, and the median counts. A site with one page has no inner one."
    )
    yield ""
    yield "| column | holds when |"
    yield "|---|---|"
    yield from (f"| {column} | {meaning} |" for column, meaning in _MEANT.items())
    yield ""


def _sentence(findings: int) -> str:
    return "Everything holds." if not findings else f"{findings} findings: it does not hold."


def _bytes(proof: Proof) -> Iterator[str]:
    yield "## The first page"
    yield ""
    yield f"The home page with its styles, images and fonts aside. The limit is {LIMIT:,} bytes (14 x 1024)."
    yield ""
    yield "| theme | gzip, median | gzip, maximum | brotli, median | brotli, maximum |"
    yield "|---|---|---|---|---|"
    for theme, sites in _by_theme(proof.sites):
        yield _bytes_row(theme, proof, sites)
    yield _bytes_row("all", proof, proof.sites)
    yield ""


def _bytes_row(name: str, proof: Proof, sites: Sequence[ShownSite]) -> str:
    weights = [proof.weights[str(site)] for site in sites]
    figures = [
        f"{figure:,.0f}"
        for sizes in ([each.gzip for each in weights], [each.brotli for each in weights])
        for figure in (median(sizes), max(sizes))
    ]
    return f"| {name} | {' | '.join(figures)} |"


def _themes(proof: Proof) -> Iterator[str]:
    found = Counter((finding.site, finding.tool) for finding in proof.findings)
    for theme, sites in _by_theme(proof.sites):
        yield f"## {theme}"
        yield ""
        yield f"| order | pages | {' | '.join(_COLUMNS)} | home | inner | gz | br |"
        yield "|---" * (len(_COLUMNS) + 6) + "|"
        for site in sites:
            held = [str(found[str(site), tool]) if found[str(site), tool] else "✓" for tool in _COLUMNS]
            weight = proof.weights[str(site)]
            cells = [*held, *_score_cells(proof, site), f"{weight.gzip:,}", f"{weight.brotli:,}"]
            yield f"| {site.name} | {len(site.pages)} | {' | '.join(cells)} |"
        yield ""


def _score_cells(proof: Proof, site: ShownSite) -> list[str]:
    scores = proof.scores.get(str(site), {})
    cells = ["·".join(str(page.get(name, "?")) for name in CATEGORIES) for page in scores.values()]
    shown = ["✓ 100" if cell == "·".join([str(PERFECT)] * len(CATEGORIES)) else cell for cell in cells]
    return [*shown, *["–"] * (2 - len(shown))]


def _orders(proof: Proof) -> Iterator[str]:
    yield "## The orders"
    yield ""
    yield "| order | trade | language | tone | services | letters of the name | colour |"
    yield "|---|---|---|---|---|---|---|"
    for site in {site.name: site for site in proof.sites}.values():
        brief = site.order.brief
        cells = (
            site.name,
            brief.business.niche.value,
            " and ".join(filter(None, (site.order.locale, site.order.second_locale))),
            brief.site.tone.value,
            str(len(brief.offer.services)),
            str(len(brief.business.name)),
            brief.design.colors.primary or "none",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _missing(proof: Proof) -> Iterator[str]:
    if not proof.findings:
        return
    yield "## What does not hold"
    yield ""
    for finding in proof.findings:
        # What a page says may hold what Markdown would obey.
        yield f"- `{str(finding).replace('`', chr(39))}`"
    yield ""


def _by_theme(sites: Iterable[ShownSite]) -> Iterator[tuple[str, list[ShownSite]]]:
    ordered = sorted(sites, key=lambda site: (site.theme, site.name))
    for theme, group in groupby(ordered, key=lambda site: site.theme):
        yield theme, list(group)
