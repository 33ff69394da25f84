"""What the law of a business's country wants of its site (`legal_rules.toml`), and what a brief lacks."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Brief
from sitewright.orders.models.business import Business, Niche
from sitewright.orders.models.order import Order

_RULES = Path(__file__).with_suffix(".toml")
_JOINTS = re.compile(r"[\s./-]")

Rights = Literal["gdpr", "lgpd", "us", "general"]


class Asked(StrEnum):
    """What an imprint is asked for."""

    NAME = "name"
    STREET = "street"
    EMAIL = "email"
    RESPONSIBLE = "responsible"
    REGISTER = "register"
    TAX_ID = "tax_id"
    AUTHORITY = "authority"


class LegalRules(Value):
    """The rules of one country; the fields are told in `legal_rules.toml`."""

    imprint: str = ""
    asks: tuple[Asked, ...] = ()
    licensed: frozenset[Niche] = frozenset()
    privacy: str = ""
    rights: Rights = "general"
    supervisor: str = ""
    tax_ids: Mapping[str, str] = {}

    def tax_label(self, number: str) -> str:
        """Return what the country calls a number of this form; empty where that cannot be told."""
        plain = _JOINTS.sub("", number)
        return next((label for form, label in self.tax_ids.items() if re.fullmatch(form, plain)), "")


@cache
def _rules() -> Mapping[str, LegalRules]:
    countries = tomllib.loads(_RULES.read_text("utf-8"))
    return {country: LegalRules.model_validate(rules) for country, rules in countries.items()}


def business_country(order: Order) -> str:
    """Return the ISO 3166-1 code of where the business is: of its address, else of the locale; or nothing.

    A second language is for readers elsewhere: its locale tells nothing.
    """
    address = order.brief.business.address
    if address:
        return address.country
    return "" if order.second else order.locale.partition("-")[2]


def rules_of(country: str) -> LegalRules:
    """Return the rules of a country by its ISO 3166-1 code; of one that is not listed, the general ones."""
    return _rules().get(country, LegalRules())


_GIVEN: Mapping[Asked, tuple[str, Callable[[Business], object]]] = {
    Asked.NAME: (
        "the full name of the person or company (business.legal.name or business.owner)",
        lambda business: business.legal.name or business.owner,
    ),
    Asked.STREET: (
        "a postal address with its street (business.address.street)",
        lambda business: business.address and business.address.street,
    ),
    Asked.EMAIL: ("an e-mail address (business.email)", lambda business: business.email),
    Asked.RESPONSIBLE: (
        "who answers for the content (business.legal.responsible)",
        lambda business: business.legal.responsible or business.owner,
    ),
    Asked.REGISTER: (
        "the register entry, if there is one (business.legal.register_entry)",
        lambda business: business.legal.register_entry,
    ),
    Asked.TAX_ID: (
        "the VAT or tax number, if there is one (business.legal.tax_id)",
        lambda business: business.legal.tax_id,
    ),
    Asked.AUTHORITY: (
        "the authority or chamber that the trade is under, if there is one (business.legal.authority)",
        lambda business: business.legal.authority,
    ),
}


def lacking(brief: Brief, country: str) -> Iterator[str]:
    """Yield what `country` asks an imprint for and `brief` does not give, a sentence each."""
    rules, business = rules_of(country), brief.business
    asks = [*rules.asks, *([Asked.AUTHORITY] if business.niche in rules.licensed else [])]
    named = Locale("en").territories.get(country, country)
    for each in dict.fromkeys(asks):
        what, given = _GIVEN[each]
        if not given(business):
            yield f"imprint: {named} asks for {what}; {rules.imprint}"
