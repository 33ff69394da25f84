"""Normalisation of what customers type: one function a kind of value, raising `ValueError` with a sentence.

The functions are used as pydantic validators, so their sentences reach the operator with the field's path.
"""

import re
import unicodedata
from datetime import time
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, StringConstraints

# What a visitor does not see, or what turns the text around it: controls except white space, soft hyphen,
# grapheme joiner, fillers of Hangul and Khmer, the blank of Braille, bidi embeddings, overrides and isolates,
# zero-width characters, BOM, invisible operators, variation selectors and the "tag" block (both carry whole
# texts unseen), noncharacters (a parse error in HTML) and private use. Zero-width joiner U+200D goes too: the
# languages that Sitewright writes do not need it, and it hides text.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
    + "|["
    + "".join(chr(plane << 16 | last) for plane in range(1, 15) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_MARKS = ("Mn", "Me")
_MARKS_AT_MOST = 2
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_SPACE = re.compile(r"\s+")
_NO_PLACES = frozenset({"Factory", "localtime"})
"""In the database too, and no zones: no browser takes these names."""


def visible_text(text: str) -> str:
    """Return `text` in NFC without what is not seen (control, bidi, zero-width), its white space folded.

    Of the marks piled on one letter the first two stay.
    """
    seen = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    # A letter that lost a mark may have a form of its own with the next.
    return _SPACE.sub(" ", unicodedata.normalize("NFC", _few_marks(seen))).strip()


def _few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept = []
    # A mark that begins a word would land on what stands before it on the page.
    piled = _MARKS_AT_MOST
    for character in text:
        if unicodedata.category(character) in _MARKS:
            piled += 1
            if piled > _MARKS_AT_MOST:
                continue
        else:
            piled = _MARKS_AT_MOST if character.isspace() else 0
        kept.append(character)
    return "".join(kept)


def colour(text: str) -> str:
    """Return `text` as `#rrggbb` in lower case; three digits are doubled (CSS Color 4, section 5.2).

    Raises ValueError unless it is `#` and 3 or 6 hexadecimal digits.
    """
    digits = text.strip().lower().removeprefix("#")
    if not text.strip().startswith("#") or not re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", digits):
        raise ValueError("a colour is written # and 3 or 6 hexadecimal digits, like #0a7 or #00aa77")
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def phone(text: str) -> str:
    """Return `text` as E.164 (ITU-T E.164: `+` and up to 15 digits).

    Raises ValueError when it does not begin with the country's code or has an impossible length.
    """
    cleaned = visible_text(text)
    if re.search(r"[^\d\s().+/-]", cleaned):
        raise ValueError("a phone number holds digits, like +55 81 5550-0121")
    try:
        number = phonenumbers.parse(cleaned, None)
    except phonenumbers.NumberParseException as cause:
        raise ValueError(
            "a phone number begins with + and the country's code, like +1 614 555 0134"
        ) from cause
    if not phonenumbers.is_possible_number(number):
        raise ValueError("no phone number of that country has this many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """Return `text` as an e-mail address with its host in lower case.

    Raises ValueError unless it is a plain `local@host.tld` (the form of HTML's `input type=email`).
    """
    address = text.strip()
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in address:
        raise ValueError("an e-mail address looks like name@example.com")
    local, _, host = address.rpartition("@")
    return f"{local}@{host.lower()}"


def web_address(text: str) -> str:
    """Return `text` as an http or https address with its scheme and host in lower case, the host in ASCII.

    Raises ValueError for any other scheme, for credentials in the address, and where there is no host.
    """
    address = _INVISIBLE.sub("", text).strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = parts.port
    except ValueError as cause:
        raise ValueError("a web address looks like https://example.com/page") from cause
    plain = not parts.username and not parts.password and not re.search(r"[\s<>\"'`{}|\\^]", address)
    if parts.scheme.lower() not in {"http", "https"} or "." not in host or not plain:
        raise ValueError("a web address looks like https://example.com/page")
    where = _ascii_host(host) if port is None else f"{_ascii_host(host)}:{port}"
    return parts._replace(scheme=parts.scheme.lower(), netloc=where).geturl()


def _ascii_host(host: str) -> str:
    """Return `host` as browsers ask for it (IDNA), so that letters that look alike are told apart."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as cause:
        raise ValueError("this is not the name of a host on the internet") from cause


def clock_time(value: object) -> object:
    """Return a time of day from `HH:MM` or `H:MM` (24 hours); other values pass through to pydantic.

    Raises ValueError for anything that is not a minute of a day; `24:00` is midnight, `00:00`.
    """
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", value.strip())
    if not match or int(match[1]) > 24 or int(match[2]) > 59 or (match[1] == "24" and match[2] != "00"):
        raise ValueError("a time is written HH:MM in 24 hours, like 08:00 or 18:30")
    return time(int(match[1]) % 24, int(match[2]))


def time_zone(text: str) -> str:
    """Return `text` if it is the name of a time zone in the IANA database. Raises ValueError otherwise."""
    name = text.strip()
    if name not in available_timezones() - _NO_PLACES:
        raise ValueError("a time zone is written by its IANA name, like America/Recife or Europe/Berlin")
    return name


def _present(text: str) -> str:
    if not text:
        raise ValueError("this may not be empty")
    return text


def _clean(value: object) -> object:
    return visible_text(value) if isinstance(value, str) else value


Word = Annotated[str, StringConstraints(max_length=120), BeforeValidator(_clean), AfterValidator(_present)]
"""A name or label: 1 to 120 visible characters."""

Sentence = Annotated[
    str, StringConstraints(max_length=600), BeforeValidator(_clean), AfterValidator(_present)
]
"""A few sentences: 1 to 600 visible characters."""

Prose = Annotated[str, StringConstraints(max_length=4000), BeforeValidator(_clean), AfterValidator(_present)]
"""A description: 1 to 4000 visible characters."""

Colour = Annotated[str, AfterValidator(colour)]
Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(phone)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(email)]
WebAddress = Annotated[str, StringConstraints(max_length=500), AfterValidator(web_address)]
TimeZone = Annotated[str, StringConstraints(max_length=60), AfterValidator(time_zone)]
ClockTime = Annotated[time, BeforeValidator(clock_time)]
