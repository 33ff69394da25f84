"""Numbers with what they count: digits and words alike: "twenty years" and "20 years" are one."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from sitewright.copywriting.facts.claims import claims
from sitewright.copywriting.facts.number_words import spelled_numbers
from sitewright.copywriting.facts.words import words

# Thousands apart by a space or an apostrophe (French, Swiss), else digits with what joins them.
_DIGITS = re.compile(r"(?<![\d+(.,:/])[1-9]\d{0,2}(?:[ ']\d{3})+(?![\d'])(?:,\d+)?|\d+(?:[.,:/]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
# Dimensions and formats, which count nothing.
_NO_NUMBER = re.compile(r"\b(?:[23]d|[48]k|[345]g|co2|h2o|mp[34]|a[345])\b")
_CURRENCIES = {
    "USD": r"us\$|\$|usd|dollars?|bucks|dolares|dolar|dollar[io]|دولارا?|دولارات",
    "BRL": r"r\$|brl|reais",
    "EUR": r"€|eur|euros?|يورو",
    "GBP": r"£|gbp|pounds?|quid|libras?|pfund|livres? sterling|sterlin[ae]",
    "peso": r"mxn|ars|clp|cop|pesos?",
    "CHF": r"chf|sfr\.?|franken|franchi|francs?",
    "Arab": r"sar|aed|egp|qar|kwd|mad|jod|ريالا?|ريالات|درهما?|دراهم|جنيها?|جنيهات|دينارا?|دنانير|ليرة|ليرات",
    "other": r"¥|₹",
}
_PERCENT = (
    r"[%‰]|per ?cent\b|percent\b|por ?cento\b|por ?ciento\b|pct\b|pour ?cent\b|prozent\b|per ?cento\b"
    r"|(?:ب|في )ال(?:مية|ماية)(?!\w)"
)
_BEFORE = {code: re.compile(rf"(?:^|(?<!\w))(?:{names}) ?$") for code, names in _CURRENCIES.items()}
_AFTER = {
    "%": re.compile(rf" ?(?:{_PERCENT})"),
    **{code: re.compile(rf" ?-?(?:{names})(?!\w)") for code, names in _CURRENCIES.items()},
}
_YEARS = range(1500, 2100)
# Behind these a number is a claim whatever it counts: "up to eight shades".
_COMPARED = re.compile(
    r"(?<!\w)(?:up to|more than|at least|at most|as (?:many|little|few) as|(?:less|fewer) than|nearly|almost"
    r"|mais de|menos de|ate|pelo menos|no maximo|quase|mas de|hasta|al menos|como maximo|casi"
    r"|jusqu'a|plus de|moins de|au moins|au plus|pres de|presque|bis zu|mehr als|uber|weniger als|mindestens"
    r"|hochstens|fast|knapp|fino a|piu di|meno di|almeno|al massimo|quasi|oltre"
    r"|اكثر من|اقل من|ما يزيد على|يصل الى|على الاقل|على الاكثر|نحو|حوالي|قرابة)"
    r"(?: (?:a|as|os|el|la|los|las|les|der|die|den))? $"
)


class Quantity(NamedTuple):
    """A number in folded text from `start` to `end`; `unit` is what it counts, empty when that is not said.

    `value` is a number, or the text where it is none (a date, a time, a fraction).
    """

    start: int
    end: int
    value: Decimal | str
    unit: str
    kind: str


def quantities(text: str, language: str) -> Iterator[Quantity]:
    """Yield the numbers in `text`, folded and in lower case, that a visitor could act on.

    In words, a number below ten is one only where it counts something that a business could claim ("two
    awards", not "two ways"), or is a measure ("up to two").
    """
    skipped = [match.span() for match in _NO_NUMBER.finditer(text)]
    for match in _DIGITS.finditer(text):
        if not any(start <= match.start() < end for start, end in skipped):
            yield _quantity(text, match.start(), match.end(), _value(match[0]), language)
    for spelled in spelled_numbers(text, language):
        found = _quantity(text, spelled.start, spelled.end, Decimal(spelled.value), language)
        if found.unit or spelled.alone or _COMPARED.search(text, max(0, spelled.start - 20), spelled.start):
            yield found


def _quantity(text: str, start: int, end: int, value: Decimal | str, language: str) -> Quantity:
    for unit, pattern in _BEFORE.items():
        if before := pattern.search(text, max(0, start - 5), start):
            return Quantity(before.start(), end, value, unit, "a price")
    for unit, pattern in _AFTER.items():
        if after := pattern.match(text, end):
            kind = "a percentage" if unit == "%" else "a price"
            return Quantity(start, after.end(), value, unit, kind)
    if counted := _counted(text, end, language):
        unit, until = counted
        return Quantity(start, until, value, unit, "a number")
    if isinstance(value, str):
        return Quantity(start, end, value, "", "a date or a time")
    is_year = value in _YEARS and value == value.to_integral_value()
    return Quantity(start, end, value, "", "a year" if is_year else "a number")


def _counted(text: str, end: int, language: str) -> tuple[str, int] | None:
    """Return the class of the noun that follows, at most one other word between, and where it ends."""
    match = re.compile(r"\+?(?: ?-?|-)(?=[^\W\d_])").match(text, end)
    if not match:
        return None
    start = match.end()
    between = re.compile(r"([^\W\d_][^\W\d_'-]*) ").match(text, start)
    places = [start] if not between or between[1] in words("linking") else [start, between.end()]
    for place in places:
        for number, pattern in enumerate(claims(language).counted):
            if found := pattern.match(text, place):
                return f"counted {number}", found.end()
    return None


def _value(written: str) -> Decimal | str:
    written = re.sub("[ ']", "", written)
    if _THOUSANDS.fullmatch(written):
        written = re.sub(r"[.,]", "", written)
    try:
        return Decimal(written.replace(",", "."))
    except InvalidOperation:
        return written
