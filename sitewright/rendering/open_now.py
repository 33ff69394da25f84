"""Is it open now? What a page's script needs to tell, where the business's time zone is known."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import get_global

from sitewright.orders.models.business import Business, OpeningHours, Weekday
from sitewright.rendering.business_view import OpenNow
from sitewright.rendering.locales.formats import Formats

_SCRIPT = Path(__file__).parent / "scripts" / "open_now.js"
_SIGNS = re.compile(r" ?([=(){},:;?+*%>|-]+) ?")
_LINE_ENDS = re.compile(r"(?<=[{(,;])\n|;?\n(?=[})\].])")
"""Those where a statement ends without them or not at all (ECMA-262, automatic semicolon insertion)."""

_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_DAYS = tuple(Weekday)
_COMPARED = tuple(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=15 * count) for count in range(48))
"""Two years in steps of half a month: zones that agree on all of it keep one time."""


@cache
def open_now_script() -> str:
    """Return the script of the pages, without its comments and most of its needless white space."""
    lines = (line.strip() for line in _SCRIPT.read_text("utf-8").splitlines())
    code = "\n".join(_SIGNS.sub(r"\1", line) for line in lines if not line.startswith("//"))
    return _LINE_ENDS.sub("", code)


def open_now(business: Business, formats: Formats) -> OpenNow | None:
    """Return what the script is given; None without hours, or where the time zone is not known."""
    zone = business.time_zone or country_zone(business.address.country if business.address else "")
    if not business.hours or not zone:
        return None
    spans, words = week_spans(business.hours), formats.words
    always = spans == ((0, _WEEK),)
    changes = [minute % _WEEK for span in spans for minute in span]
    return OpenNow(
        # It closes first, then opens: the first opening stands last.
        hours=" ".join(map(str, (*changes[1:], *changes[:1])[: 1 if always else None])),
        zone=zone,
        locale=formats.tag,
        until=words.open_always if always else words.open_until,
    )


@cache
def country_zone(country: str) -> str | None:
    """Return the time zone of an ISO 3166-1 `country` that keeps one time all over (CLDR), else None."""
    zones = sorted(zone for zone, territory in get_global("zone_territories").items() if territory == country)
    offsets = {tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in _COMPARED) for zone in zones}
    return zones[0] if len(offsets) == 1 else None


def week_spans(hours: Iterable[OpeningHours]) -> tuple[tuple[int, int], ...]:
    """Return when it is open, in minutes from Monday 00:00, spans that touch as one.

    A span may reach beyond the week's end, 10080; one that lasts the whole week is (0, 10080).
    """
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_spans(hours)):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    while len(spans) > 1 and spans[-1][1] >= _WEEK + spans[0][0]:
        # Sunday night runs on into Monday.
        (_, end), *between, (start, late) = spans
        spans = [*between, (start, max(late, end + _WEEK))]
    return ((0, _WEEK),) if any(end - start >= _WEEK for start, end in spans) else tuple(spans)


def _spans(hours: Iterable[OpeningHours]) -> Iterable[tuple[int, int]]:
    for each in hours:
        opens, closes = (time.hour * 60 + time.minute for time in (each.opens, each.closes))
        lasts = (closes - opens) % _DAY or _DAY
        for day in each.days:
            start = _DAYS.index(day) * _DAY + opens
            yield start, start + lasts
