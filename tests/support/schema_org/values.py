"""The forms of values that schema.org and Google ask for: each function says what is wrong, or nothing."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import phonenumbers
from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import list_currencies

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_COUNTRIES = frozenset(
    code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)
) - {
    "EU",
    "EZ",
    "QO",
    "UN",
    "XA",
    "XB",
    "ZZ",
}
"""CLDR's territories of two letters without those that are no countries of ISO 3166-1."""


def text_problem(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "is not text"


def number_problem(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None
    return None if isinstance(value, str) and _NUMBER.fullmatch(value) else "is not a number"


def integer_problem(value: object) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) else "is not an integer"


def boolean_problem(value: object) -> str | None:
    return None if isinstance(value, bool) else "is not true or false"


def url_problem(value: object) -> str | None:
    parts = urlsplit(value) if isinstance(value, str) else None
    held = parts is not None and parts.scheme in {"http", "https"} and parts.netloc and " " not in str(value)
    return None if held else "is not an absolute URL"


def time_problem(value: object) -> str | None:
    held = isinstance(value, str) and _TIME.fullmatch(value)
    return None if held else "is not a time of ISO 8601 (hh:mm or hh:mm:ss)"


def date_problem(value: object) -> str | None:
    """A day, a month or a year: ISO 8601 lets dates be less exact."""
    if isinstance(value, str):
        for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
            try:
                datetime.strptime(value, form)
            except ValueError:
                continue
            return None
    return "is not a date of ISO 8601"


def date_time_problem(value: object) -> str | None:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return "is not a date and time of ISO 8601"
    return None


def telephone_problem(value: object) -> str | None:
    """Google asks for the country's code and the area's."""
    try:
        number = phonenumbers.parse(str(value), None)
    except phonenumbers.NumberParseException:
        return "is not an international telephone number"
    return None if phonenumbers.is_possible_number(number) else "is no possible telephone number"


def country_problem(value: object) -> str | None:
    return None if value in _COUNTRIES else "is not a country of ISO 3166-1 alpha-2"


def currency_problem(value: object) -> str | None:
    return None if value in list_currencies() else "is not a currency of ISO 4217"


def language_problem(value: object) -> str | None:
    try:
        Locale.parse(str(value), sep="-")
    except (ValueError, UnknownLocaleError):
        return "is not a language tag of BCP 47"
    return None


def email_problem(value: object) -> str | None:
    held = isinstance(value, str) and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)
    return None if held else "is not an e-mail address"
