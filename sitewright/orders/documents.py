"""Reading JSON that others wrote: bounded, UTF-8, every key once, and every refusal with its place.

Python's `json` takes the last of two equal keys and the number NaN; RFC 8259 calls the first unpredictable
and does not know the second. Here both are refused.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sitewright.errors import FieldProblem, InvalidOrder
from sitewright.orders.models.normalise import visible_text

LARGEST = 1024 * 1024
"""Bytes of the largest document that is read."""

WHOLE = "order"
"""The path of the document itself."""


class _Object(dict[str, Any]):
    twice: tuple[str, ...] = ()


def read_object(document: bytes, source: str) -> dict[str, Any]:
    """Return the JSON object that `document` holds; numbers with a fraction are exact decimals.

    Raises InvalidOrder, which names `source`, what is wrong and where.
    """
    if len(document) > LARGEST:
        raise _unreadable(f"it is larger than {LARGEST // 1024} KiB", source)
    try:
        # Editors on Windows write a byte order mark, which RFC 8259 allows a reader to ignore.
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise _unreadable(f"it is not UTF-8: byte {cause.start} does not fit", source) from cause
    try:
        value = json.loads(
            text, parse_float=_exact, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as cause:
        raise _unreadable(
            f"it is not JSON: {cause.msg} at line {cause.lineno}, column {cause.colno}", source
        ) from cause
    except RecursionError as cause:
        raise _unreadable("it is nested too deeply", source) from cause
    except ValueError as cause:
        raise _unreadable(f"it is not JSON: {cause}", source) from cause
    if not isinstance(value, dict):
        raise _unreadable("it is not a JSON object", source)
    twice = [FieldProblem(path_of(place), "this is given twice") for place in _given_twice(value, ())]
    if twice:
        raise InvalidOrder(twice, source=source)
    return value


def path_of(place: Sequence[str | int]) -> str:
    """Return the place of a field as people write it: `brief.offer.services[2].price.amount`."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{_key(part)}" if path else _key(part)
    return path or WHOLE


def _key(name: str) -> str:
    # A key that is not ours may be anything; it is shown short and without what a terminal would obey.
    return visible_text(name.encode(errors="replace").decode())[:40] or "?"


def _unreadable(problem: str, source: str) -> InvalidOrder:
    return InvalidOrder([FieldProblem(WHOLE, problem)], source=source)


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    value = _Object(pairs)
    if len(value) < len(pairs):
        times = Counter(key for key, _ in pairs)
        value.twice = tuple(key for key, count in times.items() if count > 1)
    return value


def _given_twice(value: object, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, _Object):
        yield from ((*place, key) for key in value.twice)
        for key, item in value.items():
            yield from _given_twice(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _given_twice(item, (*place, index))


def _exact(number: str) -> Decimal:
    try:
        return Decimal(number)
    except ArithmeticError as cause:
        raise ValueError("a number is out of range") from cause


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")
