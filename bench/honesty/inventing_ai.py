"""The worst AI there is: a server that answers with good copy and an invention beside every sentence."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.honesty.sentences import as_shown, inventions, sections

_LONG, _PARAGRAPH = 380, 700
_HEADLINES = frozenset({"heading", "title", "question"})


@dataclass
class Told:
    """What the AI said of one order: every invention, and the good sentences of each last answer by kind."""

    inventions: dict[str, str] = field(default_factory=dict)
    good: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class InventingAi:
    """Mixes the sentences of `which` set; `told` by the business's name."""

    which: str
    told: dict[str, Told] = field(default_factory=dict)
    _turns: Iterator[int] = field(default_factory=count)

    def app(self) -> uvicorn.Config:
        """Return the server, to be run on any port."""
        routes = [Route("/v1/chat/completions", self._answer, methods=["POST"])]
        return uvicorn.Config(Starlette(routes=routes), lifespan="off", ws="none", log_level="error")

    async def _answer(self, request: Request) -> JSONResponse:
        body = await request.json()
        asked = json.loads(body["messages"][1]["content"].splitlines()[-2])
        schema = body["response_format"]["json_schema"]
        name = asked["brief"]["business"]["name"]
        told = self.told.setdefault(name, Told())
        good = told.good[schema["name"]] = {}
        mixing = _Mixing(self.which, asked, told, good, random.Random(next(self._turns)))  # noqa: S311
        answer = mixing.filled(schema["schema"], ())
        for kind, planned in asked.get("pages", {}).items():
            answer["pages"][kind]["sections"] = _ordered(planned["possible"])
        message = {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)}
        usage = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return JSONResponse({"object": "chat.completion", "choices": [choice], "usage": usage})


def _ordered(sections_: list[str]) -> list[str]:
    return sorted(sections_, key=lambda kind: (kind != "hero", kind == "call_to_action"))


@dataclass
class _Mixing:
    which: str
    asked: dict[str, Any]
    told: Told
    good: dict[str, str]
    random: random.Random

    def filled(self, schema: dict[str, Any], path: tuple[str, ...]) -> Any:
        match schema:
            case {"enum": [first, *_]}:
                return first
            case {"type": "object", "properties": properties}:
                return {name: self.filled(inner, (*path, name)) for name, inner in properties.items()}
            case {"type": "array", "items": items}:
                return [self.filled(items, path) for _ in range(2)]
            case _:
                return self._text(path)

    def _text(self, path: tuple[str, ...]) -> str:
        if path[-1] == "voice":
            return "Plain."
        if path[-1] in _HEADLINES:
            return self._headline()
        room = _PARAGRAPH if "paragraphs" in path else 200 if path[-1] == "description" else _LONG
        parts: list[str] = []
        while True:
            pair = self._pair()
            if len(" ".join([*parts, *pair.said])) > room:
                return " ".join(parts) or pair.said[0]
            parts += pair.said
            self.told.inventions.update(pair.invented)
            self.good.update(pair.good)

    def _headline(self) -> str:
        if self.random.random() < 0.5:
            kind, invented = self._invention()
            if len(invented) < 70:
                self.told.inventions[invented] = kind
                return invented.rstrip(".")
        kind, sentence = self._good_sentence("harmless")
        self.good[sentence.rstrip(".")] = kind
        return sentence.rstrip(".")

    def _pair(self) -> "_Pair":
        kind, sentence = self._good_sentence("true" if self.random.random() < 0.5 else "harmless")
        what, invented = self._invention()
        if self.random.random() < 0.25:
            # In one sentence: what is true in it goes with what is not.
            return _Pair([f"{sentence.rstrip('.?')}: {invented}"], {invented: what}, {})
        said = [sentence, invented] if self.random.random() < 0.5 else [invented, sentence]
        return _Pair(said, {invented: what}, {sentence: kind})

    def _invention(self) -> tuple[str, str]:
        founded = _facts(self.asked)["founded"]
        while True:
            kind, sentence = self.random.choice(inventions(self.which, self.asked["language"]))
            # With the year of this order's founding it would be true.
            if founded not in sentence:
                return kind, as_shown(sentence)

    def _good_sentence(self, kind: str) -> tuple[str, str]:
        facts = _facts(self.asked)
        patterns = sections("good", self.which, self.asked["language"])[kind]
        return kind, as_shown(self.random.choice(patterns).format(**facts))


@dataclass(frozen=True)
class _Pair:
    said: list[str]
    invented: dict[str, str]
    good: dict[str, str]


def _facts(asked: dict[str, Any]) -> dict[str, str]:
    business, services = asked["brief"]["business"], asked["services"]
    areas, member = asked["brief"]["offer"]["service_areas"], business["team"][0]
    return {
        "founded": str(business["founded"]),
        "business": business["name"],
        "city": business["address"]["city"],
        "owner": business["owner"]["name"],
        "member": member["name"],
        "role": member["role"],
        "service": services[0]["name"],
        "service2": services[1]["name"],
        "area": areas[0],
        "area2": areas[1],
    }
