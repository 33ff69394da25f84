"""The phrase catalogs: what the copywriter can say, per language, as data in `phrases/`.

A phrase is plain text with slots and alternatives:

- `{city}` is filled from the brief; a phrase whose slot the brief does not fill is passed over.
- `[tú|usted]` gives the informal and the formal word: friendly and bold tones take the former.
- `<equipe|equipa>` gives the word of the language's home here (US, BR, ES, ...) and that of other countries.
- In Switzerland `ß` is written `ss`.

A list of phrases holds for every tone; a table may hold `any`, lists for single tones, `sparse`: phrases for
briefs that lack what the others want, and `plain`: phrases without slots, for briefs whose names are too long
for all the others.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "ar")

_HOME_TERRITORY = {"en": "US", "pt": "BR", "es": "ES", "fr": "FR", "de": "DE", "it": "IT", "ar": "SA"}
_INFORMAL = frozenset({"friendly", "bold"})
_REGISTER = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_REGION = re.compile(r"<([^<>|]*)\|([^<>|]*)>")


@dataclass(frozen=True)
class Catalog:
    """The phrases of one language, with the alternatives of one region and one register chosen."""

    language: str
    tone: str
    abroad: bool
    swiss: bool
    tables: Mapping[str, Any]

    def phrases(self, path: str) -> tuple[str, ...]:
        """Return the phrases under the dotted `path`, those of the tone before those of any tone."""
        found = self._at(path)
        if isinstance(found, Mapping):
            return self._chosen([*found.get(self.tone, ()), *found.get("any", ())])
        return self._chosen(found or ())

    def fallbacks(self, path: str) -> tuple[str, ...]:
        """Return the phrases under the dotted `path` for when no other fits, the plainest last."""
        found = self._at(path)
        if not isinstance(found, Mapping):
            return ()
        return self._chosen([*found.get("sparse", ()), *found.get("plain", ())])

    def word(self, path: str, default: str = "") -> str:
        """Return the single word or phrase under the dotted `path`."""
        found = self._at(path)
        return self._chosen([found])[0] if isinstance(found, str) else default

    def words(self, path: str) -> Mapping[str, str]:
        """Return the table of single words under the dotted `path`."""
        found = self._at(path)
        return found if isinstance(found, Mapping) else {}

    def _at(self, path: str) -> Any:
        found: Any = self.tables
        for step in path.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(step)
        return found

    def _chosen(self, phrases: list[str] | tuple[str, ...]) -> tuple[str, ...]:
        register = 1 if self.tone in _INFORMAL else 2
        region = 2 if self.abroad else 1
        chosen = tuple(
            _REGION.sub(lambda found: found[region], _REGISTER.sub(lambda found: found[register], phrase))
            for phrase in phrases
        )
        return tuple(phrase.replace("ß", "ss") for phrase in chosen) if self.swiss else chosen


def catalog(locale: str, tone: str) -> Catalog:
    """Return the catalog for a BCP 47 `locale` and a tone; an unknown language is answered in English."""
    language, _, territory = locale.partition("-")
    language = language if language in LANGUAGES else "en"
    home = _HOME_TERRITORY[language]
    abroad, swiss = bool(territory and territory != home), territory in {"CH", "LI"}
    return Catalog(language, tone, abroad, swiss, _tables(language))


@cache
def _tables(language: str) -> Mapping[str, Any]:
    folder = files(__package__) / "phrases"
    tables = tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
    tables["niche"] = tomllib.loads((folder / f"{language}.niches.toml").read_text(encoding="utf-8"))
    return tables
