"""The brief: what the customer told us. The only source of facts."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from sitewright.orders.models.base import Value
from sitewright.orders.models.business import Business
from sitewright.orders.models.normalise import (
    Colour,
    Prose,
    Sentence,
    Word,
)
from sitewright.orders.models.picture import Picture
from sitewright.orders.models.translations import Translations


class PageKind(StrEnum):
    """The pages that are offered."""

    HOME = "home"
    ABOUT = "about"
    SERVICES = "services"
    FAQ = "faq"
    PRICING = "pricing"
    TESTIMONIALS = "testimonials"
    GALLERY = "gallery"
    CONTACT = "contact"


class Tone(StrEnum):
    """How the words should sound."""

    FRIENDLY = "friendly"
    PROFESSIONAL = "professional"
    BOLD = "bold"
    CALM = "calm"


class Objective(StrEnum):
    """What the site is for."""

    GENERATE_LEADS = "generate_leads"
    INFORM = "inform"
    SELL = "sell"
    BOOK = "book"


class CallToAction(StrEnum):
    """The first way in which a visitor should get in touch; it must be given in `business`."""

    WHATSAPP = "whatsapp"
    CALL = "call"
    EMAIL = "email"


class Price(Value):
    """An amount with its currency, and what it is for (`visit`, `hour`) where that was said."""

    amount: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217, like EUR")]
    unit: Annotated[Word | None, Field(max_length=30)] = None


class Service(Value):
    """Something the business does for its customers."""

    name: Word
    description: Prose | None = None
    price: Price | None = None


class ProcessStep(Value):
    """One step of how the business works, in its own words."""

    title: Word
    description: Sentence | None = None


def _distinct_names(services: tuple[Service, ...]) -> tuple[Service, ...]:
    names = [service.name.casefold() for service in services]
    if len(set(names)) < len(names):
        raise ValueError("every service is named once")
    return services


class Offer(Value):
    """What the business sells, and where."""

    services: Annotated[
        tuple[Service, ...], Field(min_length=1, max_length=60), AfterValidator(_distinct_names)
    ]
    primary_service: Word | None = None
    service_areas: Annotated[tuple[Word, ...], Field(max_length=60)] = ()
    process: Annotated[tuple[ProcessStep, ...], Field(max_length=12)] = ()

    @model_validator(mode="after")
    def _primary_is_offered(self) -> Self:
        if self.primary_service and self.primary_service not in {service.name for service in self.services}:
            raise ValueError("primary_service is not the name of one of the services")
        return self


def _distinct_pages(pages: tuple[PageKind, ...]) -> tuple[PageKind, ...]:
    if len(set(pages)) < len(pages):
        raise ValueError("every page is asked for once")
    return pages


class SiteWishes(Value):
    """What the site should do and how it should sound."""

    objective: Objective = Objective.INFORM
    description: Prose | None = None
    pages: Annotated[tuple[PageKind, ...], Field(min_length=1), AfterValidator(_distinct_pages)]
    tone: Tone = Tone.FRIENDLY
    primary_cta: CallToAction | None = None
    cta_text: Annotated[Word | None, Field(max_length=60)] = None


class Colours(Value):
    """The brand's colours."""

    primary: Colour | None = None
    accent: Colour | None = None


class Design(Value):
    """Wishes about the look."""

    theme: Annotated[
        str | None,
        Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="a theme's name; unset: by niche and tone"),
    ] = None
    colors: Colours = Colours()
    notes: Prose | None = None
    logo: Picture | None = None
    photos: Annotated[
        tuple[Picture, ...], Field(max_length=12, description="the first is the one that opens the site")
    ] = ()


class Testimonial(Value):
    """What a customer of the business said, in their words."""

    name: Word
    text: Sentence
    role: Word | None = None


class Work(Value):
    """A piece of work to show in the gallery."""

    title: Word
    description: Sentence | None = None
    photo: Picture | None = None


class Proof(Value):
    """What others said, and what was made."""

    testimonials: Annotated[tuple[Testimonial, ...], Field(max_length=40)] = ()
    gallery: Annotated[tuple[Work, ...], Field(max_length=60)] = ()


class Seo(Value):
    """What people search for when they need this business."""

    keywords: Annotated[tuple[Word, ...], Field(max_length=40)] = ()


class Brief(Value):
    """What the customer told us: validated, normalised, frozen."""

    business: Business
    offer: Offer
    site: SiteWishes
    design: Design = Design()
    proof: Proof = Proof()
    seo: Seo = Seo()
    translations: Translations | None = None

    @model_validator(mode="after")
    def _call_to_action_possible(self) -> Self:
        ways = {
            CallToAction.WHATSAPP: self.business.whatsapp,
            CallToAction.CALL: self.business.phone,
            CallToAction.EMAIL: self.business.email,
        }
        if self.site.primary_cta and not ways[self.site.primary_cta]:
            raise ValueError(f"site.primary_cta is '{self.site.primary_cta}', which business does not give")
        return self

    @field_validator("translations", mode="after")
    @classmethod
    def _fitting(cls, words: Translations | None, info: ValidationInfo) -> Translations | None:
        others = cls.model_fields.keys() - {"translations"}
        if words and others <= info.data.keys():
            cls.model_construct(**info.data, translations=words).translated()
        return words

    def translated(self) -> "Brief":
        """Return the brief in the second language: the customer's words for it, else those of the first.

        Raises ValueError where `translations` do not fit the brief.
        """
        if self.translations is None:
            return self
        said = self.translations.laid_over(self.model_dump(mode="json"))
        try:
            return Brief.model_validate(said)
        except ValidationError as cause:
            # The cause would show the customer's text wherever the error is logged.
            (first, *_) = cause.errors(include_url=False, include_input=False)
            place, problem = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
            raise ValueError(f"{place} as translated: {problem}") from None
