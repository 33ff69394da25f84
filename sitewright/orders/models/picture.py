"""Pictures: what a brief says of one, and what is known of it once it is stored."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from sitewright.orders.models.base import Value
from sitewright.orders.models.normalise import Sentence

LONGEST_SIDE = 2560
"""Pixels of the longer side of a stored picture, at most."""

_LONGEST_NAME = 200
_UNFIT = re.compile(r"[\\\x00-\x1f\x7f]")

Place = tuple[str | int, ...]
"""Where a value lies in a document: keys and indexes, outermost first."""

_AnyValue = TypeVar("_AnyValue")


def _beside_the_document(name: str) -> str:
    if len(name) > _LONGEST_NAME or not name:
        raise ValueError(f"a picture's file has a name of 1 to {_LONGEST_NAME} characters")
    if _UNFIT.search(name) or any(part in {"", ".", ".."} for part in name.split("/")):
        raise ValueError(
            "a picture's file lies beside the order's document or in a folder there: photos/front.jpg"
        )
    return name


PictureName = Annotated[
    str,
    AfterValidator(_beside_the_document),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": _LONGEST_NAME,
            "pattern": r"^(?!/)(?!(.*/)?\.{0,2}(/|$))[^\\\u0000-\u001f\u007f]+$",
            "description": "path of a JPEG, PNG, WebP or AVIF file, relative to the order's document",
        }
    ),
]
"""A relative path with `/` between folders, never out of the document's own folder."""


class StoredPicture(Value):
    """What is stored of a picture: the SHA-256 of its bytes (64 hex digits), its size in pixels."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    width: Annotated[int, Field(ge=1, le=LONGEST_SIDE)]
    height: Annotated[int, Field(ge=1, le=LONGEST_SIDE)]


class Picture(Value):
    """A picture of the customer's: the file it came in, what it shows, and what is stored of it.

    An order's document gives `file` and `alt`; `stored` is filled in when the order is placed, and the frozen
    brief of a placed order always has it.
    """

    file: PictureName
    alt: Annotated[
        Sentence | None, Field(description="what the picture shows, for those who do not see it")
    ] = None
    stored: SkipJsonSchema[StoredPicture | None] = None


def pictures_in(value: Any, place: Place = ()) -> Iterator[tuple[Place, Picture]]:
    """Yield every picture in a value, with where it lies below `place`."""
    if isinstance(value, Picture):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from pictures_in(getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from pictures_in(item, (*place, index))


def with_stored(value: _AnyValue, stored: Mapping[str, StoredPicture]) -> _AnyValue:
    """Return `value` with `stored` filled in for each of its pictures, by the name of its file."""
    return _with_stored(value, stored)  # type: ignore[no-any-return]


def _with_stored(value: Any, stored: Mapping[str, StoredPicture]) -> Any:
    if isinstance(value, Picture):
        return value.model_copy(update={"stored": stored[value.file]})
    if isinstance(value, BaseModel):
        names = type(value).model_fields
        return value.model_copy(update={name: _with_stored(getattr(value, name), stored) for name in names})
    if isinstance(value, tuple):
        return tuple(_with_stored(item, stored) for item in value)
    return value
