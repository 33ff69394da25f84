"""The customer's own words in the second language of their site, never the AI's: facts stay the customer's.

`Translations` has the brief's own shape, less all that is the same in every language (names, numbers,
addresses, places). What it leaves out stays in the words of the first language.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from sitewright.orders.models.base import Value
from sitewright.orders.models.normalise import Prose, Sentence, Word


class PictureWords(Value):
    """What a picture shows."""

    alt: Sentence | None = None


class PersonWords(Value):
    """What is said of the owner."""

    about: Sentence | None = None
    photo: PictureWords | None = None


class RoleWords(Value):
    """What somebody of the team does."""

    role: Word | None = None
    photo: PictureWords | None = None


class BusinessWords(Value):
    """The trade in the customer's words, and the people."""

    custom_niche: Word | None = None
    owner: PersonWords | None = None
    team: Annotated[tuple[RoleWords, ...], Field(max_length=40)] = ()


class PriceWords(Value):
    """What a price is for (`visit`, `hour`)."""

    unit: Annotated[Word | None, Field(max_length=30)] = None


class ServiceWords(Value):
    """A service."""

    name: Word | None = None
    description: Prose | None = None
    price: PriceWords | None = None


class ProcessStepWords(Value):
    """One step of how the business works."""

    title: Word | None = None
    description: Sentence | None = None


class WorkWords(Value):
    """A piece of work."""

    title: Word | None = None
    description: Sentence | None = None
    photo: PictureWords | None = None


class OfferWords(Value):
    """What the business sells. `primary_service` follows its service."""

    services: Annotated[tuple[ServiceWords, ...], Field(max_length=60)] = ()
    process: Annotated[tuple[ProcessStepWords, ...], Field(max_length=12)] = ()


class SiteWords(Value):
    """What the site is to say, and what its button says."""

    description: Prose | None = None
    cta_text: Annotated[Word | None, Field(max_length=60)] = None


class DesignWords(Value):
    """What the pictures of the business show."""

    logo: PictureWords | None = None
    photos: Annotated[tuple[PictureWords, ...], Field(max_length=12)] = ()


class TestimonialWords(Value):
    """What a customer of the business said, as the business translates it."""

    text: Sentence | None = None
    role: Word | None = None


class ProofWords(Value):
    """What others said, and what was made."""

    testimonials: Annotated[tuple[TestimonialWords, ...], Field(max_length=40)] = ()
    gallery: Annotated[tuple[WorkWords, ...], Field(max_length=60)] = ()


class SeoWords(Value):
    """What people search for in that language; not word for word what they search for in the first."""

    keywords: Annotated[tuple[Word, ...], Field(max_length=40)] = ()


class Translations(Value):
    """The words of a brief in its order's second language.

    A list has an item for each of the brief's, in the brief's order; `{}` leaves one as it is.
    """

    business: BusinessWords = BusinessWords()
    offer: OfferWords = OfferWords()
    site: SiteWords = SiteWords()
    design: DesignWords = DesignWords()
    proof: ProofWords = ProofWords()
    seo: SeoWords = SeoWords()

    def laid_over(self, brief: Mapping[str, Any]) -> dict[str, Any]:
        """Return `brief`, as JSON values, in these words and without translations.

        Raises ValueError with a sentence where something is translated that the brief does not have.
        """
        plain = {name: value for name, value in brief.items() if name != "translations"}
        said: dict[str, Any] = _laid_over(plain, self.model_dump(mode="json", exclude_none=True), "")
        offer, before = said["offer"], brief["offer"]["services"]
        for service, named in zip(offer["services"], before, strict=True):
            if named["name"] == brief["offer"]["primary_service"]:
                offer["primary_service"] = service["name"]
        return said

    def texts(self) -> Iterator[str]:
        """Yield every text that is given here."""
        yield from _texts(self.model_dump(mode="json"))


def _laid_over(told: Any, words: Any, path: str) -> Any:
    if isinstance(words, dict):
        if told is None:
            raise ValueError(f"the brief has no {path} to translate")
        changed = {
            name: _laid_over(told[name], inner, f"{path}.{name}" if path else name)
            for name, inner in words.items()
        }
        return {**told, **changed}
    if isinstance(words, list):
        if not words or isinstance(words[0], str):
            return words or told
        if len(words) != len(told):
            raise ValueError(f"{path} is a list of {len(told)}, and {len(words)} are translated")
        pairs = enumerate(zip(told, words, strict=True))
        return [_laid_over(each, inner, f"{path}[{index}]") for index, (each, inner) in pairs]
    return words


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
