"""An order as it comes in: its document and its pictures, each checked before anything is placed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sitewright.errors import FieldProblem, InvalidOrder
from sitewright.orders.documents import path_of
from sitewright.orders.models.base import fingerprint
from sitewright.orders.models.brief import Brief
from sitewright.orders.models.order import PlacedOrder
from sitewright.orders.models.picture import pictures_in, with_stored
from sitewright.orders.picture_files import MOST_BYTES
from sitewright.orders.picture_process import CleanPicture, clean_apart

LARGEST_TOGETHER = 100 * 1024 * 1024
"""Bytes of all pictures of an order as they are stored, at most."""


@dataclass(frozen=True)
class Submission:
    """An order with its pictures by the names of their files; `source` names it in errors."""

    order: PlacedOrder
    source: str = ""
    pictures: Mapping[str, CleanPicture] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the order as it was given: its document, and the files of its pictures.

        Fields that were not given do not count, so that a new optional one changes no fingerprint.
        """
        document = self.order.model_dump(mode="json", exclude_defaults=True)
        given = {name: picture.given for name, picture in self.pictures.items()}
        return fingerprint(document, given) if given else fingerprint(document)

    @property
    def brief(self) -> Brief:
        """The brief with what is stored of each picture."""
        return with_stored(self.order.brief, {name: each.stored for name, each in self.pictures.items()})


def submission(order: PlacedOrder, source: str, read: Callable[[str], bytes]) -> Submission:
    """Return `order` with its pictures, each read once by its name and checked. Blocks.

    `read` raises OSError or ValueError with a sentence for a picture that it cannot give. Raises InvalidOrder
    with one problem a picture: its place in the document and a sentence.
    """
    problems: list[FieldProblem] = []
    pictures: dict[str, CleanPicture] = {}
    for place, picture in pictures_in(order):
        if picture.stored is not None:
            problems.append(FieldProblem(path_of((*place, "stored")), "this field is not known"))
        elif picture.file not in pictures:
            try:
                pictures[picture.file] = clean_apart(read(picture.file))
            except OSError as unreadable:
                sentence = unreadable.strerror or "it cannot be read"
                problems.append(FieldProblem(path_of((*place, "file")), sentence))
            except ValueError as refused:
                problems.append(FieldProblem(path_of((*place, "file")), str(refused)))
    if sum(len(picture.content) for picture in pictures.values()) > LARGEST_TOGETHER:
        most = LARGEST_TOGETHER // 1024 // 1024
        problems.append(
            FieldProblem("brief", f"its pictures, as they are stored, are over {most} MiB together")
        )
    if problems:
        raise InvalidOrder(problems, source=source)
    return Submission(order, source, pictures)


def handed_over(pictures: Mapping[str, bytes]) -> Callable[[str], bytes]:
    """Return what reads a picture out of `pictures`, for `submission`."""

    def read(name: str) -> bytes:
        if name not in pictures:
            raise ValueError("no picture of this name was handed over with the order")
        return pictures[name]

    return read


def beside(document: Path) -> Callable[[str], bytes]:
    """Return what reads a picture from the folder of an order's `document` or one in it, for `submission`."""
    folder = document.resolve().parent

    def read(name: str) -> bytes:
        try:
            file = (folder / name).resolve(strict=True)
        except RuntimeError as cause:
            # Python 3.12 says so where a symbolic link leads round to itself.
            raise ValueError("this is a link that leads nowhere") from cause
        if not file.is_relative_to(folder) or not file.is_file():
            raise ValueError("this is no file beside the order's document")
        with file.open("rb") as content:
            # One byte more than is taken tells a file that is too large, however large it is.
            return content.read(MOST_BYTES + 1)

    return read
