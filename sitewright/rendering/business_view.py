"""What the templates are told of the business: its facts as text and links, its customer's pictures."""

from dataclasses import dataclass
from typing import Literal

from sitewright.rendering.locales.formats import HoursRow

CardWidth = Literal["whole", "half", "third"]


def card_widths(count: int) -> tuple[CardWidth, ...]:
    """Return how wide each of `count` cards is so that every row is full: one, two, or three to a row."""
    if count == 1:
        return ("whole",)
    halves = {0: 0, 1: 4, 2: 2}[count % 3]
    return tuple("half" if place < halves else "third" for place in range(count))


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its label; `current` when it leads to the page that shows it."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class ContactWay:
    """A way to reach the business: `kind` names its icon, `text` is its number or address as written."""

    kind: Literal["phone", "whatsapp", "email"]
    label: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """The lines of an address, and a link to a map of it where there is a street."""

    lines: tuple[str, ...]
    map_href: str


@dataclass(frozen=True, slots=True)
class PhotoSource:
    """The files of a picture in one format: its media type, and a `srcset` of addresses with their widths."""

    type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A picture of the customer's: files in the formats that browsers choose from, best first, and one more.

    `width` and `height` are those of `src` in pixels; `ground` is what a see-through picture needs behind it.
    """

    sources: tuple[PhotoSource, ...]
    src: str
    width: int
    height: int
    alt: str
    ground: Literal["", "light", "dark"] = ""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody of the business; `detail` is the role, or what the brief says about the owner."""

    name: str
    detail: str
    initials: str
    width: CardWidth = "whole"
    photo: PhotoView | None = None


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What a page's script tells by whether it is open.

    `hours` are minutes of the week, from Monday 00:00, at which it closes, opens, closes and so on; `zone` is
    the business's time zone, `locale` (BCP 47) writes times and days, `until` are the words for open.
    """

    hours: str
    zone: str
    locale: str
    until: str


@dataclass(frozen=True, slots=True)
class BusinessView:
    """The business's facts, written for the reader."""

    name: str
    initials: str
    trade: str
    place: str
    founded: str
    ways: tuple[ContactWay, ...]
    address: PostalAddress | None
    hours: tuple[HoursRow, ...]
    open_now: OpenNow | None
    areas: tuple[str, ...]
    areas_listed: str
    team: tuple[PersonView, ...]
    profiles: tuple[Link, ...]
