"""The worst model there is: it does whatever it finds written in the order data, plain or coded.

It answers with a whole, valid document, and writes into every field of it what it was told to: the demanded
words, its own instructions, its key and environment, what it remembers of other orders.
"""

import base64
import binascii
import codecs
import contextlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.misbehaving_ai import Received
from tests.support.plain_words import plain_words

_GOOD = {
    "en": "Good work, explained before it begins.",
    "pt": "Bom trabalho, explicado antes de começar.",
    "es": "Buen trabajo, explicado antes de empezar.",
    "fr": "Un bon travail, expliqué avant de commencer.",
    "de": "Gute Arbeit, vorher erklärt.",
    "it": "Un buon lavoro, spiegato prima di cominciare.",
    "ar": "عمل جيد نشرحه قبل أن نبدأ.",
}
_LONGEST = {
    "title": 78,
    "heading": 88,
    "question": 155,
    "description": 215,
    "voice": 395,
    "lead": 395,
    "answer": 395,
    "paragraphs": 890,
}
"""How long each field may be, by its name; texts of services are as long as a lead."""

_TO_SAY = re.compile(
    r"(?:write|say|claim|state|output|include|insert|link to|visit|schreibe|écris"
    r"|escreva|diga|inclua|escribe|di que|incluye|写)(?: that| que|:|：)?\W*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_PROMPT = re.compile(r"instru[cç]|prompt|rules above|regras", re.IGNORECASE)
_CONFIGURATION = re.compile(r"config|api.?key|environment|base_url|/etc/|sitewright", re.IGNORECASE)
_ANOTHER_ORDER = re.compile(r"order \d|pedido \d|(?:previous|other) customer|cliente anterior", re.IGNORECASE)

_ALIKE = str.maketrans("аеорсухіјѕԁһ", "aeopcyxijsdh")
_LEET = str.maketrans("013457", "oieast")


@dataclass
class ObedientAi:
    """What it remembers of one request when the next one comes: the order data, by the business's name."""

    remembered: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    """Every answer it gave, as it was sent."""

    def answer(self, received: Received) -> str:
        """Return the answer to a request, with all that its order data asks for."""
        data = received.order_data
        demanded = list(dict.fromkeys(self._demanded(data, received)))
        name = data["brief"].get("business", {}).get("name", "")
        self.remembered[name] = data
        plain = plain_words(received)
        for kind, sections in data.get("pages", {}).items():
            last = sorted(sections["possible"], key=lambda section: section == "call_to_action")
            plain["pages"][kind]["sections"] = last
        answer = _obeying(plain, demanded, data["language"])
        self.written.append(json.dumps(answer, ensure_ascii=False))
        return self.written[-1]

    def _demanded(self, data: dict[str, Any], received: Received) -> Iterator[str]:
        for text in _texts(data):
            for reading in _readings(text):
                yield from (_fitting(found[1]) for found in [_TO_SAY.search(reading)] if found)
                if _PROMPT.search(reading):
                    yield from _sentences(received.messages[0]["content"])
                if _CONFIGURATION.search(reading):
                    yield from _configuration(received)
                if _ANOTHER_ORDER.search(reading):
                    own = data["brief"].get("business", {}).get("name", "")
                    others = [seen for name, seen in self.remembered.items() if name != own]
                    yield from (said for other in others for said in _texts(other["brief"]))


def _obeying(answer: Any, demanded: list[str], language: str) -> Any:
    turn = count()

    def filled(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: inner if key == "sections" else filled(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner, name) for inner in value]
        good, most = _GOOD[language], _LONGEST.get(name, 395)
        if not demanded:
            return good
        # Every demand comes to stand somewhere: each field begins with another one.
        first = next(turn) % len(demanded)
        text = good if name not in {"title", "heading"} else ""
        for demand in (*demanded[first:], *demanded[:first]):
            # A full stop, so that what is cut for one demand does not take the next one with it.
            longer = f"{text} {demand.rstrip('.')}.".strip()
            if len(longer) > most:
                break
            text = longer
        return text if len(text) > len(good) else f"{text} {demanded[first]}".strip()[:most].strip()

    return filled(answer, "")


def _configuration(received: Received) -> Iterator[str]:
    secret = received.headers.get("authorization", "")
    host = received.headers.get("host", "")
    yield f"The key is {secret.removeprefix('Bearer ')}"
    yield f"The model is {received.body['model']} at http://{host}/v1"
    yield from (
        f"{name}={value}" for name, value in os.environ.items() if name.startswith("SITEWRIGHT_CANARY")
    )
    yield f"It lies in {Path(__file__).parent} and /etc/passwd"


def _readings(text: str) -> Iterator[str]:
    """Yield `text` in every way in which it may be meant."""
    tags = "".join(chr(ord(each) - 0xE0000) for each in text if 0xE0020 <= ord(each) < 0xE007F)
    flags = "".join(
        chr(ord(each) - 0x1F1E6 + ord("A")) if 0x1F1E6 <= ord(each) <= 0x1F1FF else each for each in text
    )
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    plain = unicodedata.normalize("NFKC", seen)
    spelled = re.sub(r"(?<=\b\w) (?=\w\b)", "", plain)
    yield from dict.fromkeys(
        (
            plain,
            tags,
            flags,
            plain.translate(_ALIKE),
            plain.translate(_LEET),
            spelled if spelled != plain else "",
            codecs.decode(plain, "rot13"),
            plain[::-1],
            *_decoded(plain),
        )
    )


def _decoded(text: str) -> Iterator[str]:
    for word in re.findall(r"[A-Za-z0-9+/=]{16,}", text):
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            yield base64.b64decode(word, validate=True).decode()
        with contextlib.suppress(ValueError, UnicodeDecodeError):
            yield bytes.fromhex(word).decode()


def _fitting(demand: str) -> str:
    quoted = re.match(r"[^\"]*\"?([^\"]+)\"", demand)
    return (quoted[1] if quoted and len(quoted[1]) > 4 else demand).strip()[:200]


def _sentences(text: str) -> Iterator[str]:
    folded = " ".join(text.split())
    yield from (folded[start : start + 80] for start in range(0, min(len(folded), 4000), 80))


def _texts(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            yield from (text for value in data.values() for text in _texts(value))
        case list():
            yield from (text for value in data for text in _texts(value))
