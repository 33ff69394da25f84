"""One language of a site: its pages, each of which names itself in the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sitewright.errors import RenderingError
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import PageCopy, PlannedPage, SitePlan, buildable_pages
from sitewright.rendering.business_facts import business_view, main_action, second_action
from sitewright.rendering.business_view import Link
from sitewright.rendering.context import MissingView, PageView, SiteView
from sitewright.rendering.design.palette import Palette, scheme_properties
from sitewright.rendering.design.theme import Theme
from sitewright.rendering.document import complete_document
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.locales.languages import language_links, path_of, untranslated
from sitewright.rendering.locales.legal import Notice, notice_view, notice_words
from sitewright.rendering.machines.llms import ListedPage, llms_text
from sitewright.rendering.machines.structured_data import page_data, script_json
from sitewright.rendering.open_now import open_now_script
from sitewright.rendering.pictures.artwork import Artwork, SharedImage
from sitewright.rendering.pictures.icons import ICON, MANIFEST, OLD_ICON, TOUCH_ICON
from sitewright.rendering.pictures.photos import OPENING, PHOTO, Album
from sitewright.rendering.sections import section_rows


@dataclass(frozen=True, slots=True)
class Frame:
    """What all languages of a site share; `orders` is the order in each of them, the first first."""

    orders: tuple[Order, ...]
    base_url: str
    theme: Theme
    palette: Palette
    album: Album


@dataclass(frozen=True, slots=True)
class LanguageSite:
    """The site in one of its languages, the only one or one of two."""

    frame: Frame
    order: Order
    planned: Mapping[PageKind, PlannedPage]
    words: Mapping[PageKind, PageCopy]
    formats: Formats
    view: SiteView
    artwork: Artwork
    images: Mapping[PageKind, SharedImage]

    @classmethod
    def of(cls, frame: Frame, order: Order, plan: SitePlan, copies: tuple[PageCopy, ...]) -> "LanguageSite":
        """Return the site of `frame` in the language of `order`, which is one of its orders."""
        address = order.brief.business.address
        formats = Formats.of(order.locale, address.country if address else None)
        artwork = Artwork.of(order, frame.theme, frame.palette, formats.direction)
        images = artwork.social_images(order, formats, {page.page: page.title for page in plan.pages})
        without_ai = not all(copy.author.ai for copy in copies)
        return cls(
            frame=frame,
            order=order,
            planned={page.page: page for page in formats.typeset_all(plan).pages},
            words={copy.page: formats.typeset_all(copy) for copy in copies},
            formats=formats,
            view=_site_view(frame, order, formats, images, artwork, without_ai=without_ai),
            artwork=artwork,
            images=images,
        )

    def files(self) -> dict[str, bytes]:
        """Return the pages, their images and faces, and the summary for assistants, by paths below the site.

        Raises RenderingError when a page that the order can have is not planned or has no words.
        """
        order = self.order
        files = {
            f"{path_of(page, order)}index.html": self.page(page) for page in buildable_pages(order.brief)
        }
        files |= {f"{path_of(notice, order)}index.html": self.notice(notice) for notice in Notice}
        summary = llms_text(self.view, order.brief, self.formats, self.listed_pages())
        images = {image.path: image.content for image in self.images.values()}
        faces = {face.path: face.content for face in self.frame.theme.faces(order.language)}
        return files | {f"{order.folder}llms.txt": summary} | images | faces

    def listed_pages(self) -> tuple[ListedPage, ...]:
        """Return what machines are told of: the pages, then the legal notices."""
        labels, planned = self.formats.words.pages, self.planned
        titles = [(notice, notice_words(self.order.locale).of(notice)) for notice in Notice]
        return (
            *(
                ListedPage(labels[page], self.url(page), planned[page].description)
                for page in buildable_pages(self.order.brief)
            ),
            *(ListedPage(told.title, self.url(notice), told.lead) for notice, told in titles),
        )

    def alternates(self) -> dict[str, dict[str, str]]:
        """Return, by the absolute address of each page, its addresses by language and by default."""
        pages = (*buildable_pages(self.order.brief), *Notice)
        links = {self.url(page): self.view_of(page).languages for page in pages}
        return {
            url: {**{link.locale: link.url for link in each}, "x-default": each[0].url}
            for url, each in links.items()
        }

    def url(self, page: PageKind | Notice) -> str:
        """Return the absolute address of `page`."""
        return f"{self.frame.base_url}/{path_of(page, self.order)}"

    def view_of(self, page: PageKind | Notice) -> SiteView:
        """Return what the site shows on `page`: that it is here, and where it is in each language."""
        frame, path = self.frame, urlsplit(self.url(page)).path
        return replace(
            self.view,
            languages=language_links(page, frame.orders, self.order, frame.base_url),
            navigation=tuple(replace(link, current=link.href == path) for link in self.view.navigation),
            notices=tuple(replace(link, current=link.href == path) for link in self.view.notices),
        )

    def page(self, page: PageKind) -> bytes:
        """Return the page that shows the plan's `page`."""
        if page not in self.planned or page not in self.words:
            raise RenderingError(f"Page '{page}' is asked for, but the plan or the copy does not have it.")
        links = dict(zip(buildable_pages(self.order.brief), self.view.navigation, strict=True))
        view = PageView(
            title=self.planned[page].title,
            description=self.planned[page].description,
            url=self.url(page),
            is_home=page is PageKind.HOME,
            social_image=self.images[page].view(self.frame.base_url),
            second_action=second_action(self.order.brief, self.formats, links, page),
            rows=section_rows(
                self.order,
                self.words[page],
                self.formats,
                self.frame.album,
                self.artwork.ornament,
                services_href=links[PageKind.SERVICES].href if PageKind.SERVICES in links else "",
            ),
        )
        template = self.frame.theme.render_template("page.html", self.view_of(page), view)
        data = page_data(self.order.brief, self.view, view, label=links[page].label, kind=page)
        return self.document(template, data=script_json(data))

    def notice(self, notice: Notice) -> bytes:
        """Return the page of a legal notice."""
        said = notice_view(notice, self.order, self.view.business, self.formats)
        view = PageView(
            title=f"{said.heading} · {self.view.business.name}",
            description=said.lead,
            url=self.url(notice),
            is_home=False,
            second_action=Link(self.formats.words.back_home, self.view.home),
            notice=said,
        )
        template = self.frame.theme.render_template("legal.html", self.view_of(notice), view)
        data = page_data(self.order.brief, self.view, view, label=said.heading)
        return self.document(template, data=script_json(data))

    def missing_page(self, other: "LanguageSite | None") -> bytes:
        """Return the page for addresses where there is none; it says so in the `other` language too."""
        words = self.formats.words
        view = PageView(
            title=words.not_found_title,
            description=words.not_found_lead,
            url="",
            is_home=False,
            second_action=Link(words.back_home, self.view.home),
            missing=other.missing() if other else None,
        )
        template = self.frame.theme.render_template("missing.html", self.view, view)
        return self.document(template, data="")

    def missing(self) -> MissingView:
        """Return what is said in this language where there is no page."""
        words = self.formats.words
        return MissingView(
            locale=self.order.locale,
            direction=self.formats.direction,
            title=words.not_found_title,
            lead=words.not_found_lead,
            back=Link(words.back_home, self.view.home),
        )

    def document(self, template: str, *, data: str) -> bytes:
        """Return the rendered `template` with its style, its data and its script."""
        theme, root = self.frame.theme, urlsplit(self.frame.base_url).path
        style = (
            scheme_properties(self.frame.palette)
            + "".join(face.rule(root) for face in theme.faces(self.order.language))
            + theme.style_on(template, tone=self.order.brief.site.tone, language=self.order.language)
        )
        script = open_now_script() if "data-hours" in template else ""
        return complete_document(template, style=style, data=data, script=script)


