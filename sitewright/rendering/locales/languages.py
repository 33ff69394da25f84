"""A site's languages: where a page lies in each of them, and which texts of the brief stay in the first."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from babel import Locale

from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.picture import pictures_in
from sitewright.rendering.context import LanguageLink
from sitewright.rendering.locales.formats import Formats
from sitewright.rendering.locales.interface import page_path
from sitewright.rendering.locales.legal import Notice, notice_path


def language_name(locale: str) -> str:
    """Return what the language of a BCP 47 `locale` calls itself, as a label: `Português`."""
    own = Locale.parse(locale, sep="-")
    name = own.get_language_name(own) or locale
    return name[:1].upper() + name[1:]


def path_of(page: PageKind | Notice, order: Order) -> str:
    """Return where `page` lies below the site, in the language of `order`: `en/contact/`."""
    own = notice_path(page, order.locale) if isinstance(page, Notice) else page_path(page, order.locale)
    return order.folder + own


def language_links(
    page: PageKind | Notice, orders: Sequence[Order], shown: Order, base_url: str
) -> tuple[LanguageLink, ...]:
    """Return `page` in each language of a site, the first first.

    `orders` is the order in each of them, and `shown` that of the page which has the links.
    """
    root = urlsplit(base_url).path
    links = []
    for order in orders:
        address = order.brief.business.address
        formats = Formats.of(order.locale, address.country if address else None)
        below = path_of(page, order)
        links.append(
            LanguageLink(
                locale=order.locale,
                direction=formats.direction,
                name=language_name(order.locale),
                href=f"{root}/{below}",
                url=f"{base_url}/{below}",
                open_graph_locale=f"{formats.locale.language}_{formats.country}",
                current=order is shown,
            )
        )
    return tuple(links)


def untranslated(first: Brief, second: Brief) -> frozenset[str]:
    """Return the texts that the brief in its second language says in the words of the first."""
    given = frozenset(first.translations.texts()) if first.translations else frozenset()
    return frozenset(_worded(first)) & frozenset(_worded(second)) - given


def _worded(brief: Brief) -> Iterator[str]:
    business, offer, proof = brief.business, brief.offer, brief.proof
    texts = [
        business.custom_niche,
        business.owner and business.owner.about,
        brief.site.cta_text,
        *(member.role for member in business.team),
        *(text for each in offer.services for text in (each.name, each.description)),
        *(text for each in offer.process for text in (each.title, each.description)),
        *(text for each in proof.testimonials for text in (each.text, each.role)),
        *(text for each in proof.gallery for text in (each.title, each.description)),
        *(picture.alt for _, picture in pictures_in(brief)),
    ]
    yield from (text for text in texts if text)
