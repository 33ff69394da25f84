"""Facts as the reader of a locale writes them: times, days, money, telephones (CLDR, libphonenumber)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

import phonenumbers
from babel import Locale
from babel.core import get_global
from babel.dates import format_time, get_day_names
from babel.numbers import format_currency

from sitewright.orders.models.brief import OpeningHours, Price, Weekday
from sitewright.rendering.interface import Interface, interface_for

_WEEK = tuple(Weekday)
Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Days that share their opening times, both as text: `Monday to Friday`, (`08:00 – 18:00`,)."""

    days: str
    times: tuple[str, ...]


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
        return cls(locale=parsed, country=country, words=interface_for(locale))

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
        amount = format_currency(price.amount, price.currency, locale=self.locale)
        text = amount if price.amount else self.words.free
        return self.words.per_unit.format(price=text, unit=price.unit) if price.unit else text

    def hours(self, hours: Iterable[OpeningHours]) -> tuple[HoursRow, ...]:
        """Return opening hours with equal days grouped, in the order of the week's first such day."""
        opened: dict[Weekday, list[Span]] = {day: [] for day in _WEEK}
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
            HoursRow(self._days(days), tuple(self._span(span) for span in spans))
            for spans, days in grouped.items()
        )

    def _span(self, span: Span) -> str:
        if span[0] == span[1]:
            return self.words.all_day
        return " – ".join(format_time(each, "short", locale=self.locale) for each in span)

    def _days(self, days: list[Weekday]) -> str:
        """Return `Monday to Friday, Sunday`: three neighbours or more are a range, two are a pair."""
        runs: list[list[int]] = []
        for number in (_WEEK.index(day) for day in days):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        if len(runs) > 1:
            runs = [part for run in runs for part in ([run] if len(run) > 2 else [[day] for day in run])]
        text = ", ".join(self._run(run) for run in runs)
        return text[:1].upper() + text[1:]

    def _run(self, run: list[int]) -> str:
        names = get_day_names("wide", "stand-alone", self.locale)
        first, last = (str(names[run[end]]).removesuffix(self.words.days_lose) for end in (0, -1))
        if len(run) == 1:
            return first
        pattern = self.words.day_pair if len(run) == 2 else self.words.day_range
        return pattern.format(first=first, last=last)
