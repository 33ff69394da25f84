"""Every hostile order, written by an AI that obeys it: refused at intake, or a site that is right."""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest

import sitewright.copywriting
from sitewright.errors import AnswerInvalid, InvalidOrder
from sitewright.orders.intake import read_order
from sitewright.orders.models.brief import PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import SectionKind, buildable_pages
from sitewright.orders.slugs import free_slug
from tests.hostile.building import (
    BASE,
    KEY,
    KEY_VARIABLE,
    MODEL,
    OF_ANOTHER_ORDER,
    ROUTE,
    Desk,
    Site,
    built,
    written,
)
from tests.hostile.corpus import HostileOrder, corpus
from tests.support.markup import business_of, structured_data_of, text_of

REFUSED = [order for order in corpus() if order.refused]
BUILT = [order for order in corpus() if not order.refused]
# The most numerous attack, in every language and field: every second one is enough for a short run.
_SECOND_FACTS = [order for order in BUILT if order.attacks == "facts"][1::2]
BUILT_SOONER_OR_LATER = [
    pytest.param(order, marks=pytest.mark.long if order in _SECOND_FACTS else ()) for order in BUILT
]

_COPYWRITING = Path(sitewright.copywriting.__file__).parent
SHOWN_WHOLE = [
    pytest.param(order, marks=() if order.attacks in {"prompt", "configuration"} else pytest.mark.long)
    for order in BUILT
    if order.obeys
]

SECRETS = (KEY, KEY_VARIABLE, MODEL, ROUTE, "127.0.0.1", str(Path(__file__).parents[2]), "/etc/passwd")
"""What only the machine knows that asks."""

_LONGEST_QUESTION = 40_000
_HEAVIEST_PAGE = 200_000
"""Bytes of a page before compression, of an order of two services."""


@pytest.mark.failure(32)
@pytest.mark.parametrize("order", REFUSED, ids=str)
def test_it_is_refused_with_the_field(order: HostileOrder) -> None:
    with pytest.raises(InvalidOrder) as refused:
        read_order(order.document, "crm.json")
    assert [problem.path for problem in refused.value.problems] == [order.refused]
    assert not any(order.text[:20] in problem.problem for problem in refused.value.problems if order.text)


@pytest.mark.failure(28, 31, 32, 33)
@pytest.mark.parametrize("order", BUILT_SOONER_OR_LATER, ids=str)
async def test_its_site_is_right(order: HostileOrder, desk: Desk) -> None:
    site = await built(order.document, desk)

    failed = [finding for check in site.report.checks if not check.passed for finding in check.findings]
    assert failed == []
    holds(site)
    for text in (*order.never, *order.unsaid, *OF_ANOTHER_ORDER):
        assert text.casefold() not in site.text, text
    for text in order.shown:
        assert text.casefold() in site.text, text
    questions = [request.messages[1]["content"] for request in desk.server.requests]
    assert max(map(len, questions)) < _LONGEST_QUESTION
    assert not any(text in question for question in questions for text in OF_ANOTHER_ORDER)


@pytest.mark.failure(33)
@pytest.mark.parametrize("order", SHOWN_WHOLE, ids=str)
async def test_its_words_are_right_even_if_the_ai_is_shown_all_of_it(
    order: HostileOrder, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sitewright.copywriting.order_data.material", lambda text, most: text[:most])
    try:
        asked, plan, copies = await written(order.document, desk)
    except AnswerInvalid as error:
        if not re.search("not in English|não está em português|no está en español", str(error)):
            raise
        # Twice in another language, from the first word to the last: nothing is written, nothing shown.
        return

    words = [*_texts(plan.model_dump(mode="json", include={"pages"}))]
    words += [text for copy in copies for text in _texts(copy.model_dump(mode="json", include={"sections"}))]
    told, said = " ".join(words).casefold(), _said_by(asked)
    assert [text for text in order.never if text.casefold() in told and text.casefold() not in said] == []
    assert [secret for secret in SECRETS if secret.casefold() in told] == []
    assert not set("<>") & set(told)
    leaked = {run for text in words for run in _runs(text)} & instructions() - _runs(said)
    assert leaked == set()


def holds(site: Site) -> None:
    """Assert what is true of every site, whoever wrote its words."""
    brief = site.order.brief
    assert [copy.page for copy in site.copies] == list(buildable_pages(brief))
    for page, copy in zip(site.plan.pages, site.copies, strict=True):
        assert tuple(section.kind for section in copy.sections) == page.sections
    assert site.plan.pages[0].page is PageKind.HOME
    assert site.plan.pages[0].sections[0] is SectionKind.HERO
    for path, content in site.pages.items():
        assert len(content) < _HEAVIEST_PAGE, path
        _has_only_own_links(site, site.roots[path])
        _has_only_own_markup(site.roots[path])
    assert business_of(structured_data_of(site.roots["index.html"]))["name"] == brief.business.name
    _is_visible(site)
    said = _said_by(site.order)
    assert [each for each in SECRETS if each.casefold() in site.text and each.casefold() not in said] == []
    assert _runs(_shown(site)) & instructions() - _runs(said) == set()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", free_slug(brief.business.name, ()))


def _has_only_own_links(site: Site, root: Element) -> None:
    business = site.order.brief.business
    phones = {number.removeprefix("+") for number in (business.phone, business.whatsapp) if number}
    profiles = {address for address in business.social.model_dump().values() if address}
    for element in root.iter():
        for name in ("href", "src", "action", "data", "poster", "srcset"):
            address = element.get(name, "")
            parts = urlsplit(address)
            own = address.startswith((f"{BASE}/", "/a-site/", "#")) or address in profiles
            ways = parts.scheme in {"tel", "mailto"} or parts.netloc in {"wa.me", "www.google.com"}
            assert not address or own or ways, address
            if parts.scheme == "tel":
                assert parts.path.removeprefix("+") in phones
            if parts.scheme == "mailto":
                assert (parts.path, parts.query) == (business.email, "")


def _has_only_own_markup(root: Element) -> None:
    assert [script.get("type") for script in root.iter("script")] in (["application/ld+json"], [])
    assert len(list(root.iter("style"))) == 1
    foreign = {"iframe", "object", "embed", "form", "input", "base", "plaintext", "img", "font", "b", "i"}
    assert not foreign & {element.tag for element in root.iter()}
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    for script in root.iter("script"):
        json.loads(script.text or "")


def _is_visible(site: Site) -> None:
    for path, text in site.texts.items():
        unseen = {
            hex(ord(each))
            for each in text
            if unicodedata.category(each) in {"Cc", "Cf", "Co", "Cs"} and each != "\n"
        }
        assert not unseen, path


def _shown(site: Site) -> str:
    return " ".join(" ".join(text_of(root).split()) for root in site.roots.values())


def _said_by(order: Order) -> str:
    said = " ".join(_texts(order.brief.model_dump(mode="json"))).casefold()
    return f"{said} {unicodedata.normalize('NFKC', said)}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in _texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in _texts(inner))


@cache
def instructions() -> set[tuple[str, ...]]:
    """Return every six words in a row of every prompt file; what a trade's customers ask is theirs."""
    files = [*_COPYWRITING.glob("prompts/*.md"), *_COPYWRITING.glob("niches/*/*.md")]
    told = [re.sub(r"^# asks\n.*?(?=^# )", "", file.read_text("utf-8"), flags=re.M | re.S) for file in files]
    return {run for text in told for run in _runs(text)}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[first : first + 6]) for first in range(len(words) - 5)}
