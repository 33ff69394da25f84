"""The order: one customer's paid request for one website."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Brief
from sitewright.orders.models.normalise import Email, Phone, Word

LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "ar")
"""The languages that sites are written in."""


def _locale(tag: str) -> str:
    try:
        locale = BabelLocale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError) as cause:
        raise ValueError("a locale is a language tag like en-US, pt-BR or es (BCP 47)") from cause
    if locale.language not in LANGUAGES:
        raise ValueError(
            f"sites are written in {', '.join(LANGUAGES)}; this order asks for {locale.language}"
        )
    return "-".join(part for part in (locale.language, locale.territory) if part)


LocaleTag = Annotated[str, StringConstraints(max_length=20), AfterValidator(_locale)]
"""A BCP 47 tag of language and, where given, country: `pt-BR`, `es`."""


def language_of(locale: str) -> str:
    """Return the language of a BCP 47 tag: `pt` of `pt-BR`."""
    return locale.partition("-")[0]


class Customer(Value):
    """Who paid. Never shown on the site."""

    name: Word
    email: Email
    phone: Phone | None = None


class Product(Value):
    """What was bought."""

    name: Word = "site"
    pages: Annotated[int, Field(ge=1, le=20)] = 5
    revisions_included: Annotated[int, Field(ge=0, le=50)] = 0
    delivery_days: Annotated[int, Field(ge=1, le=365)] = 5
    addons: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    approval: bool = False


class PlacedOrder(Value):
    """The JSON document that a CRM hands over: one order, as it was bought."""

    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    customer: Customer
    product: Product = Product()
    locale: LocaleTag
    second_locale: Annotated[
        LocaleTag | None, Field(description="the site is there in this language too, below /<language>/")
    ] = None
    brief: Brief

    @field_validator("second_locale", mode="after")
    @classmethod
    def _another_language(cls, second: str | None, info: ValidationInfo) -> str | None:
        first = info.data.get("locale")
        if second and first and language_of(second) == language_of(first):
            raise ValueError(f"the site is in {first} already; its second language is another one")
        return second

    @field_validator("brief", mode="after")
    @classmethod
    def _translated_into_something(cls, brief: Brief, info: ValidationInfo) -> Brief:
        if brief.translations and "second_locale" in info.data and not info.data["second_locale"]:
            raise ValueError("translations are given, and no second_locale that they are in")
        return brief

    @property
    def locales(self) -> tuple[str, ...]:
        """What the site is written in: one language or two, the first first."""
        return (self.locale, self.second_locale) if self.second_locale else (self.locale,)

    @model_validator(mode="after")
    def _pages_bought(self) -> Self:
        asked = len(self.brief.site.pages)
        if asked > self.product.pages:
            raise ValueError(f"brief.site.pages asks for {asked} pages, the product has {self.product.pages}")
        return self


class OrderState(StrEnum):
    """The states of an order; every order is in exactly one."""

    PLACED = "placed"
    BUILDING = "building"
    REVIEW = "review"
    PUBLISHED = "published"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PLACED: frozenset(
        {OrderState.BUILDING, OrderState.BLOCKED, OrderState.FAILED, OrderState.CANCELLED}
    ),
    OrderState.BUILDING: frozenset(
        {
            OrderState.REVIEW,
            OrderState.PUBLISHED,
            OrderState.BLOCKED,
            OrderState.FAILED,
            OrderState.CANCELLED,
        }
    ),
    OrderState.REVIEW: frozenset({OrderState.BUILDING, OrderState.FAILED, OrderState.CANCELLED}),
    OrderState.BLOCKED: frozenset({OrderState.BUILDING, OrderState.FAILED, OrderState.CANCELLED}),
    OrderState.FAILED: frozenset({OrderState.BUILDING, OrderState.BLOCKED, OrderState.CANCELLED}),
    OrderState.PUBLISHED: frozenset({OrderState.BUILDING}),
    OrderState.CANCELLED: frozenset(),
}
"""From each state, the states that may follow. The database refuses any other (migrations)."""


class Lease(Value):
    """The right of one run to write to one order.

    `token` is the fencing token: it grows with every lease of the order, and whoever holds a smaller one
    than the order's can no longer write.
    """

    token: int
    flow_run_id: str


class Order(Value):
    """An order while a run works on it: the frozen brief of one revision and the run's lease.

    An order of two languages is there twice: as it is, and `in_second_language`, where `second` is True. Each
    is planned, written and rendered like any other.
    """

    id: int
    reference: str
    revision: Annotated[int, Field(ge=1)]
    locale: LocaleTag
    second_locale: LocaleTag | None = None
    second: bool = False
    slug: str
    product: Product
    brief: Brief
    placed_at: datetime
    due_at: datetime
    lease: Lease

    @property
    def language(self) -> str:
        """The ISO 639-1 code of the order's language: `en`, `pt` or `es`."""
        return language_of(self.locale)

    @property
    def folder(self) -> str:
        """What the addresses of its pages begin with: nothing, or in a second language `en/`."""
        return f"{self.language}/" if self.second else ""

    @property
    def plan_step(self) -> str:
        """The name of the step that plans it: `plan`, or in a second language `plan:en`."""
        return f"plan:{self.language}" if self.second else "plan"

    @property
    def page_step(self) -> str:
        """What the names of the steps that write its pages begin with: `page:`, or `page:en/`."""
        return f"page:{self.folder}"

    def in_second_language(self) -> "Order | None":
        """Return the order in its second language, in the customer's words for it; None where it has one."""
        if self.second_locale is None:
            return None
        other = {"locale": self.second_locale, "second_locale": None, "second": True}
        return self.model_copy(update=other | {"brief": self.brief.translated()})
