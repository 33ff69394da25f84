"""The order data as the copywriter receives it, found in the first user message of a request.

The contract is drawn up in `sitewright/copywriting/order_data.py`. This is the other side of the wire, so it
reads only what it uses, passes over what it does not know, and does without what is missing.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sitewright.errors import InputError
from sitewright.orders.models.normalise import visible_text

OPENING, CLOSING = "<order-data>", "</order-data>"


class OrderDataUnreadable(InputError):
    """The order data between its two marks cannot be read."""


def _cleaned(value: object) -> object:
    return visible_text(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_cleaned)]
"""Text without control, bidi and zero-width characters, whoever sent it."""


class _Received(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Address(_Received):
    """Where the business is."""

    city: Text = ""


class Person(_Received):
    """The owner: a name and, where given, a sentence in the customer's words."""

    name: Text = ""
    about: Text = ""


class Business(_Received):
    """Who the words are for."""

    name: Text = ""
    niche: Text = "other"
    custom_niche: Text = ""
    address: Address = Address()
    founded: int | None = None
    owner: Person = Person()


class Offer(_Received):
    """What stands out of the services, and where they are to be had."""

    primary_service: Text = ""
    service_areas: tuple[Text, ...] = ()


class Wishes(_Received):
    """How the words should sound and what they should bring about."""

    objective: Text = "inform"
    tone: Text = "friendly"
    primary_cta: Text = ""


class Brief(_Received):
    """What is used of the brief."""

    business: Business = Business()
    offer: Offer = Offer()
    site: Wishes = Wishes()


class Service(_Received):
    """A service under the id that the answer must use for it."""

    id: str
    name: Text
    description: Text = ""


class PageSections(_Received):
    """The sections that a page must have and may have."""

    required: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


class PlannedPage(_Received):
    """The page to write: its kind and its sections in order."""

    kind: str = "home"
    sections: tuple[str, ...] = ()


class OrderData(_Received):
    """One task: a plan of a site, or the words of one page."""

    task: Literal["plan", "page"]
    reference: Text = ""
    locale: str = "en"
    language: str = "en"
    brief: Brief = Brief()
    services: tuple[Service, ...] = ()
    pages: dict[str, PageSections] = Field(default_factory=dict)
    page: PlannedPage = PlannedPage()
    faq_topics: tuple[str, ...] = ()


def received(text: str) -> OrderData | None:
    """Return the order data at the end of the message `text`; None where there is none.

    Raises OrderDataUnreadable when the marks are there and what stands between them cannot be read.
    """
    lines = text.rstrip().split("\n")
    if OPENING not in lines or CLOSING not in lines:
        return None
    start = lines.index(OPENING)
    end = len(lines) - 1 - lines[::-1].index(CLOSING)
    try:
        document: Any = json.loads("\n".join(lines[start + 1 : end]))
        return OrderData.model_validate(_without_nulls(document))
    except ValidationError as cause:
        fields = "; ".join(
            f"{'.'.join(map(str, error['loc']))}: {error['msg']}"
            for error in cause.errors(include_input=False, include_url=False)
        )
        raise OrderDataUnreadable(f"The order data cannot be used: {fields}") from cause
    except (ValueError, RecursionError) as cause:
        raise OrderDataUnreadable("The order data is not one JSON document.") from cause


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
