import unicodedata

import pytest

from sitewright.errors import InvalidOrder
from sitewright.orders.intake import read_order
from sitewright.orders.models.normalise import visible_text, web_address
from tests.support.orders import as_bytes, document


@pytest.mark.failure(32)
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\u202eb\u2066c\u200bd\u00ade\ufefff", "abcdef"),
        ("hi\U000e0068\U000e0069", "hi"),
        ("a\ufe0f\ufe00\U000e0100\U000e01efb", "ab"),
        ("a\ufffe\ufdd0\U0001ffff\ue000\U0010fffdb", "ab"),
        ("\u3164\u115f\u1160\uffa0\u2800\u17b4", ""),
        ("one\u2028two\u2029three\x85four\r\nfive\x0bsix", "one two three four five six"),
        ("nul\x00 esc\x1b[0m del\x7f", "nul esc[0m del"),
        ("Z\u0300\u0301\u0302\u0303\u0304ürich", "Z\u0300\u0301ürich"),
        ("\u0301 \u0301a", "a"),
        ("e\u0301", "é"),
        ("tiếng Việt, crème brûlée, ação, señor", "tiếng Việt, crème brûlée, ação, señor"),
        ("حديقة · שלום · 庭 · 🌱", "حديقة · שלום · 庭 · 🌱"),
    ],
)
def test_what_is_not_seen_goes_and_the_rest_stays(written: str, read: str) -> None:
    assert visible_text(written) == unicodedata.normalize("NFC", read)
    assert visible_text(visible_text(written)) == visible_text(written)


def test_hosts_are_told_apart_whatever_letters_look_like() -> None:
    assert web_address("https://fаcebook.com/lawn") == "https://xn--fcebook-2fg.com/lawn"
    assert web_address("https://Facebook.com/lawn") == "https://facebook.com/lawn"
    with pytest.raises(ValueError, match="host"):
        web_address(f"https://{'ä' * 80}.com/")


def test_a_text_that_is_too_long_is_refused_with_its_limit() -> None:
    made = document(brief__site__description="word " * 10_000)
    with pytest.raises(InvalidOrder) as refused:
        read_order(as_bytes(made), "crm.json")
    told = {problem.path: problem.problem for problem in refused.value.problems}
    assert told == {"brief.site.description": "this may have 4000 characters at most"}
