"""The site under examination: its files parsed once, and where each page and address lies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Check, Release
from sitewright.orders.models.site import PageCopy, SecondLanguage, SitePlan
from sitewright.rendering.checks.page import Page, parse_page
from sitewright.rendering.locales.interface import page_path
from sitewright.rendering.locales.legal import Notice, notice_path

HOME = "index.html"
MISSING = "404.html"

_FINDINGS_TOLD = 50


@dataclass(frozen=True)
class ExaminedSite:
    """All that the checks may look at. `pages` are the parsed HTML files by their path below the release.

    `order`, `plan` and `copies` are the first language's; `languages` gives what belongs to each.
    """

    files: Mapping[str, bytes]
    release: Release
    order: Order
    plan: SitePlan
    copies: Sequence[PageCopy]
    written_without_ai: bool
    pages: Mapping[str, Page]
    second: SecondLanguage | None = None

    @classmethod
    def of(
        cls,
        files: Mapping[str, bytes],
        release: Release,
        order: Order,
        plan: SitePlan,
        *,
        copies: Sequence[PageCopy],
        written_without_ai: bool,
        second: SecondLanguage | None = None,
    ) -> "ExaminedSite":
        """Parse the pages of `files`."""
        pages = {path: parse_page(path, files[path]) for path in sorted(files) if path.endswith(".html")}
        return cls(files, release, order, plan, copies, written_without_ai, pages, second)

    @cached_property
    def languages(self) -> tuple["ExaminedSite", ...]:
        """The site in each of its languages, the first first: its pages in it, and what they were made of.

        The page for missing addresses is the first language's. `files` are the whole site's.
        """
        second = self.second
        if second is None:
            return (self,)
        brief = self.order.brief.model_copy(update={"translations": None})
        below = {path: page for path, page in self.pages.items() if path.startswith(second.order.folder)}
        others = {path: page for path, page in self.pages.items() if path not in below}
        return (
            replace(
                self,
                order=self.order.model_copy(update={"brief": brief}),
                pages=others,
                second=None,
            ),
            replace(
                self, order=second.order, plan=second.plan, copies=second.copies, pages=below, second=None
            ),
        )

    @property
    def base(self) -> str:
        """The site's absolute address, with a slash at its end."""
        return self.release.base_url.rstrip("/") + "/"

    def path_of(self, page: PageKind) -> str:
        """Return the file that `page` of the plan lies in."""
        return f"{self.order.folder}{page_path(page, self.order.locale)}index.html"

    def path_of_notice(self, notice: Notice) -> str:
        """Return the file that a legal page lies in."""
        return f"{self.order.folder}{notice_path(notice, self.order.locale)}index.html"

    def address(self, path: str) -> str:
        """Return the absolute address of a file; an index page has its directory's."""
        return self.base + (path.removesuffix(HOME) if f"/{path}".endswith(f"/{HOME}") else path)

    def resolve(self, page: str, reference: str) -> str:
        """Return the absolute address that `reference` means on the file `page`.

        A page for missing addresses is shown at any depth, so there only what does not depend on it resolves.
        """
        base = self.address(page) if page != MISSING else f"{self.base}any/depth/"
        return urljoin(base, reference.strip())

    def is_own(self, address: str) -> bool:
        """Tell whether an absolute address lies below the site's."""
        return urldefrag(address).url.startswith(self.base)

    def is_same_host(self, address: str) -> bool:
        """Tell whether an absolute address is of the host that serves the site."""
        return urlsplit(address)[:2] == urlsplit(self.base)[:2]

    def file_at(self, address: str) -> str | None:
        """Return the file that an address of the site is answered with; None where there is none."""
        path = unquote(urlsplit(urldefrag(address).url).path.removeprefix(urlsplit(self.base).path))
        path = f"{path}{HOME}" if not path or path.endswith("/") else path
        return path if path in self.files else None


def concluded(name: str, findings: Iterable[str], measured: str, *, advice: Iterable[str] = ()) -> Check:
    """Return the check `name`: it held when there are no `findings`; `advice` does not make it fail."""
    faults = tuple(dict.fromkeys(findings))
    told = (*faults, *dict.fromkeys(advice))
    left = len(told) - _FINDINGS_TOLD
    more = (f"and {left} more",) if left > 0 else ()
    return Check(name=name, passed=not faults, findings=(*told[:_FINDINGS_TOLD], *more), measured=measured)
