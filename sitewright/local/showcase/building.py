"""From an order of the showcase to a live site without a stack: the pipeline's own parts, in turn."""

from dataclasses import dataclass

from sitewright.copywriting import AiLine, LocalGate
from sitewright.copywriting.drafting import Draft, draft, unplaced
from sitewright.copywriting.memory_log import MemoryCallLog
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Release, Report
from sitewright.orders.models.site import SecondLanguage
from sitewright.orders.submissions import Submission
from sitewright.publishing.folder import FolderTarget
from sitewright.publishing.releases import make_release
from sitewright.rendering import Theme, page_path, render_site
from sitewright.rendering.checks import check_site
from sitewright.settings import Route
from sitewright.version import code_version

MISSING = "404"
"""The name of a page that is not there."""

_INDEX = "index.html"


@dataclass(frozen=True)
class ShownWords:
    """The words of an order's site: in its language, and in its second one where it has two."""

    first: Draft
    second: Draft | None = None


@dataclass(frozen=True)
class ShownSite:
    """A live site of the showcase: the order `name` in `theme`.

    `pages` are its addresses by name: `home`, `about` and so on, the paths of others, last `404`, a page that
    is not there.
    """

    theme: str
    name: str
    order: Order
    release: Release
    report: Report
    pages: dict[str, str]

    def __str__(self) -> str:
        return f"{self.theme}/{self.name}"


async def words_of(shown: Submission, route: Route) -> ShownWords:
    """Return the words of an order's site, asked of `route`. Raises CopywritingError."""
    line = AiLine((route,), MemoryCallLog(), LocalGate())
    order = unplaced(shown.order)
    other = order.in_second_language()
    first = await draft(order, line, (), _tell_nobody)
    return ShownWords(first, await draft(other, line, (), _tell_nobody) if other else None)


async def build_site(
    name: str, shown: Submission, words: ShownWords, theme: Theme, target: FolderTarget
) -> ShownSite:
    """Render the order `name` in `theme`, examine it as a run does and switch it live in `target`.

    What `check_site` finds is in the report; it stops nothing here. Raises RenderingError or PublishingError.
    """
    order = _in_theme(shown, theme, slug=f"{theme.name}-{name}")
    second = _second(order, words)
    base_url = target.url(order.slug)
    files = render_site(
        order,
        words.first.plan,
        words.first.pages,
        base_url=base_url,
        theme=theme,
        pictures={picture.stored.sha256: picture.content for picture in shown.pictures.values()},
        second=second,
    )
    release = make_release(
        target.root,
        slug=order.slug,
        base_url=base_url.rstrip("/"),
        files=files,
        theme=theme.name,
        theme_version=theme.version,
        code_version=code_version(),
    )
    report = check_site(
        files,
        release,
        order,
        words.first.plan,
        written_without_ai=True,
        copies=words.first.pages,
        second=second,
    )
    await target.activate(release)
    return ShownSite(theme.name, name, order, release, report, _pages(order, release, base_url))


def _in_theme(shown: Submission, theme: Theme, *, slug: str) -> Order:
    """Return the order that a run would work on, had the customer asked for `theme`."""
    brief = shown.brief
    wished = brief.model_copy(update={"design": brief.design.model_copy(update={"theme": theme.name})})
    return unplaced(shown.order).model_copy(update={"slug": slug, "brief": wished})


def _second(order: Order, words: ShownWords) -> SecondLanguage | None:
    other = order.in_second_language()
    if other is None or words.second is None:
        return None
    return SecondLanguage(order=other, plan=words.second.plan, copies=words.second.pages)


def _pages(order: Order, release: Release, base_url: str) -> dict[str, str]:
    names = {page_path(page, order.locale): page.value for page in PageKind}
    folders = [
        file.path.removesuffix(_INDEX) for file in release.files if file.path.rpartition("/")[2] == _INDEX
    ]
    pages = {names.get(path, path.strip("/").replace("/", "-")): base_url + path for path in folders}
    pages = dict(sorted(pages.items(), key=lambda page: page[0] != PageKind.HOME.value))
    return {**pages, MISSING: f"{base_url}no-such-page/"}


def _tell_nobody(_said: str) -> None:
    return