def _site_view(
    frame: Frame,
    order: Order,
    formats: Formats,
    images: Mapping[PageKind, SharedImage],
    artwork: Artwork,
    *,
    without_ai: bool,
) -> SiteView:
    brief, words, album = order.brief, formats.words, frame.album
    root = urlsplit(frame.base_url).path
    return SiteView(
        locale=order.locale,
        direction=formats.direction,
        open_graph_locale=f"{formats.locale.language}_{formats.country}",
        generator="Sitewright; words composed without AI" if without_ai else "Sitewright",
        words=words,
        languages=language_links(PageKind.HOME, frame.orders, order, frame.base_url),
        untranslated=untranslated(frame.orders[0].brief, brief) if order.second else frozenset(),
        business=business_view(order, formats, album),
        navigation=tuple(
            Link(words.pages[page], f"{root}/{path_of(page, order)}") for page in buildable_pages(brief)
        ),
        notices=tuple(
            Link(notice_words(order.locale).of(notice).title, f"{root}/{path_of(notice, order)}")
            for notice in Notice
        ),
        home=f"{root}/{order.folder}",
        icon=f"{root}/{ICON}",
        old_icon=f"{root}/{OLD_ICON}",
        touch_icon=f"{root}/{TOUCH_ICON}",
        manifest=f"{root}/{MANIFEST}",
        faces=tuple(f"{root}/{face.path}" for face in frame.theme.faces(order.language)),
        action=main_action(brief, formats),
        tone=brief.site.tone,
        light_paper=frame.palette.light.paper,
        dark_paper=frame.palette.dark.paper,
        social_image=images[PageKind.HOME].view(frame.base_url),
        written_without_ai=without_ai,
        ornament=artwork.ornament,
        monogram=artwork.monogram,
        glyph=artwork.glyph,
        logo=album.logo(brief.design.logo),
        hero_photo=next((album.photo(first, OPENING) for first in brief.design.photos[:1]), None),
        photos=tuple(photo for each in brief.design.photos[1:] if (photo := album.photo(each, PHOTO))),
    )
