"""The question about each page: the words of its planned sections."""

from functools import lru_cache, partial
from typing import Any

from sitewright.copywriting.answers import read_answer
from sitewright.copywriting.asking import ask
from sitewright.copywriting.facts import KnownFacts, profiles
from sitewright.copywriting.language import Spoken, spoken
from sitewright.copywriting.leaks import leaks_of, private_names
from sitewright.copywriting.line import AiLine
from sitewright.copywriting.order_data import delimited, page_data, service_ids
from sitewright.copywriting.plain_words import PlainWords
from sitewright.copywriting.prompts import Prompt, prompt
from sitewright.copywriting.question import Question, Reading
from sitewright.copywriting.schemas import AnswerModel, page_answer, strict
from sitewright.orders.models.brief import Brief, PageKind
from sitewright.orders.models.order import Order
from sitewright.orders.models.site import (
    AboutCopy,
    FactsCopy,
    FaqCopy,
    FaqItem,
    FaqTopic,
    HeroCopy,
    PageCopy,
    PlannedPage,
    SectionCopy,
    SectionKind,
    ServicesCopy,
    SitePlan,
    faq_topics,
)

MANY_SERVICES = 9
"""From this many services on, each gets one sentence, so that the answer stays within its limit."""


async def write_page(order: Order, plan: SitePlan, page: PlannedPage, line: AiLine) -> PageCopy:
    """Return the AI's words for `page` of `plan`: its sections in the plan's order, and who wrote them.

    Takes at most `asking.ASK_BUDGET_SECONDS`. Raises CopywritingError, of the kind that `asking.ask` names.
    """
    asked = await ask(page_question(order, plan, page, private_names(line.routes)), line)
    return PageCopy(page=page.page, author=asked.author, sections=asked.value, honesty=asked.honesty)


def page_question(
    order: Order, plan: SitePlan, page: PlannedPage, private: tuple[str, ...] = ()
) -> Question[tuple[SectionCopy, ...]]:
    """Return the question for the words of `page`; words in `private` are no answer's to say."""
    words, data = prompt("page", order.language), page_data(order, plan, page)
    variant = words.variant(order)
    model, leaks = page_answer(page, order.brief), leaks_of(words, order, data, private)
    known = KnownFacts(data, order.language, profiles=profiles(order.brief), leaks=leaks)
    purpose, sections = words.parts[f"page {page.page.value}"], _sections_asked(words, page, order.brief)
    user = words.fill("user", variant=variant, purpose=purpose, sections=sections)
    return Question(
        order_id=order.id,
        step=f"{order.page_step}{page.page.value}",
        name=f"page_{page.page.value}",
        schema=strict(model),
        system=words.system(order),
        user=f"{user}\n\n{delimited(data)}",
        again=lambda problem: words.fill("again", problem=problem),
        # Read for its call's row, and once more to be used: remembered, as it takes a while.
        read=lru_cache(maxsize=1)(
            partial(
                read_page,
                model=model,
                page=page,
                brief=order.brief,
                known=known,
                instead=PlainWords(data, order.language, known),
                words=spoken(order.language, order.brief),
            )
        ),
    )


def read_page(
    text: str,
    *,
    model: AnswerModel,
    page: PlannedPage,
    brief: Brief,
    known: KnownFacts,
    words: Spoken,
    instead: PlainWords,
) -> Reading[tuple[SectionCopy, ...]]:
    """Return the sections that `text`, an answer of `model`, says, in the plan's order.

    Raises ValueError when it does not hold exactly the planned sections, each of its shape and lengths and in
    the order's language.
    """
    data, *told = read_answer(text, model, known, words, instead=instead)
    return Reading(tuple(_copy(kind, data[kind.value], brief) for kind in page.sections), *told)


def _sections_asked(words: Prompt, page: PlannedPage, brief: Brief) -> str:
    at_home, many = page.page is PageKind.HOME, len(brief.offer.services) >= MANY_SERVICES
    length = words.parts["many services" if many else "services at home" if at_home else "few services"]
    focus = words.parts["focus at home" if at_home else "focus"]
    asked = {"service_length": length, "service_focus": focus}
    return "\n".join(words.fill(f"section {kind.value}", **asked) for kind in page.sections)


def _copy(kind: SectionKind, data: dict[str, Any], brief: Brief) -> SectionCopy:
    match kind:
        case SectionKind.HERO:
            return HeroCopy(**data)
        case SectionKind.ABOUT:
            return AboutCopy(**data)
        case SectionKind.SERVICES:
            texts = tuple(data["texts"][key] for key in service_ids(brief))
            return ServicesCopy(heading=data["heading"], lead=data["lead"], texts=texts)
        case SectionKind.FAQ:
            items = tuple(_faq_item(topic, data["items"]) for topic in faq_topics(brief))
            return FaqCopy(heading=data["heading"], lead=data["lead"], items=items)
        case _:
            return FactsCopy(kind=kind, **data)


def _faq_item(topic: FaqTopic, items: dict[str, Any]) -> FaqItem:
    return FaqItem(topic=topic, **items[topic.value])
