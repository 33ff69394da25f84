"""Plain words for a text of which a cut leaves nothing: names of the brief and words that hold no fact.

So a page loses its invented sentences and never itself. The words of each language are in `plain/`.
"""

import tomllib
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from sitewright.copywriting.facts import KnownFacts, Place
from sitewright.copywriting.language import language_of
from sitewright.copywriting.material import shortened

_FOLDER = Path(__file__).parent / "plain"
_NAMED_SERVICES = 3
_LENGTHS = {"title": 80, "description": 220, "heading": 90, "lead": 400, "question": 160, "answer": 400}


class PlainWords:
    """What stands in for a text of an answer to the question that shows `shown` of an order."""

    def __init__(self, shown: dict[str, Any], language: str, known: KnownFacts) -> None:
        self._words, self._known, self._language = _words(language), known, language
        business = shown["brief"].get("business", {})
        self._services = {each["id"]: each for each in shown.get("services", ())}
        names = [each["name"] for each in self._services.values()]
        trade = str(business.get("niche", "")).replace("_", " ")
        name = business.get("name") or names[0] or trade
        city = business.get("address", {}).get("city", "")
        self._names = {
            "name": name,
            "where": f"{name}, {city}" if city and city.casefold() not in name.casefold() else name,
            "services": ", ".join(names[:_NAMED_SERVICES]),
        }

    def at(self, place: Place) -> str:
        """Return the words for `place` of the answer: (`hero`, `lead`), (`pages`, `home`, `title`).

        Their length is within the field's limit, and nothing is found in them.
        """
        field = str(place[-1])
        return shortened(self._of(place, field), _LENGTHS.get(field, 400))

    def _of(self, place: Place, field: str) -> str:
        match place:
            case ("pages", str(kind), "title"):
                return self._filled(self._words["title"][kind])
            case ("pages", str(kind), "description"):
                title = self._plain_title(kind)
                return self._filled(self._words["description"], title=title)
            case (str(), "texts", str(key)):
                service = self._services[key]
                described = service.get("description", "")
                foreign = language_of(described, self._language) is not None
                if described and not foreign and not self._known.check("", described):
                    return str(described)
                return self._filled(self._words["service"], service=service["name"])
            case (str(), "items", str(topic), "question" | "answer"):
                return str(self._words[field][topic])
            case (str(), "paragraphs", *_):
                return self._filled(self._words["paragraph"])
            case (str(kind), *_):
                return self._filled(self._words[field][kind])
            case _:
                raise KeyError(place)

    def _plain_title(self, kind: str) -> str:
        heading = "prices" if kind == "pricing" else "hero" if kind == "home" else kind
        words = self._words["heading"][heading]
        return str(self._words["heading"]["services"] if "$" in words else words)

    def _filled(self, words: str, **more: str) -> str:
        return Template(words).substitute(self._names | more)


@cache
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
