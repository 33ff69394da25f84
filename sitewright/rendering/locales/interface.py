"""The interface's words in the order's language, read from `catalogs/*.toml`.

A country's catalog (`pt-PT.toml`) holds only what differs from its language's (`pt.toml`).
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import model_validator

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import CallToAction, PageKind
from sitewright.orders.models.business import Business, Niche

_CATALOGS = Path(__file__).parent / "catalogs"


class Interface(Value):
    """All words of the theme that are not the copy's and not the brief's; every catalog has every one."""

    skip_to_content: str
    menu: str
    close: str
    main_navigation: str
    footer_navigation: str
    contact: str
    phone: str
    whatsapp: str
    email: str
    address: str
    directions: str
    hours: str
    days: str
    times: str
    all_day: str
    span: str
    open_until: str
    open_always: str
    opens_today: str
    opens_on: str
    area: str
    since: str
    day_range: str
    day_pair: str
    days_lose: str
    per_unit: str
    free: str
    price: str
    service: str
    more_services: str
    team: str
    elsewhere: str
    legal: str
    not_found_title: str
    not_found_lead: str
    back_home: str
    written_without_ai: str
    call_to_action: dict[CallToAction, str]
    ask: dict[CallToAction, str]
    pages: dict[PageKind, str]
    paths: dict[PageKind, str]
    niches: dict[Niche, str]

    @model_validator(mode="after")
    def _complete(self) -> "Interface":
        named = (
            (self.call_to_action, set(CallToAction)),
            (self.ask, set(CallToAction)),
            (self.pages, set(PageKind)),
            (self.paths, set(PageKind) - {PageKind.HOME}),
            (self.niches, set(Niche) - {Niche.OTHER}),
        )
        for words, needed in named:
            if set(words) != needed:
                raise ValueError(f"the catalog lacks or has too many of {sorted(needed ^ set(words))}")
        return self

    def trade(self, business: Business) -> str:
        """Return what the business does, in a word or two; the customer's own word for `other`."""
        return business.custom_niche or self.niches[business.niche]


def _merged(general: dict[str, Any], special: dict[str, Any]) -> dict[str, Any]:
    merged = general | special
    tables = {
        name: _merged(general[name], special.get(name, {}))
        for name in general
        if isinstance(general[name], dict)
    }
    return merged | tables


def read_catalog(folder: Path, locale: str) -> dict[str, Any]:
    """Return the words in `folder` for a BCP 47 `locale`: its language's, its country's in their place."""
    language = locale.partition("-")[0]
    words = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
    special = folder / f"{locale}.toml"
    if locale != language and special.is_file():
        words = _merged(words, tomllib.loads(special.read_text("utf-8")))
    return words


@cache
def interface_for(locale: str) -> Interface:
    """Return the words for a BCP 47 `locale` of a language that sites are written in, like `pt-PT`."""
    return Interface.model_validate(read_catalog(_CATALOGS, locale))


def page_path(page: PageKind, locale: str) -> str:
    """Return where `page` lies below the site, in the order's language: `servicos/`; the home page is ``."""
    return "" if page is PageKind.HOME else f"{interface_for(locale).paths[page]}/"
