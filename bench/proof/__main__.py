"""`python -m bench.proof`: measures every theme with every order of the showcase; `--quick` looks at three.

Exit status 0: everything holds; 1: something does not; 2: a tool is missing or the question is wrong.
"""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from bench.proof.crew import done_by_crew
from bench.proof.findings import Finding
from bench.proof.markup import check_markup
from bench.proof.needs import JAR, Missing, fetch_tools
from bench.proof.pictures import take_pictures
from bench.proof.proving import prove
from bench.proof.quick_look import Look, look
from bench.proof.report import report_on
from bench.proof.sites import published
from bench.proof.tools import tools_here
from sitewright.errors import SitewrightError
from sitewright.local.showcase import showcase_names, showcase_orders
from sitewright.orders.submissions import Submission
from sitewright.rendering import Theme, all_themes

KEPT = Path(__file__).parents[2] / ".proof"
"""Where sites, pictures and results are kept; git does not see it."""

DOCUMENT = KEPT.parent / "docs" / "proof.md"
"""Where the report of a whole run goes; that of a part of it stays beside the results."""

QUICK = ("gable-and-green", "dar-al-zaytoun", "oak")
"""The orders of a quick look: all eight pages, right to left, and one page with nearly nothing on it."""

_people = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Measure; returns the exit status."""
    asked = _parser().parse_args()
    try:
        fetch_tools()
        known = all_themes(asked.themes)
        themes = [known[name] for name in _known(asked.only, known, "theme")]
        if asked.what == "pictures":
            take_pictures({theme.name: theme for theme in themes}, KEPT / "pictures", _people.print)
            return 0
        names = asked.orders or (QUICK if asked.quick else ())
        orders = showcase_orders(_known(names, showcase_names(), "order"))
        findings = _quick(themes, orders) if asked.quick else _whole(themes, orders, asked)
    except (Missing, SitewrightError) as refused:
        sys.stderr.write(f"Nothing was proven: {refused}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was measured is kept.\n")
        return 130
    for finding in findings:
        _people.print(str(finding), markup=False)
    _people.print("holds" if not findings else f"{len(findings)} findings: does not hold")
    return int(bool(findings))


def _quick(themes: Sequence[Theme], orders: Mapping[str, Submission]) -> list[Finding]:
    with published(KEPT / "quick", themes, orders, _people.print) as shown:
        findings = list(shown.findings)
        looks = [
            Look(str(site), page, url, KEPT / "shots" / site.theme)
            for site in shown.sites
            for page, url in site.pages.items()
        ]
        for folder in {each.shots for each in looks}:
            folder.mkdir(parents=True, exist_ok=True)
        with Progress(console=_people) as progress:
            bar = progress.add_task("pages", total=len(looks))
            for _, found in done_by_crew(look, looks):
                findings += found
                progress.advance(bar)
        findings += check_markup(JAR, shown.root, shown.sites)
    _people.print(f"Pictures: {KEPT / 'shots'}")
    return findings


def _whole(
    themes: Sequence[Theme], orders: Mapping[str, Submission], asked: argparse.Namespace
) -> list[Finding]:
    with published(KEPT / "sites", themes, orders, _people.print) as shown:
        proof = prove(shown, tools_here(), KEPT / "results", _people, with_lighthouse=not asked.no_lighthouse)
    partly = asked.only or asked.orders or asked.themes or asked.no_lighthouse
    file = KEPT / "proof.md" if partly else DOCUMENT
    file.write_text(report_on(proof, "make proof"), "utf-8")
    _people.print(f"The report: {file}")
    return proof.findings


def _known(wanted: Sequence[str], known: Collection[str], what: str) -> Collection[str]:
    if unknown := [name for name in wanted if name not in known]:
        raise Missing(f"there is no {what} {unknown[0]}, only {', '.join(known)}")
    return wanted or known


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.proof", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=("sites", "pictures"),
        default="sites",
        help="pictures: those of README and docs",
    )
    parser.add_argument("--themes", type=_folder, metavar="FOLDER", help="a folder with more themes")
    parser.add_argument("--only", type=_names, default=(), metavar="THEME,...", help="these themes only")
    parser.add_argument("--orders", type=_names, default=(), metavar="ORDER,...", help="these orders only")
    parser.add_argument(
        "--quick", action="store_true", help=f"axe, markup and widths of {', '.join(QUICK)}, with pictures"
    )
    parser.add_argument("--no-lighthouse", action="store_true", help="all but Lighthouse")
    return parser


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _folder(text: str) -> Path:
    folder = Path(text).absolute()
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {folder}")
    return folder


if __name__ == "__main__":
    sys.exit(main())
