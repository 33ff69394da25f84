"""`sitewright themes`: the gallery of every theme, the list, and what a designer of a theme needs."""

import asyncio
import re
import shutil
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from sitewright.cli.app import app
from sitewright.cli.printing import AsJson, people, plain, print_json
from sitewright.errors import InputError
from sitewright.local.copywriter.serving import offline_copywriter
from sitewright.local.showcase import build_site, showcase_orders, words_of
from sitewright.local.showcase.gallery import build_gallery
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.root import ensure_site_root
from sitewright.publishing.server import serve as serve_sites
from sitewright.rendering import Theme, all_themes, read_theme
from sitewright.rendering.design.theme_problems import theme_problems
from sitewright.settings import load_settings

group = typer.Typer(help="Show every theme with every sample order; list, make and check themes.")
app.add_typer(group, name="themes")

_TRIED = ("gable-and-green", "dar-al-zaytoun")
"""The orders that a theme is tried on: every page of one language, and two languages, one right to left."""

_PORT = 8401


@group.callback(invoke_without_command=True)
def themes(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the gallery.")] = _PORT,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address; do not open a browser.")
    ] = False,
) -> None:
    """Show every theme with every sample order on this machine, until Ctrl-C.

    A site is built once, and again when its theme, its order or the code changed. SITEWRIGHT_THEMES names a
    folder with more themes.
    """
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    root = settings.home / "showcase"
    ensure_site_root(root)
    target = FolderTarget(root, f"http://127.0.0.1:{port}")
    known, orders = all_themes(settings.themes), showcase_orders()
    with offline_copywriter() as route:
        address = asyncio.run(build_gallery(target, route, known, orders, _say))

    def listening(_host: str, _port: int) -> None:
        _say(f"{len(known)} themes, {len(orders)} orders: {address} until Ctrl-C.")
        if not no_open:
            # A browser without a window of its own would keep this thread from serving.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve_sites(root, port=port, listening=listening)


@group.command("list")
def list_themes(as_json: AsJson = False) -> None:
    """List the themes: what each looks like, and the trades and tones that it suits, best first."""
    known = all_themes(load_settings().themes)
    if as_json:
        print_json({"themes": [_described(theme) for theme in known.values()]})
        return
    table = Table(Column("name", no_wrap=True), "looks", "trades", "tones", box=None)
    for theme in known.values():
        manifest = theme.manifest
        niches = ", ".join(niche.value for niche in manifest.niches) or "any"
        tones = ", ".join(tone.value for tone in manifest.tones) or "any"
        table.add_row(plain(theme.name), plain(manifest.description), niches, tones)
    people.print(table)


@group.command("check")
def check_theme(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A theme's folder.")],
    as_json: AsJson = False,
) -> None:
    """Check a theme: its manifest, fonts, styles and templates, and two sites that are built in it.

    The exit status is 1 when something is wrong. What only a browser can tell, `make proof` measures.
    """
    theme = read_theme(folder.absolute())
    problems = theme_problems(theme) or asyncio.run(_problems_of_sites(theme))
    if as_json:
        print_json({"theme": theme.name, "problems": problems})
    for problem in [] if as_json else problems:
        _say(problem)
    if problems:
        raise typer.Exit(1)
    if not as_json:
        _say(f"{theme.name} is well formed.")


@group.command("new")
def new_theme(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits, hyphens.")],
    like: Annotated[str, typer.Option("--from", help="The theme that is copied.")] = "mosaic",
    into: Annotated[Path, typer.Option("--in", metavar="FOLDER", help="The folder of your themes.")] = Path(
        "themes"
    ),
) -> None:
    """Copy a theme to start a new one from."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        raise InputError("NAME: a theme's name is lower-case letters, digits and hyphens.")
    known = all_themes(load_settings().themes)
    if like not in known:
        raise InputError(f"--from: there is no theme '{like}', only {', '.join(known)}.")
    folder = into / name
    if folder.exists():
        raise InputError(f"{folder} is there already.")
    shutil.copytree(known[like].root, folder)
    manifest = folder / "theme.toml"
    text = re.sub(r'(?m)^name = ".*"$', f'name = "{name}"', manifest.read_text("utf-8"), count=1)
    title = name.replace("-", " ").capitalize()
    manifest.write_text(re.sub(r'(?m)^title = ".*"$', f'title = "{title}"', text, count=1), "utf-8")
    _say(f"{folder} is a copy of {like}. Next: sitewright themes check {folder}")


async def _problems_of_sites(theme: Theme) -> list[str]:
    """Return what a run's own checks say of sites in `theme`; they are built aside and left nowhere."""
    problems = []
    with _folder() as root, offline_copywriter() as route:
        target = FolderTarget(root, "http://127.0.0.1:8401")
        for name, shown in showcase_orders(_TRIED).items():
            site = await build_site(name, shown, await words_of(shown, route), theme, target)
            problems += [
                f"{name}, {check.name}: {found}"
                for check in site.report.checks
                if not check.passed
                for found in check.findings
            ]
    return problems


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder for releases, which are sealed: its directories are opened before it is removed."""
    root = Path(tempfile.mkdtemp(prefix="sitewright-theme-"))
    try:
        yield root
    finally:
        for directory in [
            root,
            *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink()),
        ]:
            directory.chmod(0o755)
        shutil.rmtree(root)


def _described(theme: Theme) -> dict[str, object]:
    manifest = theme.manifest.model_dump(mode="json", include={"name", "title", "description", "version"})
    suits = theme.manifest.model_dump(mode="json", include={"niches", "tones", "sections"})
    return {**manifest, **suits, "folder": str(theme.root)}


def _say(sentence: str) -> None:
    people.print(plain(sentence), soft_wrap=True)
