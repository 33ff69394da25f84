"""`python -m bench.generators`: pages a second, beside Pelican, MkDocs and Eleventy, on the same words.

Everybody renders in one process, one after another, on an otherwise idle machine. The others get each page as
Markdown with a front matter, and make one site of it with a plain theme; Sitewright makes the complete sites
of the orders: designed pages, icons, shared-link images, structured data, everything compressed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.generators.content import WrittenSite, written_sites
from bench.generators.generators import Measured, NotInstalled, eleventy, mkdocs, pelican
from sitewright.rendering import render_site
from sitewright.version import code_version

_Generator = Callable[[list[WrittenSite], Path, Path], Measured]
_OTHERS: tuple[_Generator, ...] = (pelican, mkdocs, eleventy)


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    people = Console()
    sites = written_sites(arguments.pages)
    arguments.tools.mkdir(parents=True, exist_ok=True)
    measured = [sitewright(sites)]
    with tempfile.TemporaryDirectory(prefix="sitewright-generators-") as folder:
        for generator in _OTHERS:
            people.print(f"{generator.__name__} ...", style="dim")
            work = Path(folder) / generator.__name__
            work.mkdir()
            try:
                measured.append(generator(sites, work, arguments.tools.resolve()))
            except NotInstalled as why:
                people.print(str(why))
    people.print(_table(measured))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.generators", description=__doc__)
    parser.add_argument("--pages", type=int, default=4000, help="how many pages, at least (4000)")
    parser.add_argument(
        "--tools", type=Path, default=Path(".bench"), help="where the others are installed, once (.bench)"
    )
    return parser.parse_args()


def sitewright(sites: list[WrittenSite]) -> Measured:
    """Render every site with all its files, into memory and onto the disk, as the step `render` does."""
    pages = 0
    with tempfile.TemporaryDirectory(prefix="sitewright-pages-") as folder:
        begun = time.perf_counter()
        for site in sites:
            files = render_site(
                site.order, site.plan, site.copies, base_url=f"https://example.com/{site.order.slug}"
            )
            for path, content in files.items():
                file = Path(folder) / site.order.slug / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                pages += path.endswith(".html")
        seconds = time.perf_counter() - begun
    return Measured("Sitewright", code_version(), seconds, pages)


def _table(measured: list[Measured]) -> Table:
    table = Table("generator", "version", "pages", "seconds", "pages a second", "Sitewright is")
    ours = measured[0]
    for each in measured:
        times = f"{ours.rate / each.rate:.2f} times as fast" if each is not ours else ""
        row = (str(each.pages), f"{each.seconds:.1f}", f"{each.rate:.0f}")
        table.add_row(each.name, each.version, *row, times)
    return table


if __name__ == "__main__":
    main()
