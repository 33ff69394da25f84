"""The business that a brief describes: trade, address, hours, people, registration."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from sitewright.orders.models.base import Value
from sitewright.orders.models.normalise import (
    ClockTime,
    Email,
    Phone,
    Sentence,
    TimeZone,
    WebAddress,
    Word,
)
from sitewright.orders.models.picture import Picture


class Niche(StrEnum):
    """The trades that Sitewright has words for; `other` takes its name from `custom_niche`."""

    ACCOUNTING = "accounting"
    AUTO_REPAIR = "auto_repair"
    BAKERY = "bakery"
    CLEANING = "cleaning"
    CONSTRUCTION = "construction"
    DENTIST = "dentist"
    ELECTRICIAN = "electrician"
    FITNESS = "fitness"
    HAIR_SALON = "hair_salon"
    LANDSCAPING = "landscaping"
    LAW_FIRM = "law_firm"
    MEDICAL = "medical"
    OTHER = "other"
    PET_CARE = "pet_care"
    PHOTOGRAPHY = "photography"
    PLUMBING = "plumbing"
    REAL_ESTATE = "real_estate"
    RESTAURANT = "restaurant"
    RETAIL = "retail"
    TUTORING = "tutoring"


class Weekday(StrEnum):
    """Days of the week by their first two English letters, Monday first (ISO 8601)."""

    MO = "mo"
    TU = "tu"
    WE = "we"
    TH = "th"
    FR = "fr"
    SA = "sa"
    SU = "su"


class Address(Value):
    """A postal address; the street may be left out by businesses that visit their customers."""

    street: Word | None = None
    city: Word
    region: Word | None = None
    postal_code: Annotated[Word | None, Field(max_length=20)] = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2, like BR")]


class OpeningHours(Value):
    """Days that share one opening and one closing time; closing at or before opening is the next day."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    opens: ClockTime
    closes: ClockTime


class Person(Value):
    """The owner, or whoever speaks for the business."""

    name: Word
    about: Sentence | None = None
    photo: Picture | None = None


class TeamMember(Value):
    """Somebody of the team, with what they do."""

    name: Word
    role: Word | None = None
    photo: Picture | None = None


class Social(Value):
    """Profiles elsewhere, as full addresses."""

    facebook: WebAddress | None = None
    instagram: WebAddress | None = None
    linkedin: WebAddress | None = None
    tiktok: WebAddress | None = None
    youtube: WebAddress | None = None


class Legal(Value):
    """What the law of some countries wants said of who stands behind a site; all as registered."""

    name: Annotated[Word | None, Field(description="the registered name, where it differs")] = None
    responsible: Annotated[Word | None, Field(description="who answers for the content")] = None
    register_entry: Annotated[Word | None, Field(description="court or register, and number")] = None
    tax_id: Annotated[Word | None, Field(description="VAT number, CNPJ, NIF, P.IVA")] = None
    authority: Annotated[Word | None, Field(description="who licenses or supervises the trade")] = None


class Business(Value):
    """Who the site is for, and how to reach them."""

    name: Word
    niche: Niche
    custom_niche: Word | None = None
    email: Email | None = None
    phone: Phone | None = None
    whatsapp: Phone | None = None
    address: Address | None = None
    hours: Annotated[tuple[OpeningHours, ...], Field(max_length=14)] = ()
    founded: Annotated[int | None, Field(ge=1000, le=2100, description="year")] = None
    owner: Person | None = None
    team: Annotated[tuple[TeamMember, ...], Field(max_length=40)] = ()
    social: Social = Social()
    time_zone: Annotated[TimeZone | None, Field(description="IANA name, like America/Recife")] = None
    legal: Legal = Legal()

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.email or self.phone or self.whatsapp):
            raise ValueError("one way to be contacted is needed: email, phone or whatsapp")
        return self

    @model_validator(mode="after")
    def _niche_named(self) -> Self:
        if self.niche is Niche.OTHER and not self.custom_niche:
            raise ValueError("niche 'other' needs custom_niche, the trade in the customer's words")
        return self
