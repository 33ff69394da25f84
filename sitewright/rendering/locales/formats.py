"""Facts as the reader of a locale writes them: times, days, money, lists, phones (CLDR, libphonenumber)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal, TypeVar

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_currency

from sitewright.orders.models.base import Value
from sitewright.orders.models.brief import Price
from sitewright.orders.models.business import OpeningHours, Weekday
from sitewright.rendering.locales.interface import Interface, interface_for

_WEEK = tuple(Weekday)
Span = tuple[time, time]
Direction = Literal["ltr", "rtl"]
Words = TypeVar("Words", bound=Value)

_DIGITS = {"arab": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}
"""The digits of CLDR's numbering systems other than `latn`, of the languages that sites are written in."""

_NARROW_SPACE = "\u202f"
_FRENCH_SPACES = re.compile("[ \u00a0](?=[:;!?»])|(?<=«)[ \u00a0]")


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Days that share their opening times, both as text: `Monday to Friday`, (`08:00 – 18:00`,).

    `times_listed` are the times as one text, which may break between two times and not within one. `weekdays`
    are the same days by their numbers of ISO 8601, Monday 1 to Sunday 7.
    """

    days: str
    times: tuple[str, ...]
    times_listed: str
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Formats:
    """How one locale writes facts. `country` (ISO 3166-1) is where the reader dials from."""

    locale: Locale
    country: str
    words: Interface

    @classmethod
    def of(cls, locale: str, business_country: str | None) -> "Formats":
        """Return the formats of a BCP 47 `locale`; a locale without a country takes the business's."""
        parsed = Locale.parse(locale, sep="-")
        likely = str(get_global("likely_subtags").get(parsed.language, "")).rpartition("_")[2]
        country = parsed.territory or business_country or likely
        return cls(locale=_in_country(parsed, country), country=country, words=interface_for(locale))

    @property
    def direction(self) -> Direction:
        """Which way the language is written."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    @property
    def tag(self) -> str:
        """The locale whose rules are followed, as BCP 47: `ar-EG` for Arabic of a business in Egypt."""
        return "-".join(part for part in (self.locale.language, self.locale.territory) if part)

    def digits(self, text: str) -> str:
        """Return `text` with its digits as CLDR has them: `٢٠١٥` in Egypt, `2015` in Morocco."""
        return text.translate(_DIGITS.get(self.locale.default_numbering_system, {}))

    def listed(self, items: Sequence[str]) -> str:
        """Return the items as one text: `a, b and c`."""
        return format_list(list(items), locale=self.locale) if items else ""

    def in_line(self, parts: Iterable[str]) -> str:
        """Return the parts of an address or place as one line, what is empty left out."""
        return ("، " if self.locale.language == "ar" else ", ").join(filter(None, parts))

    def typeset(self, text: str) -> str:
        """Return `text` with the spaces of its language's typography.

        French has a narrow no-break space before `: ; ! ?` and inside its quotation marks; where a plain one
        was written the mark would begin a line by itself. Nothing is put where there was no space.
        """
        return _FRENCH_SPACES.sub(_NARROW_SPACE, text) if self.locale.language == "fr" else text

    def typeset_all(self, words: Words) -> Words:
        """Return `words` with every text in them typeset."""
        if self.locale.language != "fr":
            return words
        return type(words).model_validate(_each_text(words.model_dump(mode="json"), self.typeset))

    def isolated(self, text: str) -> str:
        """Return a number or address that is read from left to right, fit to stand inside other words."""
        return f"\u2066{text}\u2069" if self.direction == "rtl" else text

    def phone(self, e164: str) -> str:
        """Return a number as its reader dials it: national at home, international from elsewhere."""
        number = phonenumbers.parse(e164, None)
        home = phonenumbers.country_code_for_region(self.country) == number.country_code
        style = (
            phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return phonenumbers.format_number(number, style)

    def price(self, price: Price) -> str:
        """Return an amount with its currency and, where given, its unit; nothing to pay is said in words."""
        amount = format_currency(price.amount, price.currency, locale=self.locale, numbering_system="default")
        text = self.digits(amount) if price.amount else self.words.free
        return self.words.per_unit.format(price=text, unit=price.unit) if price.unit else text

    def hours(self, hours: Iterable[OpeningHours]) -> tuple[HoursRow, ...]:
        """Return opening hours with equal days grouped, in the order of the week's first such day."""
        opened: dict[Weekday, list[Span]] = {day: [] for day in self._week()}
        for each in hours:
            for day in each.days:
                span = (each.opens, each.closes)
                if span not in opened[day]:
                    opened[day].append(span)
        grouped: dict[tuple[Span, ...], list[Weekday]] = {}
        for day, spans in opened.items():
            if spans:
                grouped.setdefault(tuple(sorted(spans)), []).append(day)
        return tuple(
            self._row(days, tuple(self._span(span) for span in spans)) for spans, days in grouped.items()
        )

    def _row(self, days: list[Weekday], times: tuple[str, ...]) -> HoursRow:
        return HoursRow(
            days=self._days(days),
            times=times,
            times_listed=self.listed([time.replace(" ", "\u00a0") for time in times]),
            weekdays=tuple(_WEEK.index(day) + 1 for day in days),
        )

    def _week(self) -> tuple[Weekday, ...]:
        """Return the days of the week from the first after the country's weekend: Sunday in Egypt."""
        first = (self.locale.weekend_end + 1) % 7
        return (*_WEEK[first:], *_WEEK[:first])

    def _span(self, span: Span) -> str:
        if span[0] == span[1]:
            return self.words.all_day
        opens, closes = (self.digits(format_time(each, "short", locale=self.locale)) for each in span)
        return self.words.span.format(opens=opens, closes=closes)

    def _days(self, days: list[Weekday]) -> str:
        """Return `Monday to Friday and Sunday`: three neighbours or more are a range, two are a pair."""
        week = self._week()
        runs: list[list[Weekday]] = []
        for day in days:
            if runs and week.index(runs[-1][-1]) == week.index(day) - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        if len(runs) > 1:
            runs = [part for run in runs for part in ([run] if len(run) > 2 else [[day] for day in run])]
        text = self.listed([self._run(run) for run in runs])
        return text[:1].upper() + text[1:]

    def _run(self, run: list[Weekday]) -> str:
        names = get_day_names("wide", "stand-alone", self.locale)
        first, last = (
            str(names[_WEEK.index(run[end])]).removesuffix(self.words.days_lose) for end in (0, -1)
        )
        if len(run) == 1:
            return first
        pattern = self.words.day_pair if len(run) == 2 else self.words.day_range
        return pattern.format(first=first, last=last)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case dict():
            return {name: _each_text(inner, change) for name, inner in value.items()}
        case list():
            return [_each_text(inner, change) for inner in value]
        case _:
            return value


def _in_country(locale: Locale, country: str) -> Locale:
    """Return `locale` with the rules of `country`, or as it is where CLDR knows no such pair."""
    try:
        return Locale(locale.language, territory=country)
    except UnknownLocaleError:
        return locale
